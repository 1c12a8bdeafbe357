import { expect, test } from "vitest";
import { Credentials } from "../../../components/data/credentials.ts";
import { Pooler, type PoolerArgs } from "../../../components/data/pooler.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, record, type Recorded } from "../../support/record.ts";
import { tenantsOf } from "../../support/tenants.ts";

const tenants = tenantsOf({ id: "dior" });

const pooler = (over: Partial<PoolerArgs> = {}): Promise<readonly Recorded[]> =>
  record(() => {
    const credentials = new Credentials("credentials", { tenants });
    new Pooler("pooler", {
      namespace: "privatesales-data",
      database: { host: "db.test", port: 6000, name: "privatesales", tls: "disable" },
      tenants,
      credentials,
      replicas: 2,
      serverConnections: 100,
      ...over,
    });
  });

test("publishes where applications connect", async () => {
  let made: Pooler | undefined;
  await record(() => {
    const credentials = new Credentials("credentials", { tenants });
    const database = { host: "db.test", port: 5432, name: "privatesales", tls: "disable" } as const;
    made = new Pooler("pooler", {
      namespace: "privatesales-data",
      database,
      tenants,
      credentials,
      replicas: 1,
      serverConnections: 50,
    });
  });
  expect(made).toMatchObject({
    host: "pooler.privatesales-data.svc.cluster.local",
    port: 6432,
    reach: { kind: "namespace", namespace: "privatesales-data", port: 6432 },
  });
});

test("its Secret holds the tenants' logins beside its own", async () => {
  const users = at(only(await pooler(), "Secret").inputs, "stringData");
  expect(users).toEqual({
    "userlist.txt": '"pooler_admin" "generated"\n"pooler_stats" "generated"\n"tenant_dior__app" "52f93e044585725b387eeee045915b5269e456984837d8d9ef5588c82cb437d5"\n',
    "stats-password": "generated",
  });
});

test("its pods are replaced one by one, restricted, and rolled by a changed configuration only", async () => {
  const deployment = only(await pooler(), "Deployment").inputs;
  expect(at(deployment, "spec")).toMatchObject({
    replicas: 2,
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  });
  for (const container of listAt(deployment, "spec.template.spec.containers")) {
    expect(container).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true },
      livenessProbe: {},
      readinessProbe: {},
      resources: { limits: {} },
    });
  }
  const annotations = (inputs: unknown): unknown => at(inputs, "spec.template.metadata.annotations");
  const same = only(await pooler(), "Deployment").inputs;
  const changed = only(await pooler({ serverConnections: 101, replicas: 1 }), "Deployment").inputs;
  expect(annotations(same)).toEqual(annotations(deployment));
  expect(annotations(changed)).not.toEqual(annotations(deployment));
  expect(annotations(deployment)).toMatchObject({ "traffic.sidecar.istio.io/excludeOutboundPorts": "6000" });
});

test("only tenants reach it, and monitoring its metrics", async () => {
  const seen = await pooler();
  const [first, second] = listAt(only(seen, "NetworkPolicy").inputs, "spec.ingress");
  expect(first).toEqual({
    from: [{ namespaceSelector: { matchExpressions: [{ key: "privatesales.co.kr/tenant", operator: "Exists" }] } }],
    ports: [{ protocol: "TCP", port: 6432 }],
  });
  expect(second).toMatchObject({ ports: [{ port: 9127 }] });
  expect(at(only(seen, "AuthorizationPolicy").inputs, "spec")).toMatchObject({
    action: "ALLOW",
    rules: [{ from: [{ source: { namespaces: ["tenant-*"] } }], to: [{ operation: { ports: ["6432"] } }] }],
  });
  expect(at(only(seen, "PodDisruptionBudget").inputs, "spec.maxUnavailable")).toBe(1);
});

test("verify-full without authorities is refused, with them they are mounted", async () => {
  const database = { host: "db.test", port: 5432, name: "privatesales", tls: "verify-full" } as const;
  await expect(pooler({ database })).rejects.toThrow("database.tls is verify-full and authorities is missing");
  const seen = await pooler({ database, authorities: "PEM" });
  expect(at(only(seen, "ConfigMap").inputs, "data")).toMatchObject({ "ca.crt": "PEM" });
});

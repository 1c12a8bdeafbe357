import { describe, expect, test } from "vitest";
import { Database } from "../../../components/data/database.ts";
import type { ExternalDatabaseArgs, InClusterDatabaseArgs } from "../../../components/data/databaseArgs.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, record } from "../../support/record.ts";

const external: ExternalDatabaseArgs = {
  kind: "external",
  host: "127.0.0.1",
  port: 5433,
  username: "postgres",
  password: "secret",
  sslmode: "verify-full",
  database: "privatesales",
  podHost: "db.internal",
  cidrs: ["10.1.0.0/24"],
};

const unexposed: InClusterDatabaseArgs = {
  kind: "inCluster",
  database: "privatesales",
  storageGi: 5,
  providerHost: "127.0.0.1",
  providerPort: 30432,
  protection: "on",
};
const inCluster: InClusterDatabaseArgs = { ...unexposed, nodePort: 30432 };

describe("an external server", () => {
  test("is reached by the provider at one address and by pods at another", async () => {
    let database: Database | undefined;
    const seen = await record(() => (database = new Database("database", external)));
    expect(only(seen, "postgresql").inputs).toMatchObject({
      host: "127.0.0.1",
      sslmode: "verify-full",
      database: "privatesales",
      username: "postgres",
    });
    expect(await new Promise((resolve) => database?.host.apply(resolve))).toBe("db.internal");
    expect(database).toMatchObject({
      port: 5433,
      reach: { kind: "addresses", cidrs: ["10.1.0.0/24"], port: 5433 },
    });
    expect(seen.filter(({ type }) => type.startsWith("kubernetes:"))).toEqual([]);
  });

  test("is closed to PUBLIC, and opened to the tenants' group", async () => {
    const seen = await record(() => new Database("database", external));
    const grants = seen.filter(({ type }) => type.endsWith(":Grant")).map(({ inputs }) => inputs);
    expect(grants).toEqual(
      expect.arrayContaining([
        { role: "public", database: "privatesales", objectType: "database", privileges: [] },
        { role: "public", database: "postgres", objectType: "database", privileges: [] },
        { role: "public", database: "template1", objectType: "database", privileges: [] },
        { role: "public", database: "privatesales", schema: "public", objectType: "schema", privileges: [] },
        { role: "tenants", database: "privatesales", objectType: "database", privileges: ["CONNECT"] },
      ]),
    );
    expect(grants).toHaveLength(6);
    expect(only(seen, "Role").inputs).toEqual({ name: "tenants", login: false });
  });

  test("lets nobody make large objects, where that is the provider's to take", async () => {
    const makers = { role: "public", database: "privatesales", schema: "pg_catalog", objectType: "function", objects: ["lo_creat", "lo_create", "lo_from_bytea"], privileges: [] };
    const closed = async (args: ExternalDatabaseArgs | InClusterDatabaseArgs): Promise<readonly unknown[]> =>
      (await record(() => new Database("database", args))).filter(({ name }) => name === "database-public-large-objects").map(({ inputs }) => inputs);
    expect(await closed(external)).toEqual([makers]);
    expect(await closed(inCluster)).toEqual([makers]);
    expect(await closed({ ...external, superuser: false })).toEqual([]);
  });

  test("leaves databases alone that are not the provider's user's", async () => {
    const seen = await record(() => new Database("database", { ...external, closedDatabases: [] }));
    const closed = seen.filter(({ inputs }) => inputs.role === "public" && inputs.objectType === "database");
    expect(closed.map(({ inputs }) => inputs.database)).toEqual(["privatesales"]);
  });
});

describe("a server in the cluster", () => {
  test("stores on its own volume and is offered at the node port", async () => {
    const seen = await record(() => new Database("database", inCluster));
    expect(at(only(seen, "PersistentVolumeClaim").inputs, "spec.resources.requests.storage")).toBe("5Gi");
    expect(at(only(seen, "Service").inputs, "spec")).toMatchObject({
      type: "NodePort",
      ports: [{ port: 5432, nodePort: 30432 }],
    });
    const none = await record(() => new Database("database", unexposed));
    expect(at(only(none, "Service").inputs, "spec.type")).toBe("ClusterIP");
  });

  test("its pod satisfies Pod Security restricted", async () => {
    const spec = at(
      only(await record(() => new Database("database", inCluster)), "StatefulSet").inputs,
      "spec.template.spec",
    );
    expect(spec).toMatchObject({ securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } });
    for (const container of listAt(spec, "containers")) {
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      });
    }
  });

  test("takes connections of the pooler, of jobs and of the provider, of no application", async () => {
    const rules = listAt(
      only(await record(() => new Database("database", inCluster)), "NetworkPolicy").inputs,
      "spec.ingress",
    );
    expect(rules).toEqual([
      {
        from: [
          { podSelector: { matchLabels: { "app.kubernetes.io/name": "pooler" } } },
          {
            namespaceSelector: { matchExpressions: [{ key: "privatesales.co.kr/tenant", operator: "Exists" }] },
            podSelector: { matchExpressions: [{ key: "privatesales.co.kr/job", operator: "Exists" }] },
          },
          { ipBlock: { cidr: "172.16.0.0/12" } },
        ],
        ports: [{ protocol: "TCP", port: 5432 }],
      },
    ]);
  });
});

import * as postgresql from "@pulumi/postgresql";
import { beforeAll, describe, expect, test } from "vitest";
import type { Reach } from "../../../components/data/reach.ts";
import type { TenantPlatform } from "../../../components/tenant/context.ts";
import { basePolicy } from "../../../components/shared/networkPolicy.ts";
import { jobPolicy, workloadPolicy } from "../../../components/tenant/network.ts";
import { platformOf } from "../../support/platform.ts";
import { record } from "../../support/record.ts";

let platform: TenantPlatform;
beforeAll(async () => {
  await record(() => {
    platform = platformOf(new postgresql.Provider("postgresql", {}));
  });
});

const namespace = (name: string): object => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const workloads = { podSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: ["storefront", "api"] }] } };

describe("base: the default deny", () => {
  test("selects every pod, in both directions, and lets nothing in", () => {
    expect(basePolicy()).toMatchObject({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [] });
  });

  test("opens DNS and the mesh's control plane, and nothing else", () => {
    expect(basePolicy().egress).toEqual([
      {
        to: [{ ...namespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
        ports: [{ protocol: "TCP", port: 53 }, { protocol: "UDP", port: 53 }],
      },
      { to: [{ ...namespace("istio-system"), podSelector: { matchLabels: { app: "istiod" } } }], ports: [{ protocol: "TCP", port: 15012 }] },
    ]);
  });
});

describe("workloads", () => {
  test("are reached by gateway, each other and the verification on their ports, and by Prometheus on metrics", () => {
    expect(workloadPolicy(platform).ingress).toEqual([
      {
        from: [namespace("istio-ingress"), workloads, { podSelector: { matchLabels: { "privatesales.co.kr/job": "verify" } } }],
        ports: [{ protocol: "TCP", port: 3000 }, { protocol: "TCP", port: 8080 }],
      },
      {
        from: [namespace("monitoring")],
        ports: [{ protocol: "TCP", port: 3000 }, { protocol: "TCP", port: 8080 }, { protocol: "TCP", port: 15020 }],
      },
    ]);
  });

  test("reach each other, pooler and cache, and not the database itself", () => {
    const egress = JSON.stringify(workloadPolicy(platform).egress);
    expect(egress).toContain("6432");
    expect(egress).toContain("6379");
    expect(egress).not.toContain("5432");
  });
});

describe("jobs", () => {
  test("reach the database by its addresses, and let nothing in", () => {
    const policy = jobPolicy(platform);
    expect(policy).toMatchObject({ ingress: [], podSelector: { matchExpressions: [{ key: "privatesales.co.kr/job", operator: "Exists" }] } });
    expect(policy.egress).toContainEqual({ to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports: [{ protocol: "TCP", port: 5432 }] });
  });
});

describe("a store", () => {
  const reaches = [
    ["in the cluster", { kind: "namespace", namespace: "stores", port: 7001 }, [namespace("stores")]],
    ["outside it", { kind: "addresses", cidrs: ["10.9.0.0/24", "fd00::/64"], port: 7001 }, [{ ipBlock: { cidr: "10.9.0.0/24" } }, { ipBlock: { cidr: "fd00::/64" } }]],
  ] as const satisfies readonly (readonly [string, Reach, readonly object[]])[];

  test.each(reaches)("%s is reached there, at its port and no other", (_, reach, peers) => {
    const rule = { to: peers, ports: [{ protocol: "TCP", port: 7001 }] };
    const database = { ...platform, database: { ...platform.database, reach } };
    expect(jobPolicy(database).egress).toContainEqual(rule);
    expect(workloadPolicy(database).egress).not.toContainEqual(rule);
    for (const store of ["pooler", "cache"] as const) {
      const moved = { ...platform, [store]: { ...platform[store], reach } };
      expect(workloadPolicy(moved).egress).toContainEqual(rule);
      expect(jobPolicy(moved).egress).toContainEqual(rule);
    }
  });
});

test("every policy speaks for both directions, so that what it does not name stays closed", () => {
  for (const policy of [basePolicy(), workloadPolicy(platform), jobPolicy(platform)]) {
    expect(policy).toMatchObject({ policyTypes: ["Ingress", "Egress"] });
  }
});

test("no peer is a whole cluster: every one names a namespace by the API server's own label, own pods, or addresses", () => {
  const peers = [basePolicy(), workloadPolicy(platform), jobPolicy(platform)].flatMap((policy) => {
    const rules = JSON.parse(JSON.stringify([policy.ingress, policy.egress])) as { from?: object[]; to?: object[] }[][];
    return rules.flat().flatMap((rule) => [...(rule.from ?? []), ...(rule.to ?? [])]);
  });
  expect(peers.length).toBeGreaterThan(10);
  for (const peer of peers) {
    const text = JSON.stringify(peer);
    expect(text).toMatch(/kubernetes\.io\/metadata\.name|ipBlock|podSelector/);
    expect(text).not.toContain('"namespaceSelector":{}');
    expect(text).not.toContain('"podSelector":{}');
  }
});

import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { Reach } from "../../../components/data/reach.ts";
import type { TenantPlatform } from "../../../components/tenant/context.ts";
import { basePolicy } from "../../../components/shared/networkPolicy.ts";
import { jobPolicy, workloadPolicy } from "../../../components/tenant/network.ts";
import { jobTemplate } from "../../../components/tenant/jobs.ts";
import { outsideMesh } from "../../../components/tenant/outsideMesh.ts";
import { podTemplate } from "../../../components/tenant/podTemplate.ts";
import { contextOf, platformOf } from "../../support/platform.ts";
import { at, listAt } from "../../support/objects.ts";
import { record } from "../../support/record.ts";
import { tenantOf } from "../../support/tenants.ts";

let platform: TenantPlatform;
beforeAll(async () => {
  await record(() => {
    platform = platformOf(new postgresql.Provider("postgresql", {}));
  });
});

const policies = (): readonly ReturnType<typeof basePolicy>[] => [
  basePolicy(), workloadPolicy("storefront", platform), workloadPolicy("api", platform), jobPolicy(platform),
];
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
  test.each([["storefront", 3000], ["api", 8080]] as const)("%s is reached by gateway, the other and the verification on its port, and by Prometheus on metrics", (workload, port) => {
    const policy = workloadPolicy(workload, platform);
    expect(policy.podSelector).toEqual({ matchLabels: { "app.kubernetes.io/name": workload } });
    expect(policy.ingress).toEqual([
      {
        from: [namespace("istio-ingress"), workloads, { podSelector: { matchLabels: { "privatesales.co.kr/job": "verify" } } }],
        ports: [{ protocol: "TCP", port }],
      },
      { from: [namespace("monitoring")], ports: [{ protocol: "TCP", port }, { protocol: "TCP", port: 15020 }] },
    ]);
  });

  test("reach each other and the cache, the API alone the pooler, and neither the database itself", () => {
    const ports = (workload: "storefront" | "api"): readonly unknown[] => listAt(workloadPolicy(workload, platform), "egress").flatMap((rule) => listAt(rule, "ports")).map((port) => at(port, "port"));
    expect(ports("storefront")).toEqual([3000, 8080, 6379]);
    expect(ports("api")).toEqual([3000, 8080, 6432, 6379]);
  });
});

describe("jobs", () => {
  test("reach the database by its addresses, and let nothing in", () => {
    const policy = jobPolicy(platform);
    expect(policy).toMatchObject({ ingress: [], podSelector: { matchExpressions: [{ key: "privatesales.co.kr/job", operator: "Exists" }] } });
    expect(policy.egress).toContainEqual({ to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports: [{ protocol: "TCP", port: 5432 }] });
  });

  test("call workloads and gateway, as the verification does", () => {
    expect(jobPolicy(platform).egress).toEqual(
      expect.arrayContaining([
        { to: [workloads], ports: [{ protocol: "TCP", port: 3000 }, { protocol: "TCP", port: 8080 }] },
        { to: [namespace("istio-ingress")], ports: [{ protocol: "TCP", port: 80 }, { protocol: "TCP", port: 443 }] },
      ]),
    );
  });
});

describe("what an identity in AWS is for", () => {
  const S3 = ["52.219.56.0/22", "3.5.140.0/22"];
  const agent = { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }, { ipBlock: { cidr: "fd00:ec2::23/128" } }], ports: [{ protocol: "TCP", port: 80 }] };
  const storage = { to: S3.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ protocol: "TCP", port: 443 }] };
  const CALLERS = ["storefront", "api", "jobs"] as const;

  /** The rules of each with the addresses known. */
  async function egress(cloud: TenantPlatform["cloud"]): Promise<Readonly<Record<(typeof CALLERS)[number], readonly unknown[]>>> {
    const there = { ...platform, cloud };
    const rules = { storefront: workloadPolicy("storefront", there).egress, api: workloadPolicy("api", there).egress, jobs: jobPolicy(there).egress };
    return await new Promise((resolve) => {
      pulumi.output(rules).apply((known) => {
        resolve({ storefront: known.storefront ?? [], api: known.api ?? [], jobs: known.jobs ?? [] });
      });
    });
  }

  test("agent and object storage are reached by API and jobs where pods have one, and by nobody elsewhere", async () => {
    const on = await egress({ objectStorage: S3 });
    for (const caller of ["api", "jobs"] as const) {
      expect(on[caller]).toContainEqual(agent);
      expect(on[caller]).toContainEqual(storage);
    }
    expect(JSON.stringify(on.storefront)).not.toMatch(/169\.254|52\.219/);
    expect(JSON.stringify(await egress(undefined))).not.toMatch(/169\.254|52\.219/);
  });

  test.each([
    ["storefront", undefined, "10.2.0.0/24"],
    ["api", undefined, "10.2.0.0/24"],
    ["jobs", undefined, "10.1.0.0/24,10.2.0.0/24"],
    ["storefront", S3, "10.2.0.0/24"],
    ["api", S3, "10.2.0.0/24,169.254.170.23/32"],
    ["jobs", S3, "10.1.0.0/24,10.2.0.0/24,169.254.170.23/32"],
  ] as const)("the mesh lets %s past itself to managed stores and the agent (%j)", (caller, objectStorage, ranges) => {
    const cache = { ...platform.cache, reach: { kind: "addresses", cidrs: ["10.2.0.0/24"], port: 6379 } } as const;
    const there = { ...platform, cache, cloud: objectStorage === undefined ? undefined : { objectStorage } };
    expect(outsideMesh(caller, there)).toEqual({ "traffic.sidecar.istio.io/excludeOutboundIPRanges": ranges });
  });

  test("and sends everything through it where all stands in the cluster", () => {
    const database = { ...platform.database, reach: { kind: "namespace", namespace: "privatesales-data", port: 5432 } } as const;
    for (const caller of CALLERS) expect(outsideMesh(caller, { ...platform, database })).toEqual({});
  });

  test("pods and jobs carry it", async () => {
    const context = await contextOf(tenantOf(), { cloud: { objectStorage: S3 } });
    const annotation = { "traffic.sidecar.istio.io/excludeOutboundIPRanges": "169.254.170.23/32" };
    expect(podTemplate(context, "api", {}).metadata).toMatchObject({ annotations: annotation });
    expect(jobTemplate(context, { purpose: "backup", image: "x", args: [], secrets: [] }).metadata).toMatchObject({
      annotations: { "traffic.sidecar.istio.io/excludeOutboundIPRanges": "10.1.0.0/24,169.254.170.23/32" },
    });
    expect(JSON.stringify(podTemplate(context, "storefront", {}).metadata)).not.toContain("excludeOutbound");
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
    expect(workloadPolicy("api", database).egress).not.toContainEqual(rule);
    for (const store of ["pooler", "cache"] as const) {
      const moved = { ...platform, [store]: { ...platform[store], reach } };
      expect(workloadPolicy("api", moved).egress).toContainEqual(rule);
      expect(jobPolicy(moved).egress).toContainEqual(rule);
    }
  });
});

test("every policy speaks for both directions, so that what it does not name stays closed", () => {
  for (const policy of policies()) {
    expect(policy).toMatchObject({ policyTypes: ["Ingress", "Egress"] });
  }
});

test("no peer is a whole cluster: every one names a namespace by the API server's own label, own pods, or addresses", () => {
  const peers = policies().flatMap((policy) => {
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

import { describe, expect, test } from "vitest";
import { limitRangeItem, quotaHard, resourceRequirements } from "../../../components/tenant/namespace.ts";
import { PLANS, SIDECAR } from "../../../tenants/plans.ts";
import { TIERS } from "../../../tenants/tenant.ts";
import { recordTenant } from "../../support/platform.ts";
import { at } from "../../support/objects.ts";
import { only } from "../../support/record.ts";
import { tenantOf } from "../../support/tenants.ts";

/** Object kinds that a tenant could fill etcd with, or reach the outside by. */
const COUNTS = [
  "configmaps",
  "count/cronjobs.batch",
  "count/jobs.batch",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
  "services.loadbalancers",
  "services.nodeports",
];
const AMOUNTS = ["cpu", "memory", "ephemeral-storage"].flatMap((resource) => [`limits.${resource}`, `requests.${resource}`]);

describe.each(TIERS)("the quota of %s", (tier) => {
  test("bounds these resources, both ways, and these objects, and nothing else", () => {
    expect(Object.keys(quotaHard(PLANS[tier].quota)).toSorted()).toEqual([...AMOUNTS, ...COUNTS].toSorted());
  });

  test("holds every object that the program itself makes for the tenant", async () => {
    const hard = quotaHard(PLANS[tier].quota);
    const resources = await recordTenant(tenantOf({ tier }));
    const inNamespace = (kind: string): number =>
      resources.filter(({ type, inputs }) => type.endsWith(`:${kind}`) && at(inputs, "metadata.namespace") === "tenant-dior").length;
    const kinds = [
      ["Service", "services"],
      ["ConfigMap", "configmaps"],
      ["Secret", "secrets"],
      ["ResourceQuota", "resourcequotas"],
      ["Job", "count/jobs.batch"],
      ["CronJob", "count/cronjobs.batch"],
    ] as const;
    for (const [kind, key] of kinds) {
      expect(inNamespace(kind), kind).toBeGreaterThan(0);
      expect(inNamespace(kind), kind).toBeLessThanOrEqual(Number(hard[key]));
    }
  });
});

describe("the limit range", () => {
  test.each(TIERS)("of %s lets in every container of the plan, and the sidecar", (tier) => {
    const plan = PLANS[tier];
    const { max } = limitRangeItem(plan);
    expect(max).toEqual({
      cpu: `${plan.quota.limits.cpuMilli}m`,
      memory: `${plan.quota.limits.memoryMi}Mi`,
      "ephemeral-storage": `${plan.quota.ephemeralGi}Gi`,
    });
    const { storefront, api, job } = plan.pods;
    for (const { limits } of [storefront, api.node, api.spring, job, SIDECAR]) {
      expect(limits.cpuMilli).toBeLessThanOrEqual(plan.quota.limits.cpuMilli);
      expect(limits.memoryMi).toBeLessThanOrEqual(plan.quota.limits.memoryMi);
    }
  });

  test("stands in the tenant's namespace beside the quota", async () => {
    const resources = await recordTenant(tenantOf({ tier: "starter" }));
    expect(only(resources, "LimitRange").inputs).toMatchObject({ metadata: { namespace: "tenant-dior" }, spec: { limits: [{ type: "Container" }] } });
    expect(only(resources, "ResourceQuota").inputs).toMatchObject({ metadata: { namespace: "tenant-dior" }, spec: { hard: quotaHard(PLANS.starter.quota) } });
  });
});

test("a container's requests and limits are the plan's, with scratch space", () => {
  expect(resourceRequirements(PLANS.starter.pods.api.spring)).toEqual({
    requests: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "128Mi" },
    limits: { cpu: "1000m", memory: "1024Mi", "ephemeral-storage": "512Mi" },
  });
});

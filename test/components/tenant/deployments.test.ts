import { beforeAll, describe, expect, test } from "vitest";
import { deploymentSpec } from "../../../components/tenant/deployments.ts";
import { PLANS } from "../../../tenants/plans.ts";
import { TIERS } from "../../../tenants/tenant.ts";
import { contextOf, recordTenant } from "../../support/platform.ts";
import { only, type Recorded } from "../../support/record.ts";
import { at } from "../../support/objects.ts";
import { tenantOf } from "../../support/tenants.ts";

const WORKLOADS = ["storefront", "api"] as const;

describe("replicas", () => {
  test.each(WORKLOADS)("of %s are nobody's but the autoscaler's while the tenant serves, and none when it does not", async (workload) => {
    expect(deploymentSpec(await contextOf(tenantOf()), workload, {})).not.toHaveProperty("replicas");
    expect(deploymentSpec(await contextOf(tenantOf({ state: "suspended" })), workload, {})).toHaveProperty("replicas", 0);
  });
});

describe.each(TIERS)("the autoscalers of %s", (tier) => {
  let resources: readonly Recorded[];
  beforeAll(async () => {
    resources = await recordTenant(tenantOf({ tier }));
  });

  test.each(WORKLOADS)("keep %s within the plan's bounds", (workload) => {
    const { min, max } = PLANS[tier].replicas[workload];
    expect(only(resources, "HorizontalPodAutoscaler", `dior-${workload}-autoscaler`).inputs["spec"]).toMatchObject({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload },
      minReplicas: min,
      maxReplicas: max,
    });
  });
});

test("a tenant's own bounds come before the plan's", async () => {
  const resources = await recordTenant(tenantOf({ api: { runtime: "node", replicas: { min: 3, max: 4 } } }));
  expect(only(resources, "HorizontalPodAutoscaler", "dior-api-autoscaler").inputs["spec"]).toMatchObject({ minReplicas: 3, maxReplicas: 4 });
  expect(only(resources, "HorizontalPodAutoscaler", "dior-storefront-autoscaler").inputs["spec"]).toMatchObject({
    minReplicas: PLANS.business.replicas.storefront.min,
    maxReplicas: PLANS.business.replicas.storefront.max,
  });
});

test.each(WORKLOADS)("right-sizing of %s recommends memory and changes nothing", async (workload) => {
  expect(only(await recordTenant(tenantOf()), "VerticalPodAutoscaler", `dior-${workload}-right-size`).inputs["spec"]).toEqual({
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload },
    updatePolicy: { updateMode: "Off" },
    resourcePolicy: { containerPolicies: [{ containerName: workload, controlledResources: ["memory"] }] },
  });
});

test("one pod at a time may be evicted, and jobs are not counted among them", async () => {
  expect(only(await recordTenant(tenantOf()), "PodDisruptionBudget").inputs["spec"]).toEqual({
    maxUnavailable: 1,
    selector: {
      matchLabels: { "privatesales.co.kr/tenant": "dior" },
      matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: ["storefront", "api"] }],
    },
  });
});

test.each([
  ["storefront", 3000],
  ["api", 8080],
] as const)("the Service of %s selects what the Deployment makes, at the port on which it listens", async (workload, port) => {
  const resources = await recordTenant(tenantOf());
  const identity = { "privatesales.co.kr/tenant": "dior", "app.kubernetes.io/name": workload };
  const service = only(resources, "Service", `dior-${workload}-service`).inputs;
  const deployment = only(resources, "Deployment", `dior-${workload}-deployment`).inputs;
  expect(at(service, "spec.selector")).toEqual(identity);
  expect(at(deployment, "spec.selector.matchLabels")).toEqual(identity);
  expect(at(deployment, "spec.template.metadata.labels")).toMatchObject(identity);
  expect(at(service, "spec.ports")).toEqual([{ name: "http", port: 80, targetPort: port, appProtocol: "http" }]);
});

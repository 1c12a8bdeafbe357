import { describe, expect, test } from "vitest";
import { planFaults } from "../../tenants/planFaults.ts";
import { applyOverrides, PLANS, podsAtMost, podsDuring, SIDECAR } from "../../tenants/plans.ts";
import { type Plan, RUNTIMES, TIERS } from "../../tenants/tenant.ts";

const STRATEGIES = ["rolling", "canary"] as const;
const fields = (plan: Plan, runtime: (typeof RUNTIMES)[number] = "node"): readonly string[] =>
  planFaults(plan, runtime, "canary").map((fault) => fault.field);

describe.each(TIERS)("%s", (tier) => {
  const plan = PLANS[tier];

  test("its pods fit into its quota, whatever the runtime and strategy", () => {
    for (const runtime of RUNTIMES) for (const strategy of STRATEGIES) expect(planFaults(plan, runtime, strategy)).toEqual([]);
    expect(plan.tier).toBe(tier);
  });

  test("its limits are not below its requests, in pods and quota", () => {
    const all = [plan.pods.storefront, ...Object.values(plan.pods.api), plan.pods.job, plan.quota, SIDECAR];
    for (const { requests, limits } of all) {
      expect(limits.cpuMilli).toBeGreaterThanOrEqual(requests.cpuMilli);
      expect(limits.memoryMi).toBeGreaterThanOrEqual(requests.memoryMi);
    }
  });

  test("two replicas stay, so that one may be evicted", () => {
    expect(Math.min(plan.replicas.storefront.min, plan.replicas.api.min)).toBeGreaterThanOrEqual(2);
  });

  test("its burst is not below its rate", () => {
    expect(plan.rateLimit.burst).toBeGreaterThanOrEqual(plan.rateLimit.perSecond);
  });
});

test("a higher tier gives more of everything", () => {
  const numbers = (plan: Plan): readonly number[] => [
    plan.replicas.storefront.max,
    plan.replicas.api.max,
    plan.quota.requests.cpuMilli,
    plan.quota.requests.memoryMi,
    plan.quota.ephemeralGi,
    plan.quota.pods,
    plan.database.connections,
    plan.database.poolSize,
    plan.rateLimit.perSecond,
    plan.connections,
    plan.backup.retentionDays,
    plan.slo.availability,
    -plan.slo.latencyMs,
  ];
  const [low, middle, high] = [numbers(PLANS.starter), numbers(PLANS.business), numbers(PLANS.enterprise)];
  middle.forEach((value, index) => {
    expect(value).toBeGreaterThan(low[index] ?? NaN);
    expect(value).toBeLessThan(high[index] ?? NaN);
  });
});

describe("the sum", () => {
  const plan = PLANS.starter;

  test("counts a second set for canary and a quarter for rolling", () => {
    expect([podsDuring({ min: 1, max: 3 }, "canary"), podsDuring({ min: 1, max: 3 }, "rolling"), podsDuring({ min: 1, max: 8 }, "rolling")]).toEqual([6, 4, 10]);
    expect(podsAtMost(plan.replicas, "canary")).toBe(15);
  });

  // By hand: 6 storefront pods of 100m, 6 api pods of 100m, 3 job pods of 100m, each with 50m of sidecar.
  test("is exact: one thousandth less is a fault that names it", () => {
    const quotaOf = (cpuMilli: number): Plan => ({ ...plan, quota: { ...plan.quota, requests: { ...plan.quota.requests, cpuMilli } } });
    expect(planFaults(quotaOf(2250), "node", "canary")).toEqual([]);
    expect(planFaults(quotaOf(2249), "node", "canary")).toMatchObject([
      { field: "quota.cpu", given: "2249m", allowed: "at least 2250m", message: expect.stringMatching(/below the 2250m that 6 storefront pods, 6 api pods .* 3 job pods/) as unknown },
    ]);
  });

  test("is exact for memory: 6 x 320Mi + 6 x 320Mi + 3 x 192Mi", () => {
    const quotaOf = (memoryMi: number): Plan => ({ ...plan, quota: { ...plan.quota, requests: { ...plan.quota.requests, memoryMi } } });
    expect(fields(quotaOf(4416))).toEqual([]);
    expect(fields(quotaOf(4415))).toEqual(["quota.memory"]);
  });

  test("looks at limits too", () => {
    // 12 x 700m + 3 x 700m.
    const quotaOf = (cpuMilli: number): Plan => ({ ...plan, quota: { ...plan.quota, limits: { ...plan.quota.limits, cpuMilli } } });
    expect(fields(quotaOf(10_500))).toEqual([]);
    expect(planFaults(quotaOf(10_499), "node", "canary")[0]?.message).toMatch(/allows limits of 10499m, below the 10500m/);
  });

  test("looks at pods, ephemeral storage and the pool", () => {
    expect(fields({ ...plan, quota: { ...plan.quota, pods: 15, ephemeralGi: 15 } })).toEqual([]);
    expect(fields({ ...plan, quota: { ...plan.quota, pods: 14, ephemeralGi: 14 } })).toEqual(["quota.ephemeralStorage", "quota.pods"]);
    expect(fields({ ...plan, database: { ...plan.database, poolSize: 10 } })).toEqual([]);
    expect(fields({ ...plan, database: { ...plan.database, poolSize: 11 } })).toEqual(["database.poolSize"]);
  });

  test("refuses a range that cannot be", () => {
    expect(fields({ ...plan, replicas: { ...plan.replicas, api: { min: 3, max: 2 } } })).toEqual(["api.replicas"]);
  });
});

describe("a tenant's own numbers", () => {
  const plan = PLANS.business;

  test("none leave the plan as it is", () => {
    expect(applyOverrides(plan, {}, {})).toEqual(plan);
  });

  test("a quota keeps the ratio of limits to requests", () => {
    const { quota } = applyOverrides(plan, {}, { cpuMilli: 18_001, memoryMi: 12_288, ephemeralGi: 50 });
    expect(quota).toEqual({
      requests: { cpuMilli: 18_001, memoryMi: 12_288 },
      limits: { cpuMilli: 72_004, memoryMi: 24_576 },
      ephemeralGi: 50,
      pods: plan.quota.pods,
    });
  });

  test("a limit is rounded up, never a fraction short", () => {
    const odd = { ...plan, quota: { ...plan.quota, requests: { cpuMilli: 2000, memoryMi: 2000 }, limits: { cpuMilli: 3000, memoryMi: 3000 } } };
    expect(applyOverrides(odd, {}, { cpuMilli: 2001, memoryMi: 2001 }).quota.limits).toEqual({ cpuMilli: 3002, memoryMi: 3002 });
  });

  test("more replicas bring more pods, and the fault says what else they need", () => {
    const own = applyOverrides(plan, { api: { min: 2, max: 20 } }, {});
    expect(own.replicas).toEqual({ storefront: plan.replicas.storefront, api: { min: 2, max: 20 } });
    expect(own.quota.pods).toBe(55);
    expect(fields(own, "spring")).toEqual(["quota.cpu", "quota.memory", "quota.ephemeralStorage"]);
  });

  test("what a fault calls enough is enough", () => {
    const short = applyOverrides(plan, {}, { cpuMilli: 1000 });
    const enough = planFaults(short, "spring", "canary")[0]?.allowed;
    expect(enough).toBe("at least 11100m");
    expect(planFaults(applyOverrides(plan, {}, { cpuMilli: 11_100 }), "spring", "canary")).toEqual([]);
    expect(planFaults(applyOverrides(plan, {}, { cpuMilli: 11_099 }), "spring", "canary")).toHaveLength(1);
  });
});

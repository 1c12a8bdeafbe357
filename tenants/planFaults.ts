/** The arithmetic of a plan: what its pods need at the worst moment must fit into its quota. */
import { JOB_PODS, POD_EPHEMERAL_GI, podsAtMost, podsDuring, SIDECAR, type Strategy } from "./plans.ts";
import { formatCpu, formatMemory, formatStorage } from "./quantity.ts";
import type { Plan, PodResources, Range, Runtime } from "./tenant.ts";

export interface PlanFault {
  /** As in tenants.yaml, e.g. `quota.cpu`; `database.poolSize` is the plan's own. */
  readonly field: string;
  readonly given: string;
  readonly message: string;
  readonly allowed: string;
}

type Side = "requests" | "limits";
type Resource = "cpuMilli" | "memoryMi";

function need(plan: Plan, runtime: Runtime, strategy: Strategy, side: Side, resource: Resource): number {
  const one = (pod: PodResources): number => pod[side][resource] + SIDECAR[side][resource];
  return (
    podsDuring(plan.replicas.storefront, strategy) * one(plan.pods.storefront) +
    podsDuring(plan.replicas.api, strategy) * one(plan.pods.api[runtime]) +
    JOB_PODS * one(plan.pods.job)
  );
}

const sumInWords = (plan: Plan, strategy: Strategy): string =>
  `${podsDuring(plan.replicas.storefront, strategy)} storefront pods, ${podsDuring(plan.replicas.api, strategy)} api pods ` +
  `(during a rollout) and ${JOB_PODS} job pods, each with its sidecar`;

function amountFault(plan: Plan, runtime: Runtime, strategy: Strategy, resource: Resource): readonly PlanFault[] {
  const [field, format] = resource === "cpuMilli" ? ["quota.cpu", formatCpu] as const : ["quota.memory", formatMemory] as const;
  const requests = need(plan, runtime, strategy, "requests", resource);
  const limits = need(plan, runtime, strategy, "limits", resource);
  const quota = { requests: plan.quota.requests[resource], limits: plan.quota.limits[resource] };
  if (quota.requests >= requests && quota.limits >= limits) return [];
  const enough = Math.max(requests, Math.ceil((limits * quota.requests) / quota.limits));
  const side = quota.requests < requests ? "requests" : "limits";
  return [
    {
      field,
      given: format(quota.requests),
      message:
        `${field} ${format(quota.requests)} allows ${side} of ${format(quota[side])}, below the ` +
        `${format(side === "requests" ? requests : limits)} that ${sumInWords(plan, strategy)} need. ` +
        "Raise the quota or lower replicas.max.",
      allowed: `at least ${format(enough)}`,
    },
  ];
}

function rangeFault(field: string, range: Range): readonly PlanFault[] {
  if (range.min >= 1 && range.min <= range.max) return [];
  return [
    {
      field,
      given: `min ${range.min}, max ${range.max}`,
      message: "min is above max, or below one.",
      allowed: "1 <= min <= max",
    },
  ];
}

function countFault(field: string, given: number, least: number, show: (n: number) => string, why: string): readonly PlanFault[] {
  if (given >= least) return [];
  return [
    {
      field,
      given: show(given),
      message: `${field} ${show(given)} is below the ${show(least)} that ${why} need. Raise the quota or lower replicas.max.`,
      allowed: `at least ${show(least)}`,
    },
  ];
}

/** All that does not fit in a plan, for an API of the given runtime; empty when it does. */
export function planFaults(plan: Plan, runtime: Runtime, strategy: Strategy): readonly PlanFault[] {
  const pods = podsAtMost(plan.replicas, strategy);
  const { connections, poolSize } = plan.database;
  const pool: readonly PlanFault[] =
    poolSize >= 1 && poolSize <= connections
      ? []
      : [
          {
            field: "database.poolSize",
            given: String(poolSize),
            message: `the pool of ${poolSize} does not fit into the ${connections} connections of the login.`,
            allowed: `1 to ${connections}`,
          },
        ];
  return [
    ...rangeFault("storefront.replicas", plan.replicas.storefront),
    ...rangeFault("api.replicas", plan.replicas.api),
    ...amountFault(plan, runtime, strategy, "cpuMilli"),
    ...amountFault(plan, runtime, strategy, "memoryMi"),
    ...countFault("quota.ephemeralStorage", plan.quota.ephemeralGi, pods * POD_EPHEMERAL_GI, formatStorage, sumInWords(plan, strategy)),
    ...countFault("quota.pods", plan.quota.pods, pods, String, sumInWords(plan, strategy)),
    ...pool,
  ];
}

/** What each tier gives. The numbers are checked by `planFaults`; a plan whose sums do not fit fails the tests and the load. */
import type { Amount, Plan, PodResources, Quota, Range, Tier } from "./tenant.ts";

const amount = (cpuMilli: number, memoryMi: number): Amount => ({ cpuMilli, memoryMi });
const pod = (requests: Amount, limits: Amount): PodResources => ({ requests, limits });

/** The istio-proxy that runs beside every pod of a tenant, job pods included; counted against the quota. */
export const SIDECAR: PodResources = pod(amount(50, 64), amount(200, 128));

/** Ephemeral storage of a whole pod, sidecar included, in Gi: two containers at 512Mi each. */
export const POD_EPHEMERAL_GI = 1;

/** Pods of jobs that may run at the same time: migration and verification, and the backup. */
export const JOB_PODS = 3;

const gi = (many: number): number => many * 1024;

const starter: Plan = {
  tier: "starter",
  replicas: { storefront: { min: 2, max: 3 }, api: { min: 2, max: 3 } },
  pods: {
    storefront: pod(amount(100, 256), amount(500, 512)),
    api: {
      node: pod(amount(100, 256), amount(500, 512)),
      spring: pod(amount(250, 512), amount(1000, 1024)),
    },
    job: pod(amount(100, 128), amount(500, 256)),
  },
  quota: { requests: amount(4000, gi(8)), limits: amount(16_000, gi(16)), ephemeralGi: 20, pods: 20 },
  database: { connections: 10, poolSize: 8, statementTimeoutMs: 5000 },
  rateLimit: { perSecond: 20, burst: 40 },
  connections: 100,
  backup: { schedule: "0 18 * * *", retentionDays: 7, testDays: 14 },
  logs: { retentionDays: 7 },
  slo: { availability: 99.5, latencyMs: 1000 },
};

const business: Plan = {
  tier: "business",
  replicas: { storefront: { min: 2, max: 6 }, api: { min: 2, max: 6 } },
  pods: {
    storefront: pod(amount(200, 384), amount(1000, 768)),
    api: {
      node: pod(amount(200, 384), amount(1000, 768)),
      spring: pod(amount(500, 1024), amount(2000, 1536)),
    },
    job: pod(amount(200, 256), amount(1000, 512)),
  },
  quota: { requests: amount(12_000, gi(24)), limits: amount(48_000, gi(48)), ephemeralGi: 40, pods: 36 },
  database: { connections: 20, poolSize: 16, statementTimeoutMs: 5000 },
  rateLimit: { perSecond: 100, burst: 200 },
  connections: 500,
  backup: { schedule: "0 6,18 * * *", retentionDays: 14, testDays: 7 },
  logs: { retentionDays: 14 },
  slo: { availability: 99.9, latencyMs: 500 },
};

const enterprise: Plan = {
  tier: "enterprise",
  replicas: { storefront: { min: 3, max: 12 }, api: { min: 3, max: 12 } },
  pods: {
    storefront: pod(amount(500, 512), amount(2000, 1024)),
    api: {
      node: pod(amount(500, 512), amount(2000, 1024)),
      spring: pod(amount(1000, 2048), amount(4000, 3072)),
    },
    job: pod(amount(500, 512), amount(2000, 1024)),
  },
  quota: { requests: amount(44_000, gi(72)), limits: amount(176_000, gi(144)), ephemeralGi: 64, pods: 60 },
  database: { connections: 40, poolSize: 32, statementTimeoutMs: 10_000 },
  rateLimit: { perSecond: 400, burst: 800 },
  connections: 2000,
  backup: { schedule: "0 */4 * * *", retentionDays: 35, testDays: 3 },
  logs: { retentionDays: 30 },
  slo: { availability: 99.95, latencyMs: 300 },
};

export const PLANS: Readonly<Record<Tier, Plan>> = { starter, business, enterprise };

/** What a tenant may set instead of its plan's numbers, in base units. */
export interface ReplicaOverrides {
  readonly storefront?: Range | undefined;
  readonly api?: Range | undefined;
}
export interface QuotaOverrides {
  readonly cpuMilli?: number | undefined;
  readonly memoryMi?: number | undefined;
  readonly ephemeralGi?: number | undefined;
}

/** How a new version comes in: replica by replica, or beside the old one. */
export type Strategy = "rolling" | "canary";

/** Pods of a workload at the worst moment of a rollout: a canary has a full second set, a rolling update a quarter more. */
export function podsDuring(range: Range, strategy: Strategy): number {
  switch (strategy) {
    case "rolling":
      return range.max + Math.ceil(range.max / 4);
    case "canary":
      return range.max * 2;
    default:
      return strategy satisfies never;
  }
}

/** All pods of a tenant at the worst moment, jobs included. */
export function podsAtMost(replicas: Plan["replicas"], strategy: Strategy): number {
  return podsDuring(replicas.storefront, strategy) + podsDuring(replicas.api, strategy) + JOB_PODS;
}

/** Limits keep the plan's ratio to requests; rounded up, since a limit that is a byte short is a refused pod. */
const inRatio = (given: number | undefined, requests: number, limits: number): number =>
  given === undefined ? limits : Math.ceil((limits * given) / requests);

function quotaWith(quota: Quota, own: QuotaOverrides, pods: number): Quota {
  return {
    requests: amount(own.cpuMilli ?? quota.requests.cpuMilli, own.memoryMi ?? quota.requests.memoryMi),
    limits: amount(
      inRatio(own.cpuMilli, quota.requests.cpuMilli, quota.limits.cpuMilli),
      inRatio(own.memoryMi, quota.requests.memoryMi, quota.limits.memoryMi),
    ),
    ephemeralGi: own.ephemeralGi ?? quota.ephemeralGi,
    pods: Math.max(quota.pods, pods),
  };
}

/** The plan with a tenant's own replicas and quota. The count of pods follows the replicas; nobody has to write it. */
export function applyOverrides(plan: Plan, replicas: ReplicaOverrides, quota: QuotaOverrides): Plan {
  const ranges = {
    storefront: replicas.storefront ?? plan.replicas.storefront,
    api: replicas.api ?? plan.replicas.api,
  };
  return { ...plan, replicas: ranges, quota: quotaWith(plan.quota, quota, podsAtMost(ranges, "canary")) };
}

import type { Runtime, Tenant } from "../../tenants/tenant.ts";
import { LABEL_PREFIX } from "../shared/labels.ts";

/** What a tenant runs: the shop that shoppers see, and its API below `/api`. */
export const WORKLOADS = ["storefront", "api"] as const;
export type Workload = (typeof WORKLOADS)[number];

/** Marks a job's pods for the network policy; the value is the job's purpose. */
export const JOB_LABEL = `${LABEL_PREFIX}/job`;

/** Container ports, which the applications listen on. Services offer both as port 80. */
export const workloadPorts: Readonly<Record<Workload, number>> = { storefront: 3000, api: 8080 };

/** How a process of this kind is probed, scraped and told its memory. */
export interface RuntimeProfile {
  readonly live: string;
  readonly ready: string;
  readonly metrics: string;
  /** Seconds that a start may take before the container is restarted. */
  readonly startSeconds: number;
  readonly env: Readonly<Record<string, string>>;
}

/** A JVM is told shares of its limit; V8 wants MiB, and three quarters leave room for buffers and the C++ side. */
const nodeOptions = (memoryLimitMi: number): string => `--max-old-space-size=${Math.floor(memoryLimitMi * 0.75)}`;

/** Profile of the API by runtime. `memoryLimitMi` is the container's limit in MiB. */
export function apiProfile(runtime: Runtime, memoryLimitMi: number): RuntimeProfile {
  switch (runtime) {
    case "node":
      return {
        live: "/healthz/live",
        ready: "/healthz/ready",
        metrics: "/metrics",
        startSeconds: 60,
        env: { NODE_ENV: "production", NODE_OPTIONS: nodeOptions(memoryLimitMi) },
      };
    case "spring":
      return {
        live: "/actuator/health/liveness",
        ready: "/actuator/health/readiness",
        metrics: "/actuator/prometheus",
        startSeconds: 180,
        env: {
          JAVA_TOOL_OPTIONS: "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError",
          SPRING_PROFILES_ACTIVE: "production",
          SERVER_SHUTDOWN: "graceful",
          MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE: "health,prometheus",
        },
      };
  }
}

/** Profile of the storefront, a Next.js server. `memoryLimitMi` is the container's limit in MiB. */
export const storefrontProfile = (memoryLimitMi: number): RuntimeProfile => ({
  live: "/healthz/live",
  ready: "/healthz/ready",
  metrics: "/metrics",
  startSeconds: 60,
  env: { NODE_ENV: "production", HOSTNAME: "0.0.0.0", NODE_OPTIONS: nodeOptions(memoryLimitMi) },
});

export function profileOf(tenant: Tenant, workload: Workload): RuntimeProfile {
  const { pods } = tenant.plan;
  switch (workload) {
    case "storefront":
      return storefrontProfile(pods.storefront.limits.memoryMi);
    case "api":
      return apiProfile(tenant.api.runtime, pods.api[tenant.api.runtime].limits.memoryMi);
  }
}

/** The image that a workload runs: the tenant's own reference, or its repository at the released version. */
export function imageOf(tenant: Tenant, workload: Workload, registry: string): string {
  return tenant[workload].image ?? `${registry}/${tenant.id}/${workload}:${tenant.release.version}`;
}

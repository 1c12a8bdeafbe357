import type { Reach } from "../data/reach.ts";
import type { TenantPlatform } from "./context.ts";
import type { Workload } from "./workloads.ts";

/**
 * EKS: an agent on each node gives pods their AWS credentials, at these addresses only; without them a pod has no identity.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
 */
export const IDENTITY_AGENT = ["169.254.170.23/32", "fd00:ec2::23/128"] as const;

/** What runs in a tenant's namespace: a workload, or a job. */
export type Caller = Workload | "jobs";

/** The part of the platform that says what stands outside of the cluster. */
export type Outside = Pick<TenantPlatform, "database" | "pooler" | "cache" | "cloud">;

/** The stores that each calls. The storefront has no login of the database; the API goes through the pooler. */
export function storesOf(caller: Caller, { database, pooler, cache }: Outside): readonly Reach[] {
  switch (caller) {
    case "storefront":
      return [cache.reach];
    case "api":
      return [pooler.reach, cache.reach];
    case "jobs":
      return [database.reach, pooler.reach, cache.reach];
  }
}

/** Whether it has an identity in AWS. The storefront has none. */
export const hasIdentity = (caller: Caller, { cloud }: Pick<Outside, "cloud">): boolean => cloud !== undefined && caller !== "storefront";

/**
 * Annotations of the caller's pods. The mesh lets out nothing that it does not know, and neither a managed store nor a process on
 * the node is a service of it; a store checks certificates itself, and the network policies say who reaches it.
 * https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeOutboundIPRanges
 */
export function outsideMesh(caller: Caller, outside: Outside): Readonly<Record<string, string>> {
  const stores = storesOf(caller, outside).flatMap((reach) => (reach.kind === "addresses" ? reach.cidrs : []));
  const ranges = [...stores, ...(hasIdentity(caller, outside) ? [IDENTITY_AGENT[0]] : [])];
  return ranges.length === 0 ? {} : { "traffic.sidecar.istio.io/excludeOutboundIPRanges": [...new Set(ranges)].join(",") };
}

import type { TenantPlatform } from "./context.ts";

/**
 * EKS: an agent on each node gives pods their AWS credentials, at these addresses only; without them a pod has no identity.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
 */
export const IDENTITY_AGENT = ["169.254.170.23/32", "fd00:ec2::23/128"] as const;

/**
 * Annotations of pods with an identity. The mesh lets out nothing that it does not know, and a process on the node is no
 * service of it: https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeOutboundIPRanges
 */
export const identityAnnotations = ({ podIdentity }: Pick<TenantPlatform, "podIdentity">): Readonly<Record<string, string>> =>
  podIdentity === "on" ? { "traffic.sidecar.istio.io/excludeOutboundIPRanges": IDENTITY_AGENT[0] } : {};

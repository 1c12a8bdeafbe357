import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Reach } from "../data/reach.ts";
import { basePolicy, inNamespace, tcp } from "../shared/networkPolicy.ts";
import type { Context, TenantPlatform } from "./context.ts";
import { IDENTITY_AGENT } from "./identity.ts";
import { JOB_LABEL, WORKLOADS, workloadPorts, type Workload } from "./workloads.ts";

type Rule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** The part of the platform that the policies are about. */
type NetworkPlatform = Pick<TenantPlatform, "mesh" | "monitoring" | "database" | "pooler" | "cache" | "podIdentity">;

/** The tenant's own workloads; without a namespace selector, a peer is of the policy's own namespace. */
const workloadPods = {
  podSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: [...WORKLOADS] }] },
} satisfies Peer;

const toWorkloads: Rule = { to: [workloadPods], ports: tcp(...WORKLOADS.map((workload) => workloadPorts[workload])) };

function toStore(reach: Reach): Rule {
  switch (reach.kind) {
    case "namespace":
      return { to: [inNamespace(reach.namespace)], ports: tcp(reach.port) };
    case "addresses":
      return { to: reach.cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp(reach.port) };
  }
}

const toIdentity = ({ podIdentity }: NetworkPlatform): readonly Rule[] =>
  podIdentity === "on" ? [{ to: IDENTITY_AGENT.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp(80) }] : [];

/** What each workload calls beside the other: the storefront has no login of the database, and no identity in AWS. */
function egressOf(workload: Workload, platform: NetworkPlatform): readonly Rule[] {
  switch (workload) {
    case "storefront":
      return [toStore(platform.cache.reach)];
    case "api":
      return [toStore(platform.pooler.reach), toStore(platform.cache.reach), ...toIdentity(platform)];
  }
}

/** Storefront or API: requests from the gateway, scrapes from Prometheus, each other, and its stores. */
export function workloadPolicy(workload: Workload, platform: NetworkPlatform): Spec {
  const verifier: Peer = { podSelector: { matchLabels: { [JOB_LABEL]: "verify" } } };
  const port = workloadPorts[workload];
  return {
    podSelector: { matchLabels: { "app.kubernetes.io/name": workload } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [inNamespace(platform.mesh.ingressNamespace), workloadPods, verifier], ports: tcp(port) },
      // 15020: the sidecar's metrics, merged with the application's.
      { from: [inNamespace(platform.monitoring.namespace)], ports: tcp(port, 15020) },
    ],
    egress: [toWorkloads, ...egressOf(workload, platform)],
  };
}

/**
 * Every job: the database itself, the pooler and the cache, and what the verification calls: the workloads, which let in no
 * other job, and the tenant's hosts as the gateway serves them to anybody.
 */
export function jobPolicy(platform: NetworkPlatform): Spec {
  return {
    podSelector: { matchExpressions: [{ key: JOB_LABEL, operator: "Exists" }] },
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [
      toStore(platform.database.reach),
      toStore(platform.pooler.reach),
      toStore(platform.cache.reach),
      toWorkloads,
      { to: [inNamespace(platform.mesh.ingressNamespace)], ports: tcp(80, 443) },
      ...toIdentity(platform),
    ],
  };
}

/** Step C: what the tenant's pods may talk to. */
export function declareNetwork(context: Context, namespace: pulumi.Resource): readonly pulumi.Resource[] {
  const policies = [
    ["network-base", "base", basePolicy()],
    ["network-storefront", "storefront", workloadPolicy("storefront", context.platform)],
    ["network-api", "api", workloadPolicy("api", context.platform)],
    ["network-jobs", "jobs", jobPolicy(context.platform)],
  ] as const;
  return policies.map(
    ([part, name, spec]) =>
      new k8s.networking.v1.NetworkPolicy(
        context.name(part),
        { metadata: context.meta(name), spec },
        context.after(namespace),
      ),
  );
}

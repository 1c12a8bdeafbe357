import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { basePolicy, inNamespace, tcp } from "../shared/networkPolicy.ts";
import { JOB_LABEL, WORKLOADS, workloadPorts } from "./workloads.ts";
import type { Reach } from "../data/reach.ts";
import type { Context, TenantPlatform } from "./context.ts";

type Rule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** The tenant's own workloads; without a namespace selector, a peer is of the policy's own namespace. */
const workloadPods = {
  podSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: [...WORKLOADS] }] },
} satisfies Peer;

function toStore(reach: Reach): Rule {
  switch (reach.kind) {
    case "namespace":
      return { to: [inNamespace(reach.namespace)], ports: tcp(reach.port) };
    case "addresses":
      return { to: reach.cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp(reach.port) };
  }
}

/** Storefront and API: requests from the gateway, scrapes from Prometheus, each other, the pooler and the cache. */
export function workloadPolicy(platform: TenantPlatform): Spec {
  const ports = WORKLOADS.map((workload) => workloadPorts[workload]);
  const siblings = workloadPods;
  const verifier: Peer = { podSelector: { matchLabels: { [JOB_LABEL]: "verify" } } };
  return {
    podSelector: siblings.podSelector,
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [inNamespace(platform.mesh.ingressNamespace), siblings, verifier], ports: tcp(...ports) },
      // 15020: the sidecar's metrics, merged with the application's.
      { from: [inNamespace(platform.monitoring.namespace)], ports: tcp(...ports, 15020) },
    ],
    egress: [{ to: [siblings], ports: tcp(...ports) }, toStore(platform.pooler.reach), toStore(platform.cache.reach)],
  };
}

/** Migration, verification and backup: the database itself, and the workloads that the verification calls. */
export function jobPolicy(platform: TenantPlatform): Spec {
  return {
    podSelector: { matchExpressions: [{ key: JOB_LABEL, operator: "Exists" }] },
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [
      toStore(platform.database.reach),
      toStore(platform.pooler.reach),
      toStore(platform.cache.reach),
      {
        to: [workloadPods],
        ports: tcp(...WORKLOADS.map((workload) => workloadPorts[workload])),
      },
    ],
  };
}

/** Step C: what the tenant's pods may talk to. */
export function declareNetwork(context: Context, namespace: pulumi.Resource): readonly pulumi.Resource[] {
  const policies = [
    ["network-base", "base", basePolicy()],
    ["network-workloads", "workloads", workloadPolicy(context.platform)],
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

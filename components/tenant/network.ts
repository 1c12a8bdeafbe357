import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Reach } from "../data/reach.ts";
import { basePolicy, inNamespace, tcp } from "../shared/networkPolicy.ts";
import type { Context, TenantPlatform } from "./context.ts";
import { hasIdentity, IDENTITY_AGENT, storesOf, type Caller, type Outside } from "./outsideMesh.ts";
import { JOB_LABEL, WORKLOADS, workloadPorts, type Workload } from "./workloads.ts";

type Rule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** The part of the platform that the policies are about. */
type NetworkPlatform = Outside & Pick<TenantPlatform, "mesh" | "monitoring">;

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

/** Kubernetes has no name for S3 but its addresses; whose buckets are reached there, the VPC's endpoint and the identity say. */
const toObjectStorage = (cidrs: pulumi.Input<readonly string[]>): Rule => ({
  to: pulumi.output(cidrs).apply((all) => all.map((cidr) => ({ ipBlock: { cidr } }))),
  ports: tcp(443),
});

/** The stores that it calls, and what an identity in AWS is for. */
function toOutside(caller: Caller, platform: NetworkPlatform): readonly Rule[] {
  const stores = storesOf(caller, platform).map(toStore);
  if (platform.cloud === undefined || !hasIdentity(caller, platform)) return stores;
  return [...stores, { to: IDENTITY_AGENT.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp(80) }, toObjectStorage(platform.cloud.objectStorage)];
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
    egress: [toWorkloads, ...toOutside(workload, platform)],
  };
}

/**
 * Every job: the database itself, the pooler, the cache and object storage, and what the verification calls: the workloads, which let in no
 * other job, and the tenant's hosts as the gateway serves them to anybody.
 */
export function jobPolicy(platform: NetworkPlatform): Spec {
  return {
    podSelector: { matchExpressions: [{ key: JOB_LABEL, operator: "Exists" }] },
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [toWorkloads, { to: [inNamespace(platform.mesh.ingressNamespace)], ports: tcp(80, 443) }, ...toOutside("jobs", platform)],
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

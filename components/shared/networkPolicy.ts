import type * as k8s from "@pulumi/kubernetes";
import { NAMESPACES } from "./names.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Rule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;

export const tcp = (...ports: readonly number[]): { protocol: string; port: number }[] => ports.map((port) => ({ protocol: "TCP", port }));

/** A namespace by the one label that the API server itself sets; a tenant cannot wear it. */
export const inNamespace = (name: string, podLabels?: Readonly<Record<string, string>>): Peer => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  ...(podLabels === undefined ? {} : { podSelector: { matchLabels: { ...podLabels } } }),
});

/**
 * Kubernetes: policies add up, and a pod selected by one is closed to everything that none of them opens.
 * This one selects every pod of its namespace, so it is the default deny; it opens name resolution, the mesh's control plane, and `egress`.
 */
export const basePolicy = (...egress: readonly Rule[]): Spec => ({
  podSelector: {},
  policyTypes: ["Ingress", "Egress"],
  ingress: [],
  egress: [
    { to: [inNamespace("kube-system", { "k8s-app": "kube-dns" })], ports: [...tcp(53), { protocol: "UDP", port: 53 }] },
    { to: [inNamespace(NAMESPACES.mesh, { app: "istiod" })], ports: tcp(15012) },
    ...egress,
  ],
});

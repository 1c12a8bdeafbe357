import type * as k8s from "@pulumi/kubernetes";
import type { IServiceEntry } from "@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry";
import type { Manifest } from "../../shared/customResource.ts";
import { NAMESPACES } from "../../shared/names.ts";
import { platformLabels, type Labels } from "../../shared/labels.ts";
import { basePolicy, inNamespace, tcp } from "../../shared/networkPolicy.ts";
import { GATEWAY_HOST } from "../../mesh/values.ts";

type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;

export const GATES_NAMESPACE = "privatesales-gates";

export const gatesMetadata = (name: string): { readonly name: string; readonly namespace: string; readonly labels: Labels } => ({
  name,
  namespace: GATES_NAMESPACE,
  labels: platformLabels("delivery"),
});

/** Every pod of the namespace: nobody calls it, and of the platform it calls the gateway. */
export const gatesPolicy = (): Spec => basePolicy({ to: [inNamespace(NAMESPACES.ingress)], ports: tcp(443) });

/** The pod that reads scan reports calls the API server, which is outside the cluster's own ranges. */
export const apiServerPolicy = (podLabels: Labels, cidrs: readonly string[]): Spec => ({
  podSelector: { matchLabels: { ...podLabels } },
  policyTypes: ["Egress"],
  egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp(443) }],
});

/**
 * Istio: the shops' public hosts, for this namespace only, answered by the cluster's own gateway. Tests go the way of a
 * shopper from the gateway on, with the shop's name and certificate, and no request leaves the cluster: the mesh lets out
 * nothing that it does not know.
 */
export const shopHosts = (hosts: readonly string[]): Manifest<IServiceEntry> => ({
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: gatesMetadata("shops"),
  spec: {
    hosts: [...hosts],
    location: "MESH_EXTERNAL",
    ports: [{ number: 443, name: "tls", protocol: "TLS" }],
    resolution: "DNS",
    endpoints: [{ address: GATEWAY_HOST }],
    exportTo: ["."],
  },
});

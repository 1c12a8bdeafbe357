import type * as k8s from "@pulumi/kubernetes";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import { TENANT_LABEL, type Labels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { inNamespace, tcp } from "../shared/networkPolicy.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Rule = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
type Spec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** Pods of every tenant; with `podLabel`, only those that wear it. */
export const tenantPods = (podLabel?: string): Peer => ({
  namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] },
  ...(podLabel === undefined ? {} : { podSelector: { matchExpressions: [{ key: podLabel, operator: "Exists" }] } }),
});

export const monitoringPods: Peer = inNamespace(NAMESPACES.monitoring);

export const allowFrom = (port: number, ...from: readonly Peer[]): Rule => ({ from: [...from], ports: tcp(port) });

/** A store's pods take connections by `ingress` only. What they may call is left to the namespace's own policy. */
export const ingressPolicy = (selector: Labels, ingress: readonly Rule[]): Spec => ({
  podSelector: { matchLabels: { ...selector } },
  policyTypes: ["Ingress"],
  ingress: [...ingress],
});

/** In the mesh, only tenants' workloads reach `port`; the namespace part of an identity cannot be forged. */
export const tenantsOnly = (selector: Labels, port: number): NonNullable<IAuthorizationPolicy["spec"]> => ({
  selector: { matchLabels: { ...selector } },
  action: "ALLOW",
  rules: [{ from: [{ source: { namespaces: ["tenant-*"] } }], to: [{ operation: { ports: [String(port)] } }] }],
});

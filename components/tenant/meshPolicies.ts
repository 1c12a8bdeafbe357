import * as k8s from "@pulumi/kubernetes";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import type { IDestinationRule } from "@kubernetes-models/istio/networking.istio.io/v1/DestinationRule";
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "../shared/customResource.ts";
import { principal } from "../shared/names.ts";
import type { Plan } from "../../tenants/tenant.ts";
import { WORKLOADS, workloadPorts } from "./workloads.ts";
import type { Context } from "./context.ts";

/**
 * Istio: where an ALLOW policy selects a workload, whatever no rule allows is denied. The rules name identities, never
 * addresses: the gateway, the tenant's own accounts, and Prometheus, which may only read metrics.
 */
export function allowRules(context: Pick<Context, "namespace" | "platform">): NonNullable<IAuthorizationPolicy["spec"]>["rules"] {
  const { namespace, platform } = context;
  const ports = WORKLOADS.map((workload) => String(workloadPorts[workload]));
  const own = ["storefront", "api", "jobs"].map((account) => principal(namespace, account));
  return [
    { from: [{ source: { principals: [platform.mesh.gatewayPrincipal, ...own] } }], to: [{ operation: { ports } }] },
    {
      from: [{ source: { principals: [platform.monitoring.prometheusPrincipal] } }],
      to: [{ operation: { ports: [...ports, "15020"], methods: ["GET"], paths: ["/metrics", "/actuator/prometheus", "/stats/prometheus"] } }],
    },
  ];
}

/** Istio: how clients of this tenant's Services balance, bound their connections, and leave out failing pods. */
export function trafficPolicy(plan: Plan): NonNullable<IDestinationRule["spec"]>["trafficPolicy"] {
  return {
    tls: { mode: "ISTIO_MUTUAL" },
    connectionPool: {
      tcp: { maxConnections: plan.connections, connectTimeout: "2s" },
      http: { http1MaxPendingRequests: plan.connections, http2MaxRequests: plan.connections, maxRequestsPerConnection: 1000 },
    },
    loadBalancer: { simple: "LEAST_REQUEST", localityLbSetting: { enabled: true } },
    outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s", maxEjectionPercent: 50 },
  };
}

/** Step C: who may call the tenant's workloads, and how. */
export function declareMeshPolicies(context: Context, namespace: pulumi.Resource): readonly pulumi.Resource[] {
  const deny = customResource<IAuthorizationPolicy>({
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: context.meta("deny-all"),
    spec: {},
  });
  const allow = customResource<IAuthorizationPolicy>({
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: context.meta("allow"),
    spec: { action: "ALLOW", rules: allowRules(context) ?? [] },
  });
  const traffic = customResource<IDestinationRule>({
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: context.meta("traffic"),
    spec: {
      host: `*.${context.namespace}.svc.cluster.local`,
      exportTo: [".", context.platform.mesh.ingressNamespace],
      trafficPolicy: trafficPolicy(context.tenant.plan) ?? {},
    },
  });
  return [
    new k8s.apiextensions.CustomResource(context.name("authorization-deny"), deny, context.after(namespace)),
    new k8s.apiextensions.CustomResource(context.name("authorization-allow"), allow, context.after(namespace)),
    new k8s.apiextensions.CustomResource(context.name("traffic"), traffic, context.after(namespace)),
  ];
}

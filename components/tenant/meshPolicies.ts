import * as k8s from "@pulumi/kubernetes";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import type { IRequestAuthentication } from "@kubernetes-models/istio/security.istio.io/v1/RequestAuthentication";
import type { IDestinationRule } from "@kubernetes-models/istio/networking.istio.io/v1/DestinationRule";
import type * as pulumi from "@pulumi/pulumi";
import type { Jwt, Plan } from "../../tenants/tenant.ts";
import { customResource, type Manifest } from "../shared/customResource.ts";
import { workloadSelector } from "../shared/labels.ts";
import { principal } from "../shared/names.ts";
import { ACCOUNTS } from "./access.ts";
import { WORKLOADS, workloadPorts } from "./workloads.ts";
import type { Context } from "./context.ts";

type AuthorizationRules = NonNullable<NonNullable<IAuthorizationPolicy["spec"]>["rules"]>;

/**
 * Istio: the mesh denies by default, and here is what this namespace allows. The rules name identities, never addresses: the
 * gateway, the tenant's own accounts, and Prometheus, which may only read metrics. Where the tenant asks for it, requests
 * from the gateway reach the API with a valid token of the tenant's issuer only.
 */
export function allowRules({ tenant, namespace, platform }: Pick<Context, "tenant" | "namespace" | "platform">): AuthorizationRules {
  const [storefront, api] = WORKLOADS.map((workload) => String(workloadPorts[workload]));
  const ports = [storefront, api].filter((port) => port !== undefined);
  const own = ACCOUNTS.map((account) => principal(namespace, account));
  const { jwt } = tenant.api;
  const gateway = { principals: [platform.mesh.gatewayPrincipal] };
  return [
    { from: [{ source: { principals: own } }], to: [{ operation: { ports } }] },
    ...(jwt === undefined
      ? [{ from: [{ source: gateway }], to: [{ operation: { ports } }] }]
      : [
          { from: [{ source: gateway }], to: [{ operation: { ports: ports.slice(0, 1) } }] },
          { from: [{ source: { ...gateway, requestPrincipals: [`${jwt.issuer}/*`] } }], to: [{ operation: { ports: ports.slice(1) } }] },
        ]),
    {
      from: [{ source: { principals: [platform.monitoring.prometheusPrincipal] } }],
      to: [{ operation: { ports: [...ports, "15020"], methods: ["GET"], paths: ["/metrics", "/actuator/prometheus", "/stats/prometheus"] } }],
    },
  ];
}

/** Istio: tokens of this issuer are checked at the API's sidecar; an invalid one is 401, none at all is the allow rules' matter. */
const tokenCheck = (context: Context, jwt: Jwt): Manifest<IRequestAuthentication> => ({
  apiVersion: "security.istio.io/v1",
  kind: "RequestAuthentication",
  metadata: context.meta("api"),
  spec: {
    selector: { matchLabels: { ...workloadSelector(context.tenant.id, "api") } },
    jwtRules: [{ issuer: jwt.issuer, jwksUri: jwt.jwksUri, audiences: [...jwt.audiences], forwardOriginalToken: true }],
  },
});

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

/** For all Services of a tenant's namespace, as the namespace's own workloads and the gateway see them. */
export const trafficSpec = (plan: Plan, namespace: string, ingressNamespace: string): NonNullable<IDestinationRule["spec"]> => ({
  host: `*.${namespace}.svc.cluster.local`,
  exportTo: [".", ingressNamespace],
  trafficPolicy: trafficPolicy(plan) ?? {},
});

/** Step C: who may call the tenant's workloads, and how. */
export function declareMeshPolicies(context: Context, namespace: pulumi.Resource): readonly pulumi.Resource[] {
  const allow = customResource<IAuthorizationPolicy>({
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: context.meta("allow"),
    spec: { action: "ALLOW", rules: allowRules(context) },
  });
  const traffic = customResource<IDestinationRule>({
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: context.meta("traffic"),
    spec: trafficSpec(context.tenant.plan, context.namespace, context.platform.mesh.ingressNamespace),
  });
  const { jwt } = context.tenant.api;
  const checks = jwt === undefined ? [] : [["token-check", customResource(tokenCheck(context, jwt))] as const];
  return ([["authorization", allow], ["traffic", traffic], ...checks] as const).map(
    ([part, args]) => new k8s.apiextensions.CustomResource(context.name(part), args, context.after(namespace)),
  );
}

import type { IEnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3/EnvoyFilter";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { GATEWAY_SELECTOR } from "../mesh/values.ts";
import { customResource } from "../shared/customResource.ts";
import type { Plan } from "../../tenants/tenant.ts";
import type { Context } from "./context.ts";

const ALWAYS = { numerator: 100, denominator: "HUNDRED" } as const;

/**
 * Envoy: a token bucket for one route. Each host and each pod of the gateway has a bucket of its own, so the plan's number
 * is what a single host gets through a single pod; an answer beyond it is 429.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
 */
export function rateLimitConfig(rateLimit: Plan["rateLimit"]): Readonly<Record<string, unknown>> {
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    stat_prefix: "tenant_rate_limit",
    token_bucket: { max_tokens: rateLimit.burst, tokens_per_fill: rateLimit.perSecond, fill_interval: "1s" },
    filter_enabled: { default_value: ALWAYS },
    filter_enforced: { default_value: ALWAYS },
    response_headers_to_add: [{ append_action: "OVERWRITE_IF_EXISTS_OR_ADD", header: { key: "retry-after", value: "1" } }],
  };
}

/** The tenant's numbers, for the route of this name on the shared gateway. */
export const rateLimitSpec = (rateLimit: Plan["rateLimit"], routeName: string): NonNullable<IEnvoyFilter["spec"]> => ({
  workloadSelector: { labels: { ...GATEWAY_SELECTOR } },
  configPatches: [
    {
      applyTo: "HTTP_ROUTE",
      match: { context: "GATEWAY", routeConfiguration: { vhost: { route: { name: routeName } } } },
      patch: {
        operation: "MERGE",
        value: { typed_per_filter_config: { "envoy.filters.http.local_ratelimit": rateLimitConfig(rateLimit) } },
      },
    },
  ],
});

/** Step E: how many calls of the API the tenant's plan lets through the gateway. It stands beside the gateway, whose pods it configures. */
export function declareRateLimit(context: Context, routeName: string, before: readonly pulumi.Resource[]): pulumi.Resource {
  const { tenant, platform, labels } = context;
  const filter = customResource<IEnvoyFilter>({
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: `rate-limit-${tenant.id}`, namespace: platform.mesh.ingressNamespace, labels },
    spec: rateLimitSpec(tenant.plan.rateLimit, routeName),
  });
  return new k8s.apiextensions.CustomResource(context.name("rate-limit"), filter, context.after(...before));
}

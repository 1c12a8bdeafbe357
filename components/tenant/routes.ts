import type { IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../../tenants/hosts.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import { customResource } from "../shared/customResource.ts";
import { serviceHost, tenantNamespace } from "../shared/names.ts";
import { serves, type Context } from "./context.ts";
import { declareRateLimit } from "./rateLimit.ts";

type Spec = NonNullable<IVirtualService["spec"]>;
type HttpRoute = NonNullable<Spec["http"]>[number];

/** Headers that say who the caller is come from the platform only: what a client sends under these names is overwritten. */
function identityHeaders(tenantId: string): NonNullable<HttpRoute["headers"]> {
  return { request: { set: { "x-tenant": tenantId }, remove: ["x-tenant-id", "x-forwarded-tenant", "x-user-id", "x-user-roles"] } };
}

/** The gateway's rate limits find a tenant's API by this name. */
export const apiRouteName = (tenantId: string): string => `${tenantId}-api`;

function apiRoute(tenant: Tenant, origins: readonly string[]): HttpRoute {
  return {
    name: apiRouteName(tenant.id),
    match: [{ uri: { exact: "/api" } }, { uri: { prefix: "/api/" } }],
    headers: identityHeaders(tenant.id),
    timeout: `${tenant.api.timeoutSeconds}s`,
    // Connection faults happen before the application has seen the request, so any method may be tried again.
    retries: { attempts: 2, perTryTimeout: `${Math.max(1, Math.floor(tenant.api.timeoutSeconds / 2))}s`, retryOn: "connect-failure,refused-stream,reset-before-request" },
    corsPolicy: {
      allowOrigins: origins.map((exact) => ({ exact })),
      allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
      allowHeaders: ["authorization", "content-type", "x-request-id"],
      allowCredentials: true,
      maxAge: "3600s",
    },
    route: [{ destination: { host: serviceHost("api", tenantNamespace(tenant.id)), port: { number: 80 } } }],
  };
}

function storefrontRoute(tenant: Tenant): HttpRoute {
  return {
    name: "storefront",
    headers: identityHeaders(tenant.id),
    timeout: "30s",
    retries: { attempts: 2, perTryTimeout: "10s", retryOn: "connect-failure,refused-stream,reset-before-request" },
    route: [{ destination: { host: serviceHost("storefront", tenantNamespace(tenant.id)), port: { number: 80 } } }],
  };
}

/** Path and query are kept by Envoy; the port is the one that the client came in by. */
const redirectRoute = (secondary: readonly string[], primary: string): HttpRoute => ({
  name: "secondary-hosts",
  // `^…(:port)?$`: the Host header carries the port wherever it is not the scheme's default.
  match: secondary.map((host) => ({ authority: { regex: `(?i)${host.replaceAll(".", "\\.")}\\.?(:[0-9]+)?` } })),
  redirect: { authority: primary, redirectCode: 308, derivePort: "FROM_REQUEST_PORT" },
});

const suspendedRoute: HttpRoute = {
  name: "suspended",
  directResponse: { status: 503, body: { string: "This shop is closed for the moment.\n" } },
  headers: { response: { set: { "retry-after": "3600", "content-type": "text/plain; charset=utf-8" } } },
};

/** All that the shared gateway does for the hosts of one tenant, first match first. */
export function routesSpec(tenant: Tenant, domain: string, gateway: string): Spec {
  const hosts = hostsOf(tenant, domain);
  const redirects = tenant.hosts.secondary === "redirect" && hosts.secondary.length > 0;
  const origins = [...hosts.all.map((host) => `https://${host}`), ...tenant.api.corsOrigins];
  return {
    hosts: [...hosts.all],
    gateways: [gateway],
    // Only the gateway reads it: no other tenant's sidecar learns these routes.
    exportTo: [gateway.split("/")[0] ?? "."],
    http: serves(tenant)
      ? [...(redirects ? [redirectRoute(hosts.secondary, hosts.primary)] : []), apiRoute(tenant, origins), storefrontRoute(tenant)]
      : [suspendedRoute],
  };
}

/** Step E: the tenant's hosts. Their names resolve by the stack's wildcard record, and its wildcard certificate covers them. */
export function declareRoutes(context: Context, before: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
  const { tenant, platform } = context;
  const routes = customResource<IVirtualService>({
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: context.meta("routes"),
    spec: routesSpec(tenant, platform.domain, platform.mesh.gateway),
  });
  const declared = new k8s.apiextensions.CustomResource(context.name("routes"), routes, context.after(...before));
  return serves(tenant) ? [declared, declareRateLimit(context, apiRouteName(tenant.id), before)] : [declared];
}

import type { Tenant } from "../../tenants/tenant.ts";
import { tenantLabels, type Labels } from "../shared/labels.ts";
import { NAMESPACES, tenantNamespace } from "../shared/names.ts";

/** Metadata of a tenant's monitoring objects, in the tenant's own namespace. */
export const tenantMetadata = (tenant: Tenant, name: string): { name: string; namespace: string; labels: Labels } => ({
  name,
  namespace: tenantNamespace(tenant.id),
  labels: tenantLabels(tenant),
});

/** The recording rules' names, used by alerts and dashboards. `tenant` and `namespace` are labels of each. */
export const RECORDED = {
  requests: "tenant_service:requests:rate5m",
  errors: "tenant_service:errors:ratio5m",
  latency: "tenant_service:latency_ms:p95_5m",
  gatewayRequests: "tenant:gateway_requests:rate5m",
  gatewayErrors: "tenant:gateway_errors:rate5m",
  gatewayLatency: "tenant:gateway_latency_ms:p95_5m",
  errorRatio: (window: string): string => `tenant:slo_error_ratio:rate${window}`,
} as const;

/** Selects what the recording rules made for this tenant. */
export const ofTenant = (tenant: Tenant): string => `{tenant="${tenant.id}"}`;

/**
 * Requests as the tenant's own sidecars count them: by service, calls between services included. Istio names the called
 * Service in `destination_service_name`.
 */
export const servedSelector = (tenant: Tenant): string =>
  `reporter="destination",destination_service_namespace="${tenantNamespace(tenant.id)}"`;

/**
 * Requests as the gateway saw them: what shoppers got. It also counts the 503 of a service whose pods are all gone, of
 * which no sidecar is left to tell.
 */
export const gatewaySelector = (tenant: Tenant): string =>
  `reporter="source",source_workload_namespace="${NAMESPACES.ingress}",destination_service_namespace="${tenantNamespace(tenant.id)}"`;

/** Share of requests that may fail: 0.001 for 99.9 %. Rounded, since 1 - 0.999 is not 0.001 in binary. */
export const errorBudget = (tenant: Tenant): number => round(1 - tenant.plan.slo.availability / 100);

export const round = (value: number): number => Number(value.toPrecision(6));

/**
 * Names made from a tenant's id. An id is a DNS label of at most 30 characters without `_`, so each map is injective
 * and every result is shorter than the 63 characters that Kubernetes and PostgreSQL keep.
 */
export const tenantNamespace = (id: string): string => `tenant-${id}`;

/** Schema and role prefix in PostgreSQL: `tenant_<id with _ for ->`. */
export const tenantSchema = (id: string): string => `tenant_${id.replaceAll("-", "_")}`;

/** The three database roles of a tenant: owner (no login), migration login, application login. */
export function tenantRoles(id: string): { readonly owner: string; readonly migration: string; readonly app: string } {
  const schema = tenantSchema(id);
  return { owner: `${schema}__owner`, migration: `${schema}__migration`, app: `${schema}__app` };
}

/** Namespaces of the platform's own parts. */
export const NAMESPACES = {
  platform: "privatesales-system",
  mesh: "istio-system",
  ingress: "istio-ingress",
  certificates: "cert-manager",
  data: "privatesales-data",
  monitoring: "monitoring",
  logging: "logging",
} as const;

/** SPIFFE principal of a service account, as AuthorizationPolicy writes it. */
export const principal = (namespace: string, serviceAccount: string): string =>
  `cluster.local/ns/${namespace}/sa/${serviceAccount}`;

/** Cluster-internal DNS name of a Service. */
export const serviceHost = (service: string, namespace: string): string => `${service}.${namespace}.svc.cluster.local`;

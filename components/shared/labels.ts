import type { Tenant } from "../../tenants/tenant.ts";

/** Prefix of the project's own labels and annotations. */
export const LABEL_PREFIX = "privatesales.co.kr";

/** Carries tenancy: set by the program on everything that belongs to a tenant, never by a tenant. */
export const TENANT_LABEL = `${LABEL_PREFIX}/tenant`;

export type Labels = Readonly<Record<string, string>>;

/** Labels of what belongs to the platform as a whole. `part` is the folder under components/, e.g. `mesh`. */
export function platformLabels(part: string): Labels {
  return {
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": "privatesales",
    "app.kubernetes.io/component": part,
  };
}

/** Labels of what belongs to one tenant; cost and access are reported by them. */
export function tenantLabels(tenant: Pick<Tenant, "id" | "tier" | "costCenter">): Labels {
  return {
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": "privatesales",
    [TENANT_LABEL]: tenant.id,
    [`${LABEL_PREFIX}/tier`]: tenant.tier,
    [`${LABEL_PREFIX}/cost-center`]: tenant.costCenter,
  };
}

/** The fixed selector of a workload; part of an immutable field, so it holds identity only. */
export function workloadSelector(tenantId: string, workload: "storefront" | "api"): Labels {
  return { [TENANT_LABEL]: tenantId, "app.kubernetes.io/name": workload };
}

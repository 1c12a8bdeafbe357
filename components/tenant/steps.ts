/**
 * The provisioning flow of a tenant. A (the request) and B (its validation) happen before anything is registered;
 * every child of a TenantEnvironment belongs to one of the other steps.
 */
export const STEPS = {
  A: "request",
  B: "validation",
  C: "namespace, quota, policies, access",
  D: "workloads",
  E: "hosts and certificate",
  F: "database and migration",
  G: "verification",
} as const;

export type Step = keyof typeof STEPS;
/** The steps that make resources. */
export type BuildStep = Exclude<Step, "A" | "B">;

/** What a tenant has by the last part of its name, `<tenant id>-<part>`, and its step: the children of TenantEnvironment and TenantCloud. */
export const PARTS = {
  cloud: "C",
  "cloud-images-storefront": "C",
  "cloud-images-storefront-lifecycle": "C",
  "cloud-images-api": "C",
  "cloud-images-api-lifecycle": "C",
  "cloud-api": "C",
  "cloud-api-role": "C",
  "cloud-api-policy": "C",
  "cloud-api-association": "C",
  "cloud-jobs": "C",
  "cloud-jobs-role": "C",
  "cloud-jobs-policy": "C",
  "cloud-jobs-association": "C",
  namespace: "C",
  quota: "C",
  "limit-range": "C",
  "network-base": "C",
  "network-storefront": "C",
  "network-api": "C",
  "network-jobs": "C",
  "account-storefront": "C",
  "account-api": "C",
  "account-jobs": "C",
  "service-admins": "C",
  authorization: "C",
  "token-check": "C",
  traffic: "C",
  password: "C",
  settings: "D",
  "settings-overrides": "D",
  "data-access": "D",
  "storefront-deployment": "D",
  "storefront-service": "D",
  "storefront-autoscaler": "D",
  "storefront-right-size": "D",
  "api-deployment": "D",
  "api-service": "D",
  "api-autoscaler": "D",
  "api-right-size": "D",
  "disruption-budget": "D",
  routes: "E",
  "rate-limit": "E",
  "database-owner": "F",
  "database-migration": "F",
  "database-app": "F",
  "database-schema": "F",
  "database-app-usage": "F",
  "database-migration-usage": "F",
  "database-tables": "F",
  "database-sequences": "F",
  "database-functions": "F",
  migrate: "F",
  backup: "F",
  verify: "G",
  rules: "D",
  dashboard: "D",
  "alert-route": "D",
} as const satisfies Readonly<Record<string, BuildStep>>;

export type Part = keyof typeof PARTS;

/** The Pulumi name of a tenant's child; the tenant and the step can be read from it again with `placeOf`. */
export const partName = (tenantId: string, part: Part): string => `${tenantId}-${part}`;

const partsByLength = (Object.keys(PARTS) as readonly Part[]).toSorted((a, b) => b.length - a.length);

/** Tenant and step of a child's Pulumi name; undefined for what is not a tenant's. */
export function placeOf(
  resourceName: string,
  tenantIds: ReadonlySet<string>,
): { readonly tenant: string; readonly part: Part; readonly step: BuildStep } | undefined {
  for (const part of partsByLength) {
    const tenant = resourceName.slice(0, -part.length - 1);
    if (resourceName === `${tenant}-${part}` && tenantIds.has(tenant)) return { tenant, part, step: PARTS[part] };
  }
  return undefined;
}

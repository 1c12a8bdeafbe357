import { tenantRoles, tenantSchema } from "../../components/shared/names.ts";

/** What a restore of a tenant uses; each name is shorter than the 63 characters that PostgreSQL keeps. */
export interface RestoreNames {
  readonly schema: string;
  /** Where the data is brought before it takes the place of the live one. */
  readonly side: string;
  /** Database in which the dump's structure is given the side schema's name. */
  readonly scratch: string;
  /** Login with the tenant's own rights and no more, for as long as a restore takes. */
  readonly restorer: string;
  readonly roles: ReturnType<typeof tenantRoles>;
}

export function restoreNames(tenant: string): RestoreNames {
  const schema = tenantSchema(tenant);
  return { schema, side: `${schema}__restore`, scratch: `restore_${schema}`, restorer: `${schema}__restorer`, roles: tenantRoles(tenant) };
}

/** What was live keeps this name until an operator drops it. */
export const asideName = (schema: string, now: Date): string => `${schema}__before_${now.toISOString().replaceAll(/\D/g, "").slice(0, 14)}`;

import { loadTenants } from "../../tenants/load.ts";
import type { Tenant } from "../../tenants/tenant.ts";

/** The shortest entry that is accepted, and what a test wants beside or instead of it (YAML as JSON). */
const entry = (over: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  id: "dior",
  tier: "business",
  release: { version: "1.4.2" },
  api: { runtime: "node" },
  contacts: ["ops@dior.com"],
  ...over,
});

/** Tenants through the real loader, so that no test works on a tenant that could not exist. */
export function tenantsOf(...entries: readonly Readonly<Record<string, unknown>>[]): readonly Tenant[] {
  return loadTenants(JSON.stringify({ version: 1, tenants: entries.map(entry) }, undefined, 1), { file: "test.yaml" });
}

export function tenantOf(over: Readonly<Record<string, unknown>> = {}): Tenant {
  const [tenant] = tenantsOf(over);
  if (tenant === undefined) throw new Error("the loader returned no tenant");
  return tenant;
}

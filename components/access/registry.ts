import type { Ring, Settings, State, Tier } from "../../tenants/tenant.ts";

/** What the platform's own tools need to know of a tenant without reading its namespace. */
export interface RegistryEntry {
  readonly id: string;
  readonly tier: Tier;
  readonly state: State;
  readonly ring: Ring;
  /** Every host of the tenant, the primary first. */
  readonly hosts: readonly string[];
}

/** Data of the ConfigMap `tenants`: one key a tenant, so that a change of one shows as a change of one. */
export function registryData(entries: readonly RegistryEntry[]): Record<string, string> {
  const sorted = entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ id, tier, state, ring, hosts }) => [id, JSON.stringify({ id, tier, state, ring, hosts })]),
  );
}

/** Data of the ConfigMap `settings`: the global settings under their own names. */
export function settingsData({ locale, currency, timezone, supportEmail }: Settings): Record<string, string> {
  return { locale, currency, timezone, supportEmail };
}

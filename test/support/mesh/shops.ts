import { tenantEntries, writeTenants } from "../sandbox.ts";
import { shop } from "../runs.ts";

/** The shops whose traffic is tested: the project's own, each with something more, and one that is closed. */

export const DOMAIN = "privatesales.localhost";
/** Of the seed's own examples. */
export const SEED = "privatesales.co.kr";
export const OWN_DOMAIN = "boutique.gucci.example";
/** May call gucci's API from its pages. */
export const PARTNER = "https://partner.example";
export const SHOPS = ["dior", "chanel", "gucci"] as const;

const MORE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  gucci: {
    hosts: { prefixes: ["boutique"], domains: [{ host: OWN_DOMAIN }], secondary: "serve" },
    api: { runtime: "node", timeoutSeconds: 1, corsOrigins: [PARTNER] },
  },
  chanel: { hosts: { prefixes: ["store"], regions: ["kr"], secondary: "serve" } },
};

/** Writes their tenants file and returns its path. */
export function shopsFile(): string {
  const entries = tenantEntries().map((entry) => ({ ...entry, ...MORE[entry.id] }));
  return writeTenants("mesh", [...entries, { ...shop("closed"), state: "suspended" }]);
}

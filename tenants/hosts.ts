/** The hosts of a tenant, from one function: routes, certificates, redirects, CORS and monitors all ask here. */
import type { Tenant } from "./tenant.ts";

/** Query keys of the www host that name a tenant: `www.<domain>?brand=dior`, `?store=chanel`. */
export const QUERY_KEYS = ["brand", "store"] as const;

export interface Hosts {
  /** The host that pages name as theirs: the own domain marked primary, else `<id>.<domain>`. */
  readonly primary: string;
  /** Every host, primary first, each once. */
  readonly all: readonly string[];
  /** `all` without the primary; `hosts.secondary` says what they do. */
  readonly secondary: readonly string[];
}

/** The host of the brand itself, which every tenant has: `dior.privatesales.co.kr`. */
export const brandHost = (id: string, domain: string): string => `${id}.${domain}`;

/** The shared entry; its query picks a tenant to redirect to. */
export const wwwHost = (domain: string): string => `www.${domain}`;

/** Hosts of a tenant below the stack's domain (`privatesales.co.kr`, without a dot first or last), and its own domains. */
export function hostsOf(tenant: Pick<Tenant, "id" | "hosts">, domain: string): Hosts {
  const brand = brandHost(tenant.id, domain);
  const marked = tenant.hosts.domains.find((own) => own.primary);
  const primary = marked?.host ?? brand;
  const secondary = [
    brand,
    ...tenant.hosts.prefixes.map((prefix) => brandHost(`${prefix}-${tenant.id}`, domain)),
    ...tenant.hosts.regions.map((region) => brandHost(`${region}-${tenant.id}`, domain)),
    ...tenant.hosts.domains.map((own) => own.host),
  ].filter((host) => host !== primary);
  return { primary, all: [primary, ...secondary], secondary };
}

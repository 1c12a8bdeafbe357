import { isOpen, type Tenant } from "../../tenants/tenant.ts";
import { challengeHost } from "../mesh/issuers.ts";
import { shopsHost } from "./names.ts";

/** What the edge needs to know of a tenant. */
export interface EdgeTenant extends Pick<Tenant, "id" | "tier" | "costCenter" | "state"> {
  /** Domains such as `shop.dior.com`. */
  readonly ownDomains: readonly string[];
}

/** A record that the owner of a domain publishes. */
export interface DnsProof {
  readonly name: string;
  readonly type: "CNAME";
  readonly value: string;
}

/** Tenants whose own domains are served, by id, so that the order of the tenants file changes nothing. */
export const withOwnDomains = <T extends EdgeTenant>(tenants: readonly T[]): readonly T[] =>
  tenants
    .filter((tenant) => isOpen(tenant) && tenant.ownDomains.length > 0)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The two records that prove a domain and bring its shoppers, for each own domain of a tenant:
 *
 * 1. The domain itself, to our name for CloudFront. CloudFront then answers the check for its certificate on its own.
 * 2. The name under which Let's Encrypt looks for a proof, to a name in our zone, where cert-manager puts it: from that comes
 *    the gateway's certificate, which CloudFront checks against the host that it passes on.
 *
 * A domain at the top of its zone takes no CNAME: its owner needs a DNS service with alias or flattened records. Where the
 * owner limits who may sign by CAA, `amazon.com` and `letsencrypt.org` have to be allowed.
 */
export const proofsOf = (ownDomains: readonly string[], loadBalancerDomain: string): readonly DnsProof[] =>
  ownDomains.toSorted().flatMap((host): DnsProof[] => [
    { name: host, type: "CNAME", value: shopsHost(loadBalancerDomain) },
    { name: `_acme-challenge.${host}`, type: "CNAME", value: challengeHost(host, loadBalancerDomain) },
  ]);

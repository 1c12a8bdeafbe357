import type { IGateway } from "@kubernetes-models/istio/networking.istio.io/v1/Gateway";
import { tenantNamespace } from "../shared/names.ts";

export type Server = NonNullable<NonNullable<IGateway["spec"]>["servers"]>[number];

/** A domain that a tenant's owner pointed at the platform. */
export interface OwnDomainHost {
  readonly tenant: string;
  readonly host: string;
}

/** What plain HTTP does: serve shops (a machine of one's own), or redirect to https. */
export type HttpMode = "serve" | "redirect";

/** Of the wildcard certificate, in the gateway's namespace. */
export const WILDCARD_SECRET = "wildcard-tls";

/** Of the certificate for a tenant's own domains; the prefix keeps a tenant called `wildcard` off the secret above. */
export const ownDomainSecret = (tenant: string): string => `${tenantNamespace(tenant)}-tls`;

/** Own domains by tenant, both in alphabetical order, so that the order of the tenants file changes nothing. */
export function byTenant(ownDomains: readonly OwnDomainHost[]): readonly { tenant: string; hosts: readonly string[] }[] {
  const tenants = [...new Set(ownDomains.map(({ tenant }) => tenant))].toSorted();
  return tenants.map((tenant) => ({
    tenant,
    hosts: ownDomains.filter((domain) => domain.tenant === tenant).map(({ host }) => host).toSorted(),
  }));
}

/**
 * Servers of the shared Gateway. Under the platform's domain any namespace may bind a host (`*` before the slash): the
 * admission policies hold each tenant to its own, and the list stays the same when a tenant comes, or Envoy would drain
 * every connection of the listener. An own domain binds in its tenant's namespace only and has its own certificate, so
 * that a connection opened for one never carries another's requests.
 */
export function gatewayServers(domain: string, http: HttpMode, ownDomains: readonly OwnDomainHost[]): Server[] {
  const owners = byTenant(ownDomains);
  const platformHosts = [`*/*.${domain}`, `*/${domain}`];
  const ownHosts = owners.map(({ tenant, hosts }) => hosts.map((host) => `${tenantNamespace(tenant)}/${host}`));
  const tls = (credentialName: string): NonNullable<Server["tls"]> => ({ mode: "SIMPLE", credentialName, minProtocolVersion: "TLSV1_2" });
  return [
    {
      port: { number: 80, name: "http", protocol: "HTTP" },
      hosts: [...platformHosts, ...ownHosts.flat()],
      ...(http === "redirect" ? { tls: { httpsRedirect: true } } : {}),
    },
    { port: { number: 443, name: "https", protocol: "HTTPS" }, hosts: platformHosts, tls: tls(WILDCARD_SECRET) },
    ...owners.map(({ tenant }, position) => ({
      port: { number: 443, name: `https-${tenant}`, protocol: "HTTPS" },
      hosts: ownHosts[position] ?? [],
      tls: tls(ownDomainSecret(tenant)),
    })),
  ];
}

import type { IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import { isOpen, type State } from "../../tenants/tenant.ts";
import { NAMESPACES } from "../shared/names.ts";

/** What the public entry `www` needs to know of a tenant. */
export interface WwwTenant {
  readonly id: string;
  /** The host that shoppers are sent to. */
  readonly primaryHost: string;
  readonly state: State;
}

export type VirtualServiceSpec = NonNullable<IVirtualService["spec"]>;
type HttpRoute = NonNullable<VirtualServiceSpec["http"]>[number];
type Match = NonNullable<HttpRoute["match"]>[number];

/** `<namespace>/<name>` of the one Gateway of all tenants. */
export const SHARED_GATEWAY = `${NAMESPACES.ingress}/shared`;

const PRESENT = { regex: ".*" } as const;

const plainPage = (name: string, status: number, text: string): HttpRoute => ({
  name,
  directResponse: { status, body: { string: `${text}\n` } },
  headers: { response: { set: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } } },
});

const redirect = (name: string, tenant: WwwTenant, match: Match[]): HttpRoute => ({
  name,
  match,
  // 302 and not 301: browsers keep a 301 for good, and a tenant's primary host can change.
  redirect: { authority: tenant.primaryHost, derivePort: "FROM_REQUEST_PORT", redirectCode: 302 },
  headers: { response: { set: { "cache-control": "no-store" } } },
});

/**
 * The rules of `www.<domain>`: `?brand=<id>` or `?store=<id>` redirects to the tenant's primary host with scheme, path and
 * port kept. All in one VirtualService, since Istio merges several for one host in an order that nobody chooses.
 *
 * - Both parameters for one tenant redirect; both for different ones answer 400, because whichever won would surprise the
 *   shopper who meant the other.
 * - No parameter, or no tenant of that id, answers 404. Ids match exactly; Envoy reads the first of a repeated parameter.
 * - Envoy keeps the query string on a redirect, so `brand` and `store` reach the shop, which has no use for them: they pick
 *   a redirect here and are never credentials.
 */
export function wwwRoutes(domain: string, tenants: readonly WwwTenant[]): VirtualServiceSpec {
  const shops = tenants.filter(isOpen).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    hosts: [`www.${domain}`],
    gateways: [SHARED_GATEWAY],
    exportTo: ["."],
    http: [
      ...shops.map((tenant) =>
        redirect(`both-${tenant.id}`, tenant, [{ queryParams: { brand: { exact: tenant.id }, store: { exact: tenant.id } } }]),
      ),
      {
        ...plainPage("conflict", 400, `Name one shop: www.${domain}/?brand=<shop> or www.${domain}/?store=<shop>.`),
        match: [{ queryParams: { brand: PRESENT, store: PRESENT } }],
      },
      ...shops.map((tenant) =>
        redirect(tenant.id, tenant, [
          { queryParams: { brand: { exact: tenant.id } } },
          { queryParams: { store: { exact: tenant.id } } },
        ]),
      ),
      plainPage("unknown", 404, `No such shop. Name one: www.${domain}/?brand=<shop>.`),
    ],
  };
}

/**
 * Every host below the domain that nobody claimed. Envoy picks the virtual host by the longest match, exact before
 * wildcard, so a tenant's hosts and `www` never come here.
 */
export function unknownHosts(domain: string): VirtualServiceSpec {
  return {
    hosts: [`*.${domain}`, domain],
    gateways: [SHARED_GATEWAY],
    exportTo: ["."],
    http: [plainPage("unknown", 404, "There is no shop at this address.")],
  };
}

import type { IEnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3/EnvoyFilter";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { GATEWAY_SELECTOR } from "./values.ts";

/** Case, a port and the root's dot are no difference. Without SNI, as on plain HTTP, there is nothing to compare. */
const SOURCE = `local function name(host)
  return (string.lower(host):gsub(":%d*$", ""):gsub("%.$", ""))
end

function envoy_on_request(handle)
  local sni = handle:streamInfo():requestedServerName()
  if sni == nil or sni == "" then return end
  if name(sni) == name(handle:headers():get(":authority") or "") then return end
  handle:respond(
    { [":status"] = "421", ["content-type"] = "text/plain; charset=utf-8", ["cache-control"] = "no-store" },
    "This connection was opened for another address.\\n"
  )
end
`;

/**
 * Envoy: a request whose Host is not the name that its TLS connection was opened for is answered 421. Under one wildcard
 * certificate a browser may send a request for one shop over the connection to another; 421 makes it open a new one, so that
 * no connection ever carries two shops' requests. For gateways that clients reach directly: behind a CDN it is the CDN's
 * connection that Envoy sees, and which name that was opened for is the CDN's affair.
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.20
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/lua_filter
 */
export const misdirectedRequests = (): Manifest<IEnvoyFilter> => ({
  apiVersion: "networking.istio.io/v1alpha3",
  kind: "EnvoyFilter",
  metadata: { name: "misdirected-requests", namespace: NAMESPACES.ingress, labels: platformLabels("mesh") },
  spec: {
    workloadSelector: { labels: { ...GATEWAY_SELECTOR } },
    configPatches: [
      {
        applyTo: "HTTP_FILTER",
        match: { context: "GATEWAY", listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } } },
        patch: {
          operation: "INSERT_FIRST",
          value: {
            name: "privatesales.misdirected-requests",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
              default_source_code: { inline_string: SOURCE },
            },
          },
        },
      },
    ],
  },
});

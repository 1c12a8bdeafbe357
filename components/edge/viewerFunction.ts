/** Which hosts a distribution answers: the domain and all below it, or whatever CloudFront let through, i.e. its tenants' domains. */
export type AnsweredHosts = { readonly kind: "below"; readonly domain: string } | { readonly kind: "any" };

/**
 * Headers that no client may set. The first four stand for the host or path in many frameworks and are in no cache key, so
 * that one crafted request could fill the cache for all; the others say who the caller is, which is the platform's word.
 */
const STRIPPED = [
  "forwarded",
  "x-forwarded-host",
  "x-original-url",
  "x-rewrite-url",
  "x-tenant",
  "x-tenant-id",
  "x-forwarded-tenant",
  "x-user-id",
  "x-user-roles",
] as const;

/** Envoy takes orders from these, and calls with a private address, as all that come through the load balancer, count as its own. */
const STRIPPED_PREFIX = "x-envoy-";

function refusal(hosts: AnsweredHosts): readonly string[] {
  switch (hosts.kind) {
    case "any":
      return [];
    case "below":
      return [
        `  var domain = ${JSON.stringify(hosts.domain)};`,
        "  var host = headers.host.value.toLowerCase();",
        "  if (host !== domain && !host.endsWith('.' + domain)) {",
        "    return {",
        "      statusCode: 404,",
        "      statusDescription: 'Not Found',",
        "      headers: { 'content-type': { value: 'text/plain; charset=utf-8' }, 'cache-control': { value: 'no-store' } },",
        "      body: 'There is no shop at this address.'",
        "    };",
        "  }",
      ];
  }
}

/**
 * Code of the function that sees every request before the cache. It answers for names that the distribution has to know but
 * the gateway has no certificate for (its own, the load balancer's), and takes off headers that clients have no business with.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export const viewerFunction = (hosts: AnsweredHosts): string =>
  [
    `var stripped = ${JSON.stringify(STRIPPED)};`,
    "function handler(event) {",
    "  var request = event.request;",
    "  var headers = request.headers;",
    ...refusal(hosts),
    "  Object.keys(headers).forEach(function (name) {",
    `    if (stripped.includes(name) || name.startsWith(${JSON.stringify(STRIPPED_PREFIX)})) delete headers[name];`,
    "  });",
    "  return request;",
    "}",
    "",
  ].join("\n");

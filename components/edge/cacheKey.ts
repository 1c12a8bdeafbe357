import type { input } from "@pulumi/aws/types/index.js";
import { QUERY_KEYS } from "../../tenants/hosts.ts";

/** What of a request is part of the key under which CloudFront keeps an answer. The path always is. */
export interface KeySpec {
  /** Names in lower case. */
  readonly headers: readonly string[];
  readonly queries: "all" | readonly string[];
}

/**
 * Pages: the host is the tenant, so no answer for one host is ever given to another. The whole query, in it `brand` and
 * `store`, which pick the tenant on `www`: a page that is kept without part of its query would answer for another page.
 */
export const PAGE_KEY: KeySpec = { headers: ["host"], queries: "all" };

/** Static files: a query that is not in the key never reaches the shop, so it can neither fill the cache nor change an answer. */
export const STATIC_KEY: KeySpec = { headers: ["host"], queries: [...QUERY_KEYS, "v"] };

/** The viewer's request, as far as keys may depend on it. */
export interface ViewerRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

const nameOf = (parameter: string): string => parameter.split("=", 1)[0] ?? "";

/**
 * The key that CloudFront makes of a request: parameters stay in the viewer's order, encoding and case.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
 */
export function cacheKey(spec: KeySpec, { headers, path, query }: ViewerRequest): string {
  const { queries } = spec;
  const parameters = query === "" ? [] : query.split("&");
  const kept = queries === "all" ? parameters : parameters.filter((parameter) => queries.includes(nameOf(parameter)));
  return JSON.stringify([spec.headers.map((header) => headers[header] ?? ""), path, kept]);
}

/**
 * The key as CloudFront's cache policy has it. No cookie: a page that depends on one says `private` or `no-store`, and pages
 * that say nothing are not kept.
 */
export const policyParameters = ({ headers, queries }: KeySpec): input.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOrigin => ({
  headersConfig: { headerBehavior: "whitelist", headers: { items: [...headers] } },
  queryStringsConfig:
    queries === "all" ? { queryStringBehavior: "all" } : { queryStringBehavior: "whitelist", queryStrings: { items: [...queries] } },
  cookiesConfig: { cookieBehavior: "none" },
  enableAcceptEncodingGzip: true,
  enableAcceptEncodingBrotli: true,
});

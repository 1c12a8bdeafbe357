import { describe, expect, test } from "vitest";
import { cacheKey, PAGE_KEY, policyParameters, STATIC_KEY, type ViewerRequest } from "../../../components/edge/cacheKey.ts";

const request = (host: string, path: string, query = "", headers: Readonly<Record<string, string>> = {}): ViewerRequest => ({
  headers: { host, ...headers },
  path,
  query,
});

const DIOR = "dior.privatesales.co.kr";
const WWW = "www.privatesales.co.kr";

/** Pairs that may lead to different answers. */
const DIFFERENT: readonly (readonly [string, ViewerRequest, ViewerRequest])[] = [
  ["two tenants", request(DIOR, "/"), request("chanel.privatesales.co.kr", "/")],
  ["two hosts of one tenant", request(DIOR, "/"), request("kr-dior.privatesales.co.kr", "/")],
  ["an own domain", request(DIOR, "/"), request("shop.dior.com", "/")],
  ["two brands on www", request(WWW, "/", "brand=dior"), request(WWW, "/", "brand=chanel")],
  ["two stores on www", request(WWW, "/", "store=dior"), request(WWW, "/", "store=chanel")],
  ["a brand and a store", request(WWW, "/", "brand=dior"), request(WWW, "/", "store=dior")],
  ["a brand and none", request(WWW, "/", "brand=dior"), request(WWW, "/")],
  ["the first of a repeated brand", request(WWW, "/", "brand=dior&brand=chanel"), request(WWW, "/", "brand=chanel&brand=dior")],
  ["a value that ends like another parameter", request(WWW, "/", "brand=a&store=b"), request(WWW, "/", "brand=a%26store=b")],
  ["two paths", request(DIOR, "/a"), request(DIOR, "/b")],
];

describe.each([
  ["pages", PAGE_KEY],
  ["static files", STATIC_KEY],
])("the key of %s", (_name, spec) => {
  test.each(DIFFERENT)("differs for %s", (_what, one, other) => {
    expect(cacheKey(spec, one)).not.toBe(cacheKey(spec, other));
    expect(cacheKey(spec, one)).toBe(cacheKey(spec, { ...one }));
  });

  test.each(["cookie", "x-forwarded-host", "authorization", "user-agent", "x-tenant"])("does not depend on %s", (header) => {
    expect(cacheKey(spec, request(DIOR, "/", "", { [header]: "chanel" }))).toBe(cacheKey(spec, request(DIOR, "/")));
  });
});

test("pages of one list are kept apart; static files are not multiplied by what shoppers append", () => {
  expect(cacheKey(PAGE_KEY, request(DIOR, "/list", "page=1"))).not.toBe(cacheKey(PAGE_KEY, request(DIOR, "/list", "page=2")));
  expect(cacheKey(STATIC_KEY, request(DIOR, "/static/a.js", "junk=1"))).toBe(cacheKey(STATIC_KEY, request(DIOR, "/static/a.js")));
  expect(cacheKey(STATIC_KEY, request(DIOR, "/static/a.js", "v=1"))).not.toBe(cacheKey(STATIC_KEY, request(DIOR, "/static/a.js", "v=2")));
});

test("CloudFront is given the same key", () => {
  expect(policyParameters(PAGE_KEY)).toEqual({
    headersConfig: { headerBehavior: "whitelist", headers: { items: ["host"] } },
    queryStringsConfig: { queryStringBehavior: "all" },
    cookiesConfig: { cookieBehavior: "none" },
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
  });
  expect(policyParameters(STATIC_KEY)).toMatchObject({
    headersConfig: { headers: { items: ["host"] } },
    queryStringsConfig: { queryStringBehavior: "whitelist", queryStrings: { items: ["brand", "store", "v"] } },
  });
});

import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { viewerFunction, type AnsweredHosts } from "../../../components/edge/viewerFunction.ts";

/** Runs the code as CloudFront does: a global `handler` of an event. */
function answer(hosts: AnsweredHosts, headers: Readonly<Record<string, string>>): unknown {
  const request = {
    method: "GET",
    uri: "/",
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
  };
  const answered: unknown = runInNewContext(`${viewerFunction(hosts)}\nJSON.stringify(handler(event));`, { event: { request } });
  return JSON.parse(String(answered));
}

const BELOW: AnsweredHosts = { kind: "below", domain: "privatesales.co.kr" };

describe("hosts", () => {
  test.each(["privatesales.co.kr", "dior.privatesales.co.kr", "DIOR.privatesales.co.kr", "a.b.privatesales.co.kr"])("%s passes", (host) => {
    expect(answer(BELOW, { host })).toEqual({ method: "GET", uri: "/", headers: { host: { value: host } } });
  });

  test.each(["privatesales-lb.co.kr", "d111111abcdef8.cloudfront.net", "evilprivatesales.co.kr", "privatesales.co.kr.evil.example"])(
    "%s is answered 404, and nobody keeps that",
    (host) => {
      expect(answer(BELOW, { host })).toMatchObject({ statusCode: 404, headers: { "cache-control": { value: "no-store" } } });
    },
  );

  test("a distribution of own domains lets CloudFront decide", () => {
    expect(answer({ kind: "any" }, { host: "shop.dior.com" })).toMatchObject({ headers: { host: { value: "shop.dior.com" } } });
  });
});

test.each<AnsweredHosts>([BELOW, { kind: "any" }])("headers that clients have no business with are taken off: $kind", (hosts) => {
  const kept = { host: "dior.privatesales.co.kr", cookie: "a=b", authorization: "Bearer x", "x-request-id": "1", "x-tenants": "no" };
  const taken = {
    forwarded: "host=chanel",
    "x-forwarded-host": "chanel.privatesales.co.kr",
    "x-original-url": "/admin",
    "x-rewrite-url": "/admin",
    "x-tenant": "chanel",
    "x-tenant-id": "chanel",
    "x-forwarded-tenant": "chanel",
    "x-user-id": "1",
    "x-user-roles": "SUPER_ADMIN",
    "x-envoy-upstream-rq-timeout-ms": "1",
  };
  expect(answer(hosts, { ...kept, ...taken })).toHaveProperty(
    "headers",
    Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, { value }])),
  );
});

test("fits into CloudFront's 10 KB", () => {
  expect(viewerFunction(BELOW).length).toBeLessThan(10_240);
});

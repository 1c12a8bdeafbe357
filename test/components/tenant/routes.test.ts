import { describe, expect, test } from "vitest";
import { routesSpec } from "../../../components/tenant/routes.ts";
import { rateLimitConfig } from "../../../components/tenant/rateLimit.ts";
import { tenantOf } from "../../support/tenants.ts";

const HOSTS = { prefixes: ["shop"], regions: ["kr"], domains: [{ host: "shop.dior.com", primary: true }] };
const routes = (over: Readonly<Record<string, unknown>> = {}): ReturnType<typeof routesSpec> =>
  routesSpec(tenantOf({ hosts: HOSTS, ...over }), "shops.test", "istio-ingress/shared");
const names = (spec: ReturnType<typeof routesSpec>): readonly (string | undefined)[] => (spec.http ?? []).map(({ name }) => name);

test("claims the tenant's hosts at the shared gateway, and is visible there only", () => {
  expect(routes()).toMatchObject({
    hosts: ["shop.dior.com", "dior.shops.test", "shop-dior.shops.test", "kr-dior.shops.test"],
    gateways: ["istio-ingress/shared"],
    exportTo: ["istio-ingress"],
  });
});

describe("secondary hosts", () => {
  const matches = (host: string): boolean => {
    const [redirect] = routes().http ?? [];
    const patterns = (redirect?.match ?? []).map(({ authority }) => (authority as { regex: string }).regex.replace("(?i)", ""));
    return patterns.some((pattern) => new RegExp(`^(?:${pattern})$`, "i").test(host));
  };

  test.each(["dior.shops.test", "shop-dior.shops.test", "kr-dior.shops.test:8443", "DIOR.shops.test", "dior.shops.test."])("%s redirects", (host) => {
    expect(matches(host)).toBe(true);
  });
  test.each(["shop.dior.com", "shop.dior.com:443", "diorxshops.test", "dior.shops.test.evil.test", "notdior.shops.test"])("%s does not", (host) => {
    expect(matches(host)).toBe(false);
  });

  test("go to the primary host for good, by the port that the client used", () => {
    expect(routes().http?.[0]).toMatchObject({ redirect: { authority: "shop.dior.com", redirectCode: 308, derivePort: "FROM_REQUEST_PORT" } });
  });

  test("serve as the primary where the tenant wants that", () => {
    expect(names(routes({ hosts: { ...HOSTS, secondary: "serve" } }))).toEqual(["dior-api", "storefront"]);
  });
});

describe("routes", () => {
  test("the API before the storefront, which takes everything", () => {
    expect(names(routes())).toEqual(["secondary-hosts", "dior-api", "storefront"]);
    expect(routes().http?.[1]?.match).toEqual([{ uri: { exact: "/api" } }, { uri: { prefix: "/api/" } }]);
    expect(routes().http?.[2]).not.toHaveProperty("match");
  });

  test("lead to the tenant's own Services", () => {
    const hosts = (routes().http ?? []).flatMap(({ route }) => (route ?? []).map(({ destination }) => destination.host));
    expect(hosts).toEqual(["api.tenant-dior.svc.cluster.local", "storefront.tenant-dior.svc.cluster.local"]);
  });

  test("overwrite what a client says about who it is", () => {
    for (const route of (routes().http ?? []).slice(1)) {
      expect(route.headers?.request).toMatchObject({ set: { "x-tenant": "dior" }, remove: expect.arrayContaining(["x-tenant-id", "x-user-id"]) as unknown });
    }
  });

  test("the API has the tenant's timeout, and retries only what no application has seen", () => {
    expect(routes({ api: { runtime: "node", timeoutSeconds: 30 } }).http?.[1]).toMatchObject({
      timeout: "30s",
      retries: { attempts: 2, perTryTimeout: "15s", retryOn: "connect-failure,refused-stream,reset-before-request" },
    });
  });

  test("CORS lets in the tenant's own hosts and named origins", () => {
    const spec = routes({ api: { runtime: "node", corsOrigins: ["https://app.dior.com"] } });
    expect(spec.http?.[1]?.corsPolicy?.allowOrigins).toEqual(
      ["https://shop.dior.com", "https://dior.shops.test", "https://shop-dior.shops.test", "https://kr-dior.shops.test", "https://app.dior.com"].map((exact) => ({ exact })),
    );
  });

  test("a suspended tenant answers 503 on every host", () => {
    const suspended = routes({ state: "suspended" });
    expect(names(suspended)).toEqual(["suspended"]);
    expect(suspended.http?.[0]).toMatchObject({ directResponse: { status: 503 }, headers: { response: { set: { "retry-after": "3600" } } } });
    expect(suspended.hosts).toEqual(routes().hosts);
  });
});

test("the rate limit is the plan's", () => {
  expect(rateLimitConfig({ perSecond: 20, burst: 40 })).toMatchObject({
    token_bucket: { max_tokens: 40, tokens_per_fill: 20, fill_interval: "1s" },
    filter_enforced: { default_value: { numerator: 100, denominator: "HUNDRED" } },
  });
});

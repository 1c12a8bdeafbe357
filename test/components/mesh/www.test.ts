import { describe, expect, test } from "vitest";
import { unknownHosts, wwwRoutes, type VirtualServiceSpec, type WwwTenant } from "../../../components/mesh/www.ts";

const DOMAIN = "privatesales.co.kr";
const tenants: readonly WwwTenant[] = [
  { id: "gucci", primaryHost: "gucci.privatesales.co.kr", state: "suspended" },
  { id: "dior", primaryHost: "shop.dior.com", state: "active" },
  { id: "hermes", primaryHost: "hermes.privatesales.co.kr", state: "archived" },
  { id: "celine", primaryHost: "celine.privatesales.co.kr", state: "purged" },
];

/** What Envoy does with the rules: the first whose every parameter matches; a regex matches the whole value. */
function answer(spec: VirtualServiceSpec, query: Readonly<Record<string, string>>): string {
  for (const route of spec.http ?? []) {
    const hit = (route.match ?? [{}]).some(({ queryParams = {} }) =>
      Object.entries(queryParams).every(([name, want]) => {
        const value = query[name];
        if (value === undefined) return false;
        return want.exact === undefined ? new RegExp(`^(?:${want.regex ?? "(?!)"})$`).test(value) : want.exact === value;
      }),
    );
    if (!hit) continue;
    if (route.redirect) return `${String(route.redirect.redirectCode)} ${String(route.redirect.authority)}`;
    return String(route.directResponse?.status);
  }
  return "no route";
}

describe("www", () => {
  test.each<[Record<string, string>, string]>([
    [{ brand: "dior" }, "302 shop.dior.com"],
    [{ store: "dior" }, "302 shop.dior.com"],
    [{ brand: "gucci" }, "302 gucci.privatesales.co.kr"],
    [{ brand: "dior", store: "dior" }, "302 shop.dior.com"],
    [{ brand: "dior", utm: "x" }, "302 shop.dior.com"],
    [{ brand: "dior", store: "gucci" }, "400"],
    [{ brand: "gucci", store: "dior" }, "400"],
    [{ brand: "dior", store: "" }, "400"],
    [{ brand: "nobody", store: "dior" }, "400"],
    [{}, "404"],
    [{ brand: "" }, "404"],
    [{ brand: "nobody" }, "404"],
    [{ brand: "Dior" }, "404"],
    [{ brand: "dior2" }, "404"],
    [{ brand: "hermes" }, "404"],
    [{ store: "celine" }, "404"],
    [{ shop: "dior" }, "404"],
  ])("%j answers %s", (query, expected) => {
    expect(answer(wwwRoutes(DOMAIN, tenants), query)).toBe(expected);
  });

  test("is one VirtualService for one host on the shared gateway, seen by the gateway only", () => {
    expect(wwwRoutes(DOMAIN, tenants)).toMatchObject({ hosts: [`www.${DOMAIN}`], gateways: ["istio-ingress/shared"], exportTo: ["."] });
  });

  test("redirects keep path, scheme and port", () => {
    const redirects = (wwwRoutes(DOMAIN, tenants).http ?? []).flatMap(({ redirect }) => (redirect === undefined ? [] : [redirect]));
    expect(redirects).toHaveLength(4);
    for (const redirect of redirects) {
      expect(Object.keys(redirect).toSorted()).toEqual(["authority", "derivePort", "redirectCode"]);
      expect(redirect).toHaveProperty("derivePort", "FROM_REQUEST_PORT");
    }
  });

  test("the order of the tenants file changes nothing", () => {
    expect(wwwRoutes(DOMAIN, tenants.toReversed())).toEqual(wwwRoutes(DOMAIN, tenants));
  });

  test("without tenants every question is answered", () => {
    expect(answer(wwwRoutes(DOMAIN, []), { brand: "dior" })).toBe("404");
  });
});

test("hosts that nobody has: a wildcard, which every exact host wins over, and the bare domain", () => {
  const spec = unknownHosts(DOMAIN);
  expect(spec.hosts).toEqual([`*.${DOMAIN}`, DOMAIN]);
  expect(answer(spec, { brand: "dior" })).toBe("404");
});

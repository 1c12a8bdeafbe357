import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tenantNamespace, tenantRoles, tenantSchema } from "../../components/shared/names.ts";
import { normaliseHost } from "../../tenants/domains.ts";
import { hostsOf, QUERY_KEYS, wwwHost } from "../../tenants/hosts.ts";
import { ID_MAX, idFault } from "../../tenants/identity.ts";
import { type HostChoice, PREFIXES, REGIONS } from "../../tenants/tenant.ts";

const DOMAIN = "privatesales.co.kr";
const choice = (part: Partial<HostChoice> = {}): HostChoice => ({ prefixes: [], regions: [], domains: [], secondary: "redirect", ...part });

describe("hosts of a tenant", () => {
  test("the seed's hosts", () => {
    expect(hostsOf({ id: "dior", hosts: choice({ prefixes: ["shop"], regions: ["kr"] }) }, DOMAIN)).toEqual({
      primary: "dior.privatesales.co.kr",
      all: ["dior.privatesales.co.kr", "shop-dior.privatesales.co.kr", "kr-dior.privatesales.co.kr"],
      secondary: ["shop-dior.privatesales.co.kr", "kr-dior.privatesales.co.kr"],
    });
    expect(hostsOf({ id: "gucci", hosts: choice({ prefixes: ["boutique"] }) }, DOMAIN).all).toEqual([
      "gucci.privatesales.co.kr",
      "boutique-gucci.privatesales.co.kr",
    ]);
  });

  test("an own domain marked primary comes first; the brand host becomes secondary", () => {
    const domains = [
      { host: "shop.dior.com", primary: false },
      { host: "www.dior.com", primary: true },
    ];
    expect(hostsOf({ id: "dior", hosts: choice({ domains }) }, DOMAIN)).toEqual({
      primary: "www.dior.com",
      all: ["www.dior.com", "dior.privatesales.co.kr", "shop.dior.com"],
      secondary: ["dior.privatesales.co.kr", "shop.dior.com"],
    });
  });

  test("own domains of which none is primary are secondary", () => {
    expect(hostsOf({ id: "dior", hosts: choice({ domains: [{ host: "shop.dior.com", primary: false }] }) }, DOMAIN).primary).toBe(
      "dior.privatesales.co.kr",
    );
  });

  test("the shared entry", () => {
    expect(wwwHost(DOMAIN)).toBe("www.privatesales.co.kr");
    expect(QUERY_KEYS).toEqual(["brand", "store"]);
  });
});

describe("one spelling of a host", () => {
  test.each([
    ["shop.dior.com", "shop.dior.com"],
    ["Shop.DIOR.com", "shop.dior.com"],
    ["shop.dior.com.", "shop.dior.com"],
    ["b\u00fccher.example", "xn--bcher-kva.example"],
    ["XN--BCHER-KVA.example", "xn--bcher-kva.example"],
    ["shop\u3002dior.com", "shop.dior.com"],
  ])("%s", (text, host) => {
    expect(normaliseHost(text)).toEqual({ host });
  });
});

/** Near ids: short, over few letters, so that two of them meet often; and long ones. */
const idText = fc.oneof(
  fc.stringMatching(/^[ab-]{1,5}$/),
  fc.stringMatching(/^(shop-|kr-|a|b){1,3}$/),
  fc.stringMatching(new RegExp(`^[a-z0-9-]{1,${ID_MAX}}$`)),
);
const id = idText.filter((text) => idFault(text) === undefined);
const hosts = fc.record({
  prefixes: fc.constant(PREFIXES),
  regions: fc.constant(REGIONS),
  domains: fc.constant([]),
  secondary: fc.constant("redirect" as const),
});

describe("names made from ids", () => {
  test("never meet, and never reach the lengths at which they are cut", () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        fc.pre(a !== b);
        expect(tenantNamespace(a)).not.toBe(tenantNamespace(b));
        expect(tenantSchema(a)).not.toBe(tenantSchema(b));
        const names = [a, b].flatMap((one) => [tenantSchema(one), ...Object.values(tenantRoles(one))]);
        expect(new Set(names).size).toBe(8);
        for (const name of [...names, tenantNamespace(a)]) expect(name.length).toBeLessThan(63);
      }),
      { numRuns: 2000 },
    );
  });

  test("no host belongs to two tenants, nor to the platform", () => {
    fc.assert(
      fc.property(id, id, hosts, (a, b, all) => {
        fc.pre(a !== b);
        const both = [...hostsOf({ id: a, hosts: all }, DOMAIN).all, ...hostsOf({ id: b, hosts: all }, DOMAIN).all, wwwHost(DOMAIN)];
        expect(new Set(both).size).toBe(both.length);
        for (const host of both) expect(host.split(".")[0]?.length).toBeLessThan(63);
      }),
      { numRuns: 2000 },
    );
  });

  test("an id is accepted exactly when it is a short label that is not taken", () => {
    fc.assert(
      fc.property(fc.oneof(idText, fc.string({ maxLength: 40 })), (text) => {
        if (idFault(text) === undefined) expect(text).toMatch(/^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      }),
    );
  });
});

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { checkValue } from "../../tenants/check.ts";
import { TenantsError } from "../../tenants/faults.ts";
import { fastValue } from "../../tenants/fast.ts";
import { hostsOf } from "../../tenants/hosts.ts";
import { jsonSchemaText } from "../../tenants/jsonSchema.ts";
import { loadTenants, loadTenantsFile } from "../../tenants/load.ts";
import { toPlain } from "../../tenants/plain.ts";
import { PLANS } from "../../tenants/plans.ts";
import { parseSyntax } from "../../tenants/syntax.ts";
import { add, edit, errorOfText, expectDecent, FILE, GOOD } from "./bad/support.ts";

const load = (text: string) => loadTenants(text, { file: FILE });

describe("the project's own file", () => {
  const tenants = loadTenantsFile(FILE, { file: FILE });

  test("holds the three brands, with a tier and runtime each", () => {
    expect(tenants.map(({ id, tier, api, state }) => [id, tier, api.runtime, state])).toEqual([
      ["chanel", "business", "spring", "active"],
      ["dior", "enterprise", "node", "active"],
      ["gucci", "starter", "node", "active"],
    ]);
  });

  test("has every host of the seed", () => {
    const hosts = tenants.flatMap((tenant) => hostsOf(tenant, "d").all);
    expect(hosts.toSorted()).toEqual(
      ["boutique-gucci.d", "chanel.d", "dior.d", "gucci.d", "kr-chanel.d", "kr-dior.d", "shop-dior.d", "store-chanel.d"].toSorted(),
    );
  });

  test("names its schema for editors, which is current", () => {
    expect(readFileSync(FILE, "utf8")).toMatch(/^# yaml-language-server: \$schema=\.\/tenants\.schema\.json\n/);
    expect(readFileSync("tenants/tenants.schema.json", "utf8")).toBe(jsonSchemaText());
  });
});

describe("what a tenant becomes", () => {
  test("the shortest entry, with every default", () => {
    expect(load(GOOD)[0]).toEqual({
      id: "chanel",
      name: "Chanel",
      tier: "starter",
      plan: PLANS.starter,
      state: "active",
      purge: undefined,
      environments: ["local", "qa", "prod"],
      release: { version: "1.4.2", ring: "all" },
      hosts: { prefixes: [], regions: [], domains: [], secondary: "redirect" },
      storefront: { image: undefined, theme: { primaryColor: "#111111", accentColor: "#c8a96a", font: "Pretendard", logo: "brand/logo.svg" } },
      api: { runtime: "spring", image: undefined, corsOrigins: [], timeoutSeconds: 15, jwt: undefined },
      settings: {},
      contacts: ["ops@chanel.example"],
      costCenter: "chanel",
    });
  });

  test("own replicas, quota, domains and settings", () => {
    const text = add(`    quota: { cpu: "14", memory: 28Gi }
    storefront: { replicas: { min: 3, max: 4 } }
    settings: { currency: EUR }`).replace("regions: [kr]", "regions: [kr]\n      domains: [{ host: B\u00fccher.example. }]");
    const dior = load(text)[1];
    expect(dior?.plan.replicas).toEqual({ storefront: { min: 3, max: 4 }, api: PLANS.business.replicas.api });
    expect(dior?.plan.quota).toMatchObject({ requests: { cpuMilli: 14_000, memoryMi: 28_672 }, limits: { cpuMilli: 56_000, memoryMi: 57_344 } });
    expect(dior?.hosts.domains).toEqual([{ host: "xn--bcher-kva.example", primary: false }]);
    expect(dior?.settings).toEqual({ currency: "EUR" });
  });

  test("a name is made from the id", () => {
    expect(load(edit("id: chanel", "id: maison-margiela-22"))[1]?.name).toBe("Maison Margiela 22");
  });

  test("the order of the file does not matter", () => {
    const [head = "", dior = "", chanel = ""] = GOOD.split(/(?= {2}- id)/);
    expect(load(head + chanel + dior)).toEqual(load(GOOD));
  });

  test("environments choose tenants, and all are checked", () => {
    const text = add("    environments: [prod]");
    const ids = (environment: "local" | "prod") => loadTenants(text, { file: FILE, environments: [environment] }).map(({ id }) => id);
    expect(ids("prod")).toEqual(["chanel", "dior"]);
    expect(ids("local")).toEqual(["chanel"]);
    expect(() => loadTenants(edit("business", "gold"), { file: FILE, environments: ["local"] })).toThrow(TenantsError);
  });

  test("the platform's domains are the caller's", () => {
    const text = edit("regions: [kr]", "regions: [kr]\n      domains: [{ host: shop.sales.example }]");
    expect(load(text)).toHaveLength(2);
    expect(() => loadTenants(text, { file: FILE, platformDomains: ["sales.example"] })).toThrow(/platform's own domain sales\.example/);
  });
});

describe("one report", () => {
  test("holds every fault of every tenant, by line", () => {
    const text = GOOD.replace("tier: business", "tier: gold")
      .replace("    tier: starter", "    teir: starter")
      .replace("runtime: spring", "runtime: php")
      .replace("[ops@dior.example]", "[nobody]");
    const error = errorOfText(`${text}  - id: www\n    tier: &t starter\n`);
    expectDecent(error);
    const seen = error.faults.map(({ line, tenant, field }) => `${line} ${String(tenant)} ${field}`);
    expect(seen).toEqual([
      "5 dior tier",
      "13 dior contacts[0]",
      "14 chanel tier",
      "15 chanel teir",
      "17 chanel api.runtime",
      "19 www release",
      "19 www api",
      "19 www contacts",
      "19 www id",
      "20 www tier",
    ]);
    expect(error.message).toMatch(/10 faults in 3 tenants; nothing was deployed\.$/);
  });

  test("reads like this", () => {
    expect(errorOfText(edit("tier: business", "tier: gold")).message).toBe(
      `tenants/tenants.yaml:5:11  tenant dior, field tier
    problem  is not one of those allowed.
    given    "gold"
    allowed  a tier: starter, business, enterprise

1 fault in 1 tenant; nothing was deployed.`,
    );
  });

  test("keeps the faults of entries before a broken one", () => {
    const error = errorOfText(GOOD.replace("tier: business", "tier: gold").replace("tier: starter", 'tier: "starter'));
    expect(error.faults.map(({ line, tenant }) => [line, tenant])).toEqual([
      [5, "dior"],
      [15, "chanel"],
    ]);
  });

  test("cuts long values", () => {
    const given = errorOfText(edit("tier: business", `tier: ${"gold ".repeat(200)}`)).faults[0]?.given ?? "";
    expect(given.length).toBeLessThanOrEqual(63);
    expect(given).toMatch(/…"$/);
  });
});

/** Scalars on which YAML readers are known to differ. */
const scalar = fc.oneof(
  fc.constantFrom("~", "null", "Null", "no", "on", "012", "0o17", "0x1F", "1e3", "1_000", ".5", "5.", "+5", "-0", ".inf", "-.INF", ".NaN", "1:30", "2024-01-01", "0b1", "y", "=", "<<", "''", '""', "'a''b'", '"a\\tb"', "a#b", "a #b", "a:b", "http://x"),
  fc.stringMatching(/^[a-z0-9.+_:-]{0,8}$/),
  fc.string({ maxLength: 8 }).map((text) => stringify(text).trimEnd()),
);

describe("the two parsers", () => {
  const slow = (text: string): unknown => {
    const { document, faults } = parseSyntax(text, []);
    if (document === undefined || faults.length > 0) return undefined;
    const plain = toPlain(document);
    return plain.problems.length > 0 ? undefined : plain.value;
  };
  /** Infinity is NaN to the fast parser on purpose: no rule accepts either. */
  const comparable = (value: unknown): string =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === "number" && !Number.isFinite(part) ? "not finite" : part));

  test("agree on what is read, wherever the fast one says anything and neither complains", () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1, maxLength: 4 }), fc.boolean(), (scalars, flow) => {
        const text = flow ? `a: [${scalars.join(", ")}]\n` : scalars.map((one, i) => `k${i}:\n  - ${one}\n  - b: ${one}\n`).join("");
        const fast = fastValue(text);
        const exact = slow(text);
        fc.pre(fast !== undefined && exact !== undefined);
        compared++;
        expect(comparable(fast)).toBe(comparable(exact));
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  test.each([
    ["the good file", GOOD],
    ["the project's own", readFileSync(FILE, "utf8")],
    ["CRLF", GOOD.replaceAll("\n", "\r\n")],
    ["comments and blank lines", `# a\n\n${GOOD}\n# b\n`],
  ])("take the fast way for %s, to the same end", (_, text) => {
    const fast = fastValue(text);
    expect(fast).toBeDefined();
    expect(fast).toEqual(slow(text));
    expect(checkValue(fast, { platformDomains: [], lastRun: undefined }).problems).toEqual([]);
  });

  test.each([["&a x"], ["*a"], ["!t x"], ["|"], [">-"], ["\tx"], ["{ ? a : b }"], ["{ [a]: b }"], ["\n? [a]\n: b"]])("leave %j to the exact one", (value) => {
    expect(fastValue(`version: 1\na: ${value}\n`)).toBeUndefined();
    expect(fastValue("version: 1\na: x & y * z ! | > b?\n")).toBeDefined();
  });
});

test("ten thousand tenants stay below the limit of size, and load", () => {
  const one = (n: number): string => `  - id: brand-${n}
    tier: starter
    release: { version: 1.0.0 }
    api: { runtime: node }
    contacts: [ops@brand.example]
`;
  const text = `version: 1\ntenants:\n${Array.from({ length: 10_000 }, (_, n) => one(n)).join("")}`;
  expect(load(text)).toHaveLength(10_000);
});

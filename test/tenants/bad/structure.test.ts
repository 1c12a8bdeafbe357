import { describe } from "vitest";
import { add, accepts, edit, GOOD, refuses } from "./support.ts";

const top = (line: number, field: string, reason: RegExp) => ({ line, tenant: undefined, field, reason });
const dior = (line: number, field: string, reason: RegExp) => ({ line, tenant: "dior", field, reason });

describe("the top of the file", () => {
  refuses([
    ["a list at the top", "- id: dior\n- id: chanel\n", top(1, "file", /must be a map/)],
    ["a word at the top", "dior\n", top(1, "file", /must be a map/)],
    ["a number at the top", "12\n", top(1, "file", /must be a map/)],
    ["tenants without a value", "version: 1\ntenants:\n", top(2, "tenants", /is empty, but must be a list/)],
    ["tenants an empty map", "version: 1\ntenants: {}\n", top(2, "tenants", /must be a list/)],
    ["tenants an empty list", "version: 1\ntenants: []\n", top(2, "tenants", /is an empty list/)],
    ["a map for the list", "version: 1\ntenants:\n  dior:\n    tier: starter\n", top(3, "tenants", /must be a list/)],
    ["Tenants with a capital", edit("tenants:", "Tenants:"), top(2, "Tenants", /no such key.*mean "tenants"/), 2],
    ["tenants missing", edit("tenants:", "Tenants:"), top(1, "tenants", /is missing/), 2],
    ["version missing", edit("version: 1\n", ""), top(1, "version", /is missing/)],
    ["a wrong version", edit("version: 1", "version: 2"), top(1, "version", /not one of those|must be/)],
    ["version as text", edit("version: 1", 'version: "1"'), top(1, "version", /must be a number/)],
    ["an extra key at the top", edit("tenants:", "owner: me\ntenants:"), top(2, "owner", /no such key/)],
    ["tenants twice", `${GOOD}tenants: []\n`, top(19, "tenants", /twice/)],
  ]);
  accepts([
    ["the good file", GOOD],
    ["tenants before version", edit("version: 1\n", "") + "version: 1\n"],
    ["a list of flow maps", 'version: 1\ntenants: [{ id: dior, tier: starter, release: { version: 1.0.0 }, api: { runtime: node }, contacts: [a@b.example] }]\n', ["dior"]],
    ["JSON", '{"version": 1, "tenants": [{"id": "dior", "tier": "starter", "release": {"version": "1.0.0"}, "api": {"runtime": "node"}, "contacts": ["a@b.example"]}]}', ["dior"]],
  ]);
});

describe("entries and keys", () => {
  refuses([
    ["a misspelt key", edit("tier: business", "teir: business"), dior(5, "teir", /no such key.*mean "tier"/), 2],
    ["an unknown key", add("    colour: red"), dior(14, "colour", /no such key/)],
    ["an unknown nested key", edit("runtime: node", "runtime: node\n      port: 80"), dior(13, "api.port", /no such key/)],
    ["a misspelt nested key", edit("prefixes:", "prefixs:"), dior(9, "hosts.prefixs", /mean "prefixes"/)],
    ["the shard key", add("    shard: b"), dior(14, "shard", /not built yet.*one stack holds all/)],
    ["an entry that is null", edit("  - id: chanel\n", "  -\n  - id: chanel\n"), { line: 14, tenant: "#2", field: "entry", reason: /is empty, but must be a map/ }],
    ["an entry that is a word", edit("  - id: chanel\n", "  - prada\n  - id: chanel\n"), { line: 14, tenant: "#2", field: "entry", reason: /must be a map/ }],
    ["a nested list", edit("  - id: chanel\n", "  - - id: prada\n  - id: chanel\n"), { line: 14, tenant: "#2", field: "entry", reason: /must be a map/ }],
    ["id missing", edit("  - id: dior\n    name: Dior\n", "  - name: Dior\n"), { line: 3, tenant: "#1", field: "id", reason: /is missing/ }],
    ["host missing in a domain", edit("regions: [kr]", "regions: [kr]\n      domains:\n        - primary: true"), dior(12, "hosts.domains[0].host", /is missing/)],
    ["a domain that is a word", edit("regions: [kr]", "regions: [kr]\n      domains: [shop.dior.com]"), dior(11, "hosts.domains[0]", /must be a map/)],
    ["a required key missing", edit("    tier: business\n", ""), dior(3, "tier", /is missing/)],
    ["a required nested key missing", edit("runtime: node", "timeoutSeconds: 5"), dior(12, "api.runtime", /is missing/)],
    ["a duplicate key in an entry", add("    tier: starter"), dior(14, "tier", /twice/)],
    ["a duplicate key of other words", add('    "tier": starter'), dior(14, "tier", /twice/)],
    ["a complex key", add("    [tier]: x"), dior(14, "key", /must be a plain word/), 2],
    ["a complex key that spells a known one", edit("    tier: business", "    ? [tier]\n    : business"), dior(5, "key", /plain word/), 3],
    ["a number as key", add("    1: x"), dior(14, "key", /must be text/)],
    ["a boolean as key", add("    true: x"), dior(14, "key", /must be text/)],
    ["an empty key", add("    : x"), dior(14, "key", /must be text/)],
    ["a merge key", add("    <<: { state: active }"), dior(14, "<<", /merge keys/)],
    ["__proto__", add("    __proto__: { tier: enterprise }"), dior(14, "__proto__", /JavaScript's own/)],
    ["constructor", add("    constructor: { prototype: {} }"), dior(14, "constructor", /JavaScript's own/)],
    ["__proto__ at the top", `${GOOD}__proto__: { version: 1 }\n`, top(19, "__proto__", /JavaScript's own/)],
    ["contacts empty", edit("[ops@dior.example]", "[]"), dior(13, "contacts", /is an empty list/)],
    ["contacts a word", edit("[ops@dior.example]", "ops@dior.example"), dior(13, "contacts", /must be a list/)],
    ["a map where text belongs", edit("name: Dior", "name: { en: Dior }"), dior(4, "name", /must be text/)],
    ["a number where text belongs", edit("name: Dior", "name: 1947"), dior(4, "name", /YAML reads this as a number: put it in quotes/)],
  ]);
  accepts([
    ["a quoted number as text", edit("name: Dior", 'name: "1947"')],
    ["a quoted key", edit("tier: business", '"tier": business')],
    ["every key of the format", add(`    state: active
    environments: [local, prod]
    storefront:
      image: registry.example:5000/dior/storefront:1.4.2
      theme: { primaryColor: "#112233", accentColor: "#445566", font: Inter, logo: brand/logo.svg }
      replicas: { min: 2, max: 4 }
    quota: { cpu: "14", memory: 26Gi, ephemeralStorage: 40Gi }
    settings: { locale: fr-FR, currency: EUR, timezone: Europe/Paris, supportEmail: care@dior.example }
    costCenter: brand-dior`)],
  ]);
});

import { describe, expect, test } from "vitest";
import { accepts, edit, errorOfText, expectDecent, refuses, withId } from "./support.ts";

const bad = (tenant: string, reason: RegExp, given?: RegExp) => ({ line: 3, tenant, field: "id", reason, ...(given && { given }) });
const quoted = (id: string) => withId(JSON.stringify(id));
const second = (id: string) => edit("id: chanel", `id: ${id}`);

describe("two tenants", () => {
  refuses([
    ["the same id", second("dior"), { line: 14, tenant: "dior", field: "id", reason: /is the id of entry 1/ }],
    ["ids that differ by case", second("Dior"), { line: 14, tenant: "Dior", field: "id", reason: /differs only in case/ }, 2],
    ["ids that differ by - and _", edit("id: dior", "id: a-b").replace("id: chanel", "id: a_b"), { line: 14, tenant: "a_b", field: "id", reason: /- and _ from "a-b"/ }, 2],
    ["ids that differ after 63 bytes", withId("d".repeat(63) + "a").replace("id: chanel", `id: ${"d".repeat(63)}b`), { line: 14, tenant: "d".repeat(63) + "b", field: "id", reason: /64 characters: names made from it would be cut/ }, 2],
    ["shop-dior beside dior", second("shop-dior"), { line: 14, tenant: "shop-dior", field: "id", reason: /that of the tenant "dior" with hosts.prefixes \[shop\]/ }],
    ["kr-dior beside dior with region kr", second("kr-dior"), { line: 14, tenant: "kr-dior", field: "id", reason: /that of the tenant "dior" with hosts.regions \[kr\]/ }],
  ]);
  accepts([
    ["ids that share a beginning", second("dior-homme"), ["dior", "dior-homme"]],
    ["an id that holds a prefix later", second("dior-shop"), ["dior", "dior-shop"]],
    ["an id that only begins like a region", second("krizia"), ["dior", "krizia"]],
  ]);
});

describe("characters of an id", () => {
  refuses([
    ["empty", quoted(""), { line: 3, tenant: "#1", field: "id", reason: /is empty/ }],
    ["spaces", quoted("di or"), bad("di or", /a space/)],
    ["only spaces", quoted("  "), bad("  ", /a space/)],
    ["a dash first", quoted("-dior"), bad("-dior", /begins or ends with a dash/)],
    ["a dash last", quoted("dior-"), bad("dior-", /begins or ends with a dash/)],
    ["two dashes", quoted("di--or"), bad("di--or", /two dashes/)],
    ["punycode", quoted("xn--dior"), bad("xn--dior", /two dashes/)],
    ["a digit first", quoted("1dior"), bad("1dior", /begins with a digit/)],
    ["a dot", quoted("dior.com"), bad("dior.com", /U\+002E/)],
    ["a slash", quoted("dior/x"), bad("dior/x", /U\+002F/)],
    ["dot dot", quoted(".."), bad("..", /U\+002E/)],
    ["two colons", quoted("a::b"), bad("a::b", /U\+003A/)],
    ["a dollar", quoted("a$b"), bad("a$b", /U\+0024/)],
    ["a quote and SQL", quoted("a'; DROP SCHEMA public; --"), bad("a'; DROP SCHEMA public; --", /U\+0027/)],
    ["a double quote", quoted('a"b'), bad('a"b', /U\+0022/)],
    ["a line feed", quoted("dior\nchanel"), bad("dior\nchanel", /U\+000A \(a line feed\)/, /^"dior\\nchanel"$/)],
    ["a zero-width space", quoted("di\u200bor"), bad("di\u200bor", /U\+200B \(a zero-width space\)/, /^"di\\u\{200B\}or"$/)],
    ["a right-to-left override", quoted("dior\u202e"), bad("dior\u202e", /U\+202E \(a right-to-left override\)/, /\\u\{202E\}/)],
    ["a Cyrillic look-alike", quoted("di\u043er"), bad("di\u043er", /U\+043E \(a Cyrillic letter/)],
    ["a Greek look-alike", quoted("di\u03bfr"), bad("di\u03bfr", /U\+03BF \(a Greek letter/)],
    ["a full-width letter", quoted("dio\uff52"), bad("dio\uff52", /U\+FF52 \(a letter outside a-z\)/)],
    ["an emoji", quoted("dior\u{1f60a}"), bad("dior\u{1f60a}", /U\+1F60A \(an emoji\)/)],
    ["an underscore", quoted("dior_homme"), bad("dior_homme", /underscore: write a dash/)],
    ["a capital", quoted("Dior"), bad("Dior", /capital letter D/)],
    ["31 characters", quoted("d".repeat(31)), bad("d".repeat(31), /has 31 characters/)],
  ]);
  accepts([
    ["30 characters", withId("d".repeat(30)), ["chanel", "d".repeat(30)]],
    ["one letter", withId("d"), ["chanel", "d"]],
    ["digits and dashes later", withId("d-1-0r"), ["chanel", "d-1-0r"]],
  ]);
});

const reserved = [
  ...["kube-system", "default", "istio-system", "kube-public", "cert-manager", "public", "postgres", "template0", "template1"],
  ...["root", "www", "api", "admin", "mail", "local", "qa", "prod", "shop", "store", "boutique", "kr", "monitoring"],
];

describe("words that are taken", () => {
  test.each(reserved)("%s", (id) => {
    const error = errorOfText(withId(id));
    expectDecent(error);
    expect(error.faults).toMatchObject([{ line: 3, tenant: id, field: "id" }]);
    expect(error.faults[0]?.message).toMatch(/is reserved: it is .*Choose another id/);
  });
  refuses([
    ["pg_x", withId("pg_x"), bad("pg_x", /names that begin with pg_ belong to PostgreSQL/)],
    ["a prefix without its tenant", withId("boutique-prada"), bad("boutique-prada", /begins with the prefix "boutique-"/)],
    ["a region without its tenant", withId("jp-prada"), bad("jp-prada", /begins with the region "jp-"/)],
  ]);
  accepts([
    ["reserved words inside", withId("admin-dior"), ["admin-dior", "chanel"]],
    ["pg inside", withId("pgx"), ["chanel", "pgx"]],
  ]);
});

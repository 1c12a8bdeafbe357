import { describe, expect, test } from "vitest";
import { loadTenants } from "../../../tenants/load.ts";
import { accepted, accepts, add, edit, errorOfText, expectDecent, GOOD, refuses, withId } from "./support.ts";

const dior = (line: number, field: string, reason: RegExp) => ({ line, tenant: "dior", field, reason });
const first = (line: number, field: string, reason: RegExp) => ({ line, tenant: "#1", field, reason });

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]
${Array.from("bcdefghi", (name, i) => `${name}: &${name} [${`*${"abcdefgh"[i] ?? ""}, `.repeat(9).slice(0, -2)}]`).join("\n")}
${GOOD}`;

describe("anchors, aliases, tags, directives", () => {
  refuses([
    ["a self anchor", add("    settings: &me { locale: *me }"), dior(14, "settings", /anchors tie/), 2],
    ["one anchor shared by two tenants", GOOD.replace("tier: business", "tier: &t business").replace("tier: starter", "tier: *t"), dior(5, "tier", /anchors tie/), 2],
    ["the alias of a shared anchor", GOOD.replace("tier: business", "tier: &t business").replace("tier: starter", "tier: *t"), { line: 15, tenant: "chanel", field: "tier", reason: /aliases tie/ }, 2],
    ["an undefined alias", edit("tier: business", "tier: *nobody"), dior(5, "tier", /aliases tie/)],
    ["an anchor on an entry", edit("  - id: dior", "  - &d\n    id: dior"), dior(3, "entry", /anchors tie/)],
    ["an unknown tag", edit("tier: business", "tier: !gold business"), dior(5, "tier", /tags make/)],
    ["!!binary", edit("name: Dior", "name: !!binary RGlvcg=="), dior(4, "name", /tags make/)],
    ["!!js/function", edit("name: Dior", 'name: !!js/function "function () { return 1 }"'), dior(4, "name", /tags make/)],
    ["!!set", edit("regions: [kr]", "regions: !!set { kr }"), dior(10, "hosts.regions", /tags make/)],
    ["!!str on an id", withId("!!str dior"), dior(3, "id", /tags make/)],
    ["%YAML 1.1", `%YAML 1.1\n---\n${GOOD}`, { line: 1, tenant: undefined, field: "file", reason: /directives change/ }],
  ]);
  accepts([
    ["& * ! % inside text", edit("name: Dior", 'name: Dior & Sons * 100% !')],
    ["& * in quotes", edit("name: Dior", 'name: "&Dior *"')],
    ["a document start", `---\n${GOOD}`],
  ]);

  test("an alias bomb is refused at once", () => {
    const start = performance.now();
    const error = errorOfText(bomb);
    expectDecent(error);
    expect(error.faults.filter((fault) => fault.line === 9).map((fault) => fault.message)).toContainEqual(expect.stringMatching(/aliases tie/));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("depth", () => {
  const open = (many: number) => add(`    settings: ${"[".repeat(many)}`);
  refuses([
    ["1,000 brackets", open(1000), dior(14, "settings", /nested too deeply/)],
    ["1,000 maps in brackets", add(`    settings: ${"{a: ".repeat(1000)}`), dior(14, "settings", /nested too deeply/)],
    ["1,000 dashes", add(`    settings:\n      ${"- ".repeat(1000)}x`), { line: 15, tenant: "dior", field: "settings", reason: /nested too deeply/ }],
    ["1,000 levels of indentation", add(`    settings:\n${Array.from({ length: 1000 }, (_, i) => `${" ".repeat(6 + i)}a:`).join("\n")}`), { line: 43, tenant: "dior", field: `settings${".a".repeat(29)}`, reason: /nested too deeply/ }],
    ["1,000 explicit keys", add(`    ${"? ".repeat(1000)}x`), { line: 14, tenant: "dior", field: "contacts", reason: /nested too deeply/ }, 2],
  ]);

  test.each([20_000, 500_000])("%i brackets over many lines neither hang nor abort", (many) => {
    const rows = `      ${"[".repeat(5000)}\n`.repeat(many / 5000);
    const error = errorOfText(add(`    settings:\n${rows}`));
    expectDecent(error);
    expect(error.faults).toMatchObject([{ line: 15, tenant: "dior" }]);
    expect(error.faults[0]?.message).toMatch(/nested too deeply/);
  });

  test("closed brackets beside each other are not depth", () => {
    const many = Array.from({ length: 200 }, (_, i) => `a${i}@dior.example`).join(", ");
    expect(accepted(edit("[ops@dior.example]", `[${many}]`))).toEqual(["chanel", "dior"]);
  });
});

describe("ids that YAML does not read as text", () => {
  refuses([
    ["no", withId("no"), { line: 3, tenant: "no", field: "id", reason: /yes, no or nothing/, given: /"no"/ }],
    ["on", withId("on"), { line: 3, tenant: "on", field: "id", reason: /yes, no or nothing/ }],
    ["yes, quoted", withId('"yes"'), { line: 3, tenant: "yes", field: "id", reason: /yes, no or nothing/ }],
    ["true", withId("true"), { ...first(3, "id", /YAML reads this as a boolean/), given: /^true$/ }],
    ["012", withId("012"), { ...first(3, "id", /YAML reads this as a number/), given: /^012$/ }],
    ["1e3", withId("1e3"), { ...first(3, "id", /YAML reads this as a number/), given: /^1e3$/ }],
    ["0x1F", withId("0x1F"), { ...first(3, "id", /YAML reads this as a number/), given: /^0x1F$/ }],
    [".inf", withId(".inf"), { ...first(3, "id", /YAML reads this as a number/), given: /^\.inf$/ }],
    ["above 2^53", withId("90071992547409931"), { ...first(3, "id", /YAML reads this as a number/), given: /^90071992547409931$/ }],
    ["a date", withId("2024-01-01"), { line: 3, tenant: "2024-01-01", field: "id", reason: /begins with a digit/ }],
    ["null", withId("null"), first(3, "id", /is empty/)],
    ["~", withId("~"), first(3, "id", /is empty/)],
    ["nothing", withId(""), first(3, "id", /is empty/)],
    ["012 in quotes", withId('"012"'), { line: 3, tenant: "012", field: "id", reason: /begins with a digit/ }],
    ["a version like a number", edit("version: 1.4.2", "version: 1.4"), { line: 7, tenant: "dior", field: "release.version", reason: /reads this as a number/, given: /^1\.4$/ }],
  ]);
  accepts([
    ["words that only begin like those", withId("noon"), ["chanel", "noon"]],
    ["an id in quotes", withId('"dior"')],
  ]);
});

test("Latin words that YAML 1.1 took for booleans stay text elsewhere", () => {
  expect(loadTenants(edit("name: Dior", "name: no"), { file: "x" })[1]?.name).toBe("no");
});

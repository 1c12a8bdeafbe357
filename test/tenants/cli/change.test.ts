import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument, stringify } from "yaml";
import { parseArguments } from "../../../tenants/cli/arguments.ts";
import { change, type Change, type EditCommand } from "../../../tenants/cli/change.ts";
import { MOVES, TARGET } from "../../../tenants/cli/transitions.ts";
import { TenantsError } from "../../../tenants/faults.ts";
import { NEXT_STATES } from "../../../tenants/lifecycle.ts";
import { loadTenants } from "../../../tenants/load.ts";
import { STATES, TIERS, type State } from "../../../tenants/tenant.ts";
import { refusalOf } from "./support.ts";

const FILE = "tenants/tenants.yaml";
const OWN = readFileSync(FILE, "utf8");
const DUMP = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

function command(line: string): EditCommand {
  const parsed = parseArguments(line.split(" "));
  if (parsed.kind !== "add" && parsed.kind !== "move") throw new Error(`${line} changes nothing`);
  return parsed;
}
const run = (text: string, line: string): Change => change(text, command(line), FILE);

/** Lines that only one of two texts has, in order. */
const added = (before: string, after: string): readonly string[] => {
  const rest = before.split("\n");
  return after.split("\n").filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
};

const ADD = "add hermes --tier starter --runtime node --release 1.0.0 --contact ops@hermes.example";

const inState = (state: State): string =>
  OWN.replace("    tier: starter\n", `    tier: starter\n    state: ${state} # since May\n${state === "purged" ? `    purge: { dump: "${DUMP}", confirm: gucci }\n` : ""}`);
const MOVE_LINE = { suspend: "suspend gucci", resume: "resume gucci", archive: "archive gucci", purge: `purge gucci --dump ${"a".repeat(64)} --confirm gucci` } as const;

describe("add", () => {
  test("appends one entry behind a blank line, and nothing else", () => {
    const { text, tenant, from } = run(OWN, `${ADD} --prefix shop --region kr --domain shop.hermes.example --environment qa --ring early --cost-center c-1`);
    expect(text).toBe(`${OWN}
  - id: hermes
    tier: starter
    environments: [qa]
    release:
      version: 1.0.0
      ring: early
    hosts:
      prefixes: [shop]
      regions: [kr]
      domains:
        - host: shop.hermes.example
    api:
      runtime: node
    contacts: [ops@hermes.example]
    costCenter: c-1
`);
    expect(tenant).toMatchObject({ id: "hermes", tier: "starter", state: "active", environments: ["qa"] });
    expect(from).toBeUndefined();
  });

  test("says which objects and hosts it brings", () => {
    const { effect } = run(OWN, `${ADD} --prefix shop --region kr`);
    expect(effect.join("\n")).toContain("namespace tenant-hermes and schema tenant_hermes");
    expect(effect.join("\n")).toContain("hermes.<domain>, shop-hermes.<domain>, kr-hermes.<domain>");
  });

  test.each([
    ["no line break at the end", OWN.trimEnd(), (text: string) => text.startsWith(`${OWN.trimEnd()}\n\n  - id: hermes`)],
    ["a comment of the last entry", `${OWN}    # until June\n`, (text: string) => text.startsWith(`${OWN}    # until June\n\n  - id: hermes`)],
    ["a comment of the file", `${OWN}\n# end\n`, (text: string) => text.endsWith("\n\n# end\n") && text.includes("costCenter: brand-gucci\n\n  - id: hermes")],
    ["line breaks of Windows", OWN.replaceAll("\n", "\r\n"), (text: string) => !/[^\r]\n/.test(text) && text.includes("\r\n\r\n  - id: hermes\r\n    tier: starter\r\n")],
    ["dashes at the margin", OWN.replaceAll(/^ {2}(?=[ -])/gm, ""), (text: string) => text.includes("\n\n- id: hermes\n  tier: starter\n")],
    ["the version last", `${OWN.replace("version: 1\n", "")}version: 1\n`, (text: string) => text.endsWith("contacts: [ops@hermes.example]\nversion: 1\n")],
    ["a file of JSON", JSON.stringify(parseDocument(OWN).toJS()), (text: string) => text.includes('}, {"id":"hermes"')],
    ["a last word over two lines", OWN.replace("    costCenter: brand-gucci\n", "    name: >-\n      The last\n      of all\n").replace("name: Gucci\n    tier", "tier"), (text: string) => text.includes("      of all\n\n  - id: hermes")],
  ])("%s", (_, before, isRight) => {
    const { text } = run(before, ADD);
    expect(isRight(text), text).toBe(true);
    expect(loadTenants(text, { file: FILE }).map(({ id }) => id)).toEqual(["chanel", "dior", "gucci", "hermes"]);
  });

  test.each([
    ["add Hermes --tier starter --runtime node --release 1.0.0 --contact a@b.example", /id holds the capital letter H/, /lower-case letters/],
    ["add hermes --tier gold --runtime node --release 1.0 --contact nobody", /tier is not one of.*release\.version is not a version.*contacts\[0\] is not an e-mail/s, /starter, business, enterprise/],
    [`${ADD} --prefix shop --prefix shop`, /in the list twice/, /host prefix/],
    ["add shop-dior --tier starter --runtime node --release 1.0.0 --contact a@b.example", /begins with the prefix "shop-"/, /lower-case/],
    ["add dior --tier starter --runtime node --release 1.0.0 --contact a@b.example", /there is a tenant dior already, which is active/, /an id that no entry has/],
  ])("refuses %s", (line, problem, allowed) => {
    const refusal = refusalOf(() => run(OWN, line));
    expect(refusal.problem).toMatch(problem);
    expect(refusal.allowed).toMatch(allowed);
    expect(refusal.advice).not.toBe("");
  });

  test("refuses what a shell or a value could break the layout with, since the loader reads it back", () => {
    const parsed = command(ADD);
    if (parsed.kind !== "add") throw new Error("not add");
    const hostile = { ...parsed, values: { ...parsed.values, name: ['x"\n  - id: evil'] } };
    expect(refusalOf(() => change(OWN, hostile, FILE)).problem).toMatch(/name holds control or invisible characters/);
    expect(change(OWN, { ...parsed, values: { ...parsed.values, name: ["a: b # c"] } }, FILE).tenant.name).toBe("a: b # c");
  });
});

describe("the life cycle", () => {
  const cases = STATES.flatMap((state) => MOVES.map((move) => [state, move] as const));

  test.each(cases)("%s, then %s", (state, move) => {
    const before = inState(state);
    const isAllowed = state !== TARGET[move] && NEXT_STATES[state].includes(TARGET[move]);
    if (!isAllowed) {
      const refusal = refusalOf(() => run(before, MOVE_LINE[move]));
      expect(refusal.problem).toBe(`a tenant that is ${state} cannot go to ${TARGET[move]} in one step.`);
      expect(refusal.given).toBe(`${move} gucci, which is ${state}`);
      expect(refusal.advice).not.toBe("");
      return;
    }
    const result = run(before, MOVE_LINE[move]);
    const purge = move === "purge" ? [`    purge: { dump: "${"a".repeat(64)}", confirm: gucci }`] : [];
    expect(added(before, result.text)).toEqual([`    state: ${TARGET[move]} # since May`, ...purge]);
    expect([result.from, result.tenant.state]).toEqual([state, TARGET[move]]);
    expect(result.effect.length).toBeGreaterThan(1);
  });

  test("an entry without a state gets the line behind its tier, and a shop goes down the whole way and no further", () => {
    const suspended = run(OWN, "suspend dior").text;
    expect(added(OWN, suspended)).toEqual(["    state: suspended"]);
    expect(suspended).toContain("objectives\n    state: suspended\n    release:");
    const archived = run(suspended, "archive dior").text;
    const purged = run(archived, `purge dior --dump ${DUMP} --confirm dior`);
    expect(added(OWN, purged.text)).toEqual(["    state: purged", `    purge: { dump: "${DUMP}", confirm: dior }`]);
    expect(purged.tenant.purge).toEqual({ dump: DUMP, confirm: "dior" });
    expect(refusalOf(() => run(purged.text, "resume dior")).advice).toMatch(/does not come back/);
  });

  test("a dump of digits alone stays text", () => {
    const digits = "1".repeat(64);
    expect(run(inState("archived"), `purge gucci --dump ${digits} --confirm gucci`).tenant.purge?.dump).toBe(digits);
  });

  test.each([
    ["in one line", "  - { id: gucci, tier: starter, release: { version: 1.0.0 }, api: { runtime: node }, contacts: [a@b.example] }\n", "tier: starter, state: suspended,"],
    ["quoted keys", '  - "id": gucci\n    "tier": starter\n    "state": "active"\n    release: { version: 1.0.0 }\n    api: { runtime: node }\n    contacts: [a@b.example]\n', '"state": suspended\n'],
  ])("an entry %s", (_, entry, expected) => {
    expect(run(`version: 1\ntenants:\n${entry}`, "suspend gucci").text).toContain(expected);
  });

  test("refuses an id that is not there, naming those that are", () => {
    expect(refusalOf(() => run(OWN, "suspend guci"))).toMatchObject({ problem: "there is no such tenant.", given: "guci", allowed: "chanel, dior, gucci" });
  });

  test("refuses a purge whose dump is none", () => {
    expect(refusalOf(() => run(inState("archived"), "purge gucci --dump abc --confirm gucci")).problem).toMatch(/purge\.dump is not the SHA-256/);
  });

  test("edits no file that has faults already", () => {
    expect(() => run(OWN.replace("tier: starter", "tier: gold"), "suspend dior")).toThrow(TenantsError);
  });
});

/** Random valid files, with the comments and blank lines that people leave. */
const id = fc.stringMatching(/^b[a-z]{3,8}$/).filter((text) => text !== "boutique");
const comment = fc.stringMatching(/^[A-Za-z0-9 ,:'"-]{0,20}$/);
const shop = fc.record({ tier: fc.constantFrom(...TIERS), state: fc.constantFrom<State | undefined>(undefined, "active", "suspended", "archived"), before: comment, after: comment, blank: fc.nat(2) });
const file = fc
  .tuple(fc.uniqueArray(fc.tuple(id, shop), { minLength: 1, maxLength: 6, selector: ([name]) => name }), fc.constantFrom("\n", "\r\n"), fc.constantFrom("  ", ""))
  .map(([shops, eol, indent]) => {
    const entries = shops.map(([name, { tier, state, before, after, blank }]) => {
      const fields = stringify({ tier, ...(state === undefined ? {} : { state }), release: { version: "1.0.0" }, api: { runtime: "node" }, contacts: [`a@${name}.example`] });
      const lines = [`# ${before}`, `- id: ${name} # ${after}`, ...fields.trimEnd().split("\n").map((line) => `  ${line}`), `  # ${after}`];
      return [...Array<string>(blank).fill(""), ...lines.map((line) => indent + line)].join(eol);
    });
    return { ids: shops.map(([name]) => name), text: ["# head", "version: 1", "tenants:", ...entries, ""].join(eol), eol };
  });

describe("on any file", () => {
  test("add inserts one piece; without it the text is the old one, byte by byte", () => {
    fc.assert(
      fc.property(file, ({ text, ids }) => {
        const after = run(text, "add zzz --tier starter --runtime node --release 1.0.0 --contact a@zzz.example --prefix shop").text;
        const start = Array.from(after).findIndex((character, index) => character !== text[index]);
        const length = after.length - text.length;
        const at = start < 0 ? text.length : start;
        // The piece begins with line breaks, which may be those of the old text as well: any rotation that fits will do.
        const fits = Array.from({ length: 4 }, (_, back) => at - back).some((from) => from >= 0 && after.slice(0, from) + after.slice(from + length) === text);
        expect(fits).toBe(true);
        expect(loadTenants(after, { file: FILE }).map((tenant) => tenant.id)).toEqual([...ids, "zzz"].toSorted());
      }),
      { numRuns: 100 },
    );
  });

  test("a move changes the one word, or adds the one line; every comment stays", () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, ids }, pick) => {
        const name = ids[pick % ids.length] ?? "";
        const state = loadTenants(text, { file: FILE }).find((tenant) => tenant.id === name)?.state;
        const move = state === "suspended" ? "archive" : "suspend";
        const after = run(text, `${move} ${name}`).text;
        expect(after.match(/#.*/g)).toEqual(text.match(/#.*/g));
        expect(added(text, after).map((line) => line.trim())).toEqual([`state: ${TARGET[move]}`]);
        expect(after.split("\n").length - text.split("\n").length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });
});

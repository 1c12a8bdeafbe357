import { describe, expect, test } from "vitest";
import { TenantsError } from "../../tenants/faults.ts";
import { NEXT_STATES, type Deployed } from "../../tenants/lifecycle.ts";
import { loadTenants } from "../../tenants/load.ts";
import { STATES, type State } from "../../tenants/tenant.ts";

const FILE = "tenants/tenants.yaml";

function entry(id: string, state?: State, more: readonly string[] = []): string {
  const purge = state === "purged" ? [`    purge: { dump: ${"a".repeat(64)}, confirm: ${id} }`] : [];
  return [
    `  - id: ${id}`,
    "    tier: starter",
    ...(state === undefined ? [] : [`    state: ${state}`]),
    "    release: { version: 1.0.0 }",
    "    api: { runtime: node }",
    `    contacts: [ops@${id}.example]`,
    ...purge,
    ...more,
  ].join("\n");
}

const fileOf = (...entries: readonly string[]): string => `version: 1\ntenants:\n${entries.join("\n")}\n`;

/** Ids that are accepted, or the report. */
function outcome(text: string, ...tenants: readonly Deployed[]): readonly string[] | string {
  try {
    return loadTenants(text, { file: FILE, lastRun: { environment: "prod", tenants } }).map(({ id }) => id);
  } catch (error) {
    if (error instanceof TenantsError) return error.message;
    throw error;
  }
}

const dior = (state: State | undefined): Deployed => ({ id: "dior", state });

describe("an entry that is gone", () => {
  test("is refused with what to write instead, by file and line", () => {
    expect(outcome(fileOf(entry("chanel")), { id: "chanel", state: "active" }, dior("active"))).toBe(
      [
        `${FILE}:2:1  field tenants`,
        "    problem  tenant dior is deployed in prod (active) and has no entry: a removed entry, or another id, would destroy what the tenant owns.",
        "    given    no entry with id: dior",
        "    allowed  its entry, with state: suspended, and later archived and purged, when the shop is to go",
        "",
        "1 fault in the file; nothing was deployed.",
      ].join("\n"),
    );
    expect(outcome(fileOf(entry("chanel"), entry("dior")), { id: "chanel", state: "active" }, dior("active"))).toEqual(["chanel", "dior"]);
  });

  test.each<[State | undefined, RegExp]>([
    [undefined, /tenant dior is deployed in prod and has no entry[^]*state: suspended, and later archived and purged/],
    ["suspended", /is deployed in prod \(suspended\)[^]*state: archived, and later purged,/],
    ["archived", /is deployed in prod \(archived\)[^]*with state: purged, when/],
    ["purged", /was purged in prod and its tombstone is gone[^]*its entry as it was, with state: purged/],
  ])("after %s it says the next step", (state, reason) => {
    expect(outcome(fileOf(entry("chanel")), dior(state))).toMatch(reason);
  });

  test("so is a changed id, and all that are gone at once", () => {
    const report = outcome(fileOf(entry("dior-paris")), dior("active"), { id: "gucci", state: "suspended" });
    expect(report).toMatch(/no entry with id: dior\n/);
    expect(report).toMatch(/no entry with id: gucci\n/);
    expect(report).toMatch(/2 faults in the file; nothing was deployed\./);
  });
});

describe("a state", () => {
  const moves = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));
  test.each(moves)("from %s to %s", (from, to) => {
    const result = outcome(fileOf(entry("dior", to)), dior(from));
    if (NEXT_STATES[from].includes(to)) expect(result).toEqual(["dior"]);
    else expect(result).toMatch(new RegExp(`:5:12  tenant dior, field state\\n    problem  comes after ${from}, which prod has deployed: `));
  });

  test("that leaves steps out names them", () => {
    expect(outcome(fileOf(entry("dior", "purged")), dior("active"))).toMatch(/deploy suspended, then archived, then purged\./);
    expect(outcome(fileOf(entry("dior")), dior("purged"))).toMatch(/there is no way back from a purge\.\n {4}given {4}active, by default\n {4}allowed {2}purged/);
  });

  test("may be any for a tenant that the stack does not have, or that a killed run left unfinished", () => {
    for (const state of STATES) {
      expect(outcome(fileOf(entry("dior", state)))).toEqual(["dior"]);
      expect(outcome(fileOf(entry("dior", state)), dior(undefined))).toEqual(["dior"]);
    }
  });
});

test("a list of environments without the one that has the tenant is refused", () => {
  const only = (environments: string): string => fileOf(entry("dior", undefined, [`    environments: ${environments}`]));
  expect(outcome(only("[qa]"), dior("active"))).toMatch(/:8:19  tenant dior, field environments\n {4}problem {2}leaves out prod, where tenant dior is deployed[^]*allowed {2}a list with prod/);
  expect(outcome(only("[qa, prod]"), dior("active"))).toEqual(["dior"]);
  expect(outcome(only("[qa]"))).toEqual(["dior"]);
});

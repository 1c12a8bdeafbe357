import { describe, expect, test } from "vitest";
import { MAX_ITEMS, MAX_TENANTS } from "../../../tenants/check.ts";
import { MAX_FAULTS, MAX_VALUES } from "../../../tenants/prescan.ts";
import { MAX_WORDS } from "../../../tenants/syntax.ts";
import { accepted, add, edit, errorOfText, expectDecent, GOOD } from "./support.ts";

const tenant = (n: number, rest = ""): string =>
  `  - { id: brand-${n}, tier: starter, release: { version: 1.0.0 }, api: { runtime: node }, contacts: [a@b.example]${rest} }\n`;
const file = (many: number, rest = ""): string => `version: 1\ntenants:\n${Array.from({ length: many }, (_, n) => tenant(n, rest)).join("")}`;
const emails = (many: number): string => Array.from({ length: many }, (_, n) => `\n      - a${n}@dior.example`).join("");

/** Each would take gigabytes or overflow a stack if nothing counted along. */
const LARGE: readonly (readonly [kind: string, text: string, reason: RegExp])[] = [
  ["more lines than tenants could have", GOOD + "#\n".repeat(MAX_VALUES), /more lines and values/],
  ["more commas", add(`    settings: [\n${`${",".repeat(5000)}\n`.repeat(200)}]`), /more lines and values/],
  ["more words", add(`    settings:\n${`      ${"'' ".repeat(3000)}\n`.repeat(Math.ceil(MAX_WORDS / 6000))}`), /holds more than tenants/],
  ["many closing brackets", add(`    settings:\n${`      ${"]".repeat(5000)}\n`.repeat(20)}`), /closes nothing/],
  ["a list in a tenant that is too long", edit(" [ops@dior.example]", emails(MAX_ITEMS + 1)), /longer than any shop needs/],
  ["a list of 200,000 faults", edit(" [ops@dior.example]", "\n      - x".repeat(200_000)), /longer than any shop needs/],
  ["too many tenants", file(MAX_TENANTS + 1, ", colour: red"), /longer than any shop needs/],
];

describe("files that would cost too much", () => {
  test.each(LARGE)("%s", (_, text, reason) => {
    const error = errorOfText(text);
    expectDecent(error);
    expect(error.faults.map(({ message }) => message)).toContainEqual(expect.stringMatching(reason));
  }, 120_000);

  test("accepts a list of the most items", () => {
    expect(accepted(edit(" [ops@dior.example]", emails(MAX_ITEMS)))).toEqual(["chanel", "dior"]);
  });

  test("accepts the most tenants", () => {
    expect(accepted(file(MAX_TENANTS))).toHaveLength(MAX_TENANTS);
  });
});

test("more faults than anybody reads are counted", () => {
  const error = errorOfText(file(6000, ", colour: red, colours: red"));
  expect(error.faults).toHaveLength(MAX_FAULTS);
  expect(error.message).toMatch(/10000 faults in 5000 tenants, and 2000 more that are not shown; nothing was deployed\.$/);
});

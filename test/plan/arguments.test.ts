import { describe, expect, test } from "vitest";
import { parseArguments, UsageError } from "../../plan/arguments.ts";
import { excludedBefore } from "../../plan/rings.ts";
import { RINGS } from "../../tenants/tenant.ts";
import { tenantsOf } from "../support/tenants.ts";

const parse = (line: string) => parseArguments(line.split(" ").filter(Boolean));
const plain = { events: undefined, data: undefined, tenants: undefined, limit: 65_536, json: false };

test.each([
  ["local", { ...plain, stack: "local" }],
  ["qa --events x.json --limit 20000 --json", { ...plain, stack: "qa", events: "x.json", limit: 20_000, json: true }],
  ["--data=d --tenants t.yaml prod", { ...plain, stack: "prod", data: "d", tenants: "t.yaml" }],
  ["qa --help", "help"],
])("%s", (line, command) => {
  expect(parse(line)).toEqual(command);
});

test.each([
  ["", /which stack/],
  ["pord", /unknown stack "pord".*Did you mean "prod"/],
  ["qa prod", /too many arguments: prod/],
  ["qa --event x", /unknown option --event\. Did you mean "events"/],
  ["qa --events", /--events needs a value/],
  ["qa --limit 10", /--limit takes a whole number of 1000 or more, got "10"/],
  ["qa --limit 1e5", /--limit takes/],
  ["qa --events x --data y", /takes no --data/],
])("refuses %j", (line, message) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(message);
});

describe("rings", () => {
  const tenants = tenantsOf(...RINGS.map((ring) => ({ id: `shop${ring}`, contacts: ["a@b.example"], release: { version: "1.0.0", ring } })));
  const owners = (ring: (typeof RINGS)[number]): readonly string[] => [...new Set(excludedBefore(tenants, ring).map((pattern) => pattern.slice(4).split("-")[0] ?? ""))].toSorted();

  test("leave out the tenants of later ones", () => {
    expect([owners("internal"), owners("early"), owners("all")]).toEqual([["shopall", "shopearly"], ["shopall"], []]);
  });

  test("name resources whole, and leave what the platform needs of every tenant", () => {
    const patterns = excludedBefore(tenants, "early");
    expect(patterns).toContain("**::shopall");
    expect(patterns).toContain("**::shopall-database-schema");
    expect(patterns.filter((pattern) => pattern.endsWith("*") || pattern.includes("password"))).toEqual([]);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCheck } from "../../policy/checkArguments.ts";
import { pythonFault } from "../../policy/installCheckov.ts";
import { holds, judgeByRules, type Verdict } from "../../policy/judge.ts";
import { readExport, readSandboxState } from "../../policy/readState.ts";
import { verdictText, wrap } from "../../policy/verdictText.ts";
import { explainPipFailure } from "../../sandbox/toolchain/python.ts";
import { script } from "../support/sandbox.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "privatesales-policy-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const URN = "urn:pulumi:qa::privatesales::aws:kms/key:Key::data";
const key = { urn: URN, type: "aws:kms/key:Key", provider: "urn:pulumi:qa::privatesales::pulumi:providers:aws::aws::1", protect: true, retainOnDelete: true };
const deployment = (inputs: object) => ({ resources: [{ ...key, inputs: { tags: { part: "data" }, policy: "{}", deletionWindowInDays: 30, ...inputs } }] });

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** A data folder as the engine's file backend leaves it. */
function dataFolder(name: string, latest: unknown): string {
  write(`${name}/workspace/stack`, "qa");
  write(`${name}/state/.pulumi/stacks/privatesales/qa.json`, { version: 3, checkpoint: { stack: "qa", latest } });
  return join(folder, name);
}

describe("the command line", () => {
  const plain = { stack: "qa", data: undefined, state: undefined, checkov: false, json: false };

  test.each([
    [["qa"], plain],
    [["--json", "prod", "--checkov"], { ...plain, stack: "prod", json: true, checkov: true }],
    [["qa", "--data", "x"], { ...plain, data: "x" }],
    [["qa", "--state=x.json"], { ...plain, state: "x.json" }],
    [["--help"], "help"],
  ])("%j", (args, expected) => {
    expect(parseCheck(args)).toEqual(expected);
  });

  test.each([
    [[], 'the rules are about qa and prod, got ""'],
    [["local"], 'the rules are about qa and prod, got "local"'],
    [["qa", "prod"], "too many arguments: prod"],
    [["qa", "--data", "x", "--state", "y"], "--data and --state exclude each other"],
    [["qa", "--chekov"], "Unknown option '--chekov'"],
  ])("%j is refused, with the usage", (args, reason) => {
    expect(() => parseCheck(args)).toThrow(reason);
    expect(() => parseCheck(args)).toThrow("npm run policy -- qa|prod");
  });
});

describe("the state", () => {
  const make = "npm run sandbox -- up qa";

  test("of a data folder, and of an export, are the same resources", () => {
    const expected = [expect.objectContaining({ name: "data", protect: true })];
    expect(readSandboxState(dataFolder("good", deployment({})), "qa", make)).toEqual(expected);
    expect(readExport(write("export.json", { version: 3, deployment: deployment({}) }), "qa")).toEqual(expected);
  });

  test.each([
    ["a folder without it", () => readSandboxState(join(folder, "none"), "qa", make), /there is no stack qa in .*none. Make it with: npm run sandbox -- up qa$/],
    ["a folder of another stack", () => readSandboxState(dataFolder("good", deployment({})), "prod", make), /good holds the stack qa, and the rules of prod were asked for/],
    ["an empty stack", () => readSandboxState(dataFolder("empty", null), "qa", make), /holds no resource. Make it with: npm run sandbox/],
    ["no file", () => readExport(join(folder, "none.json"), "qa"), /there is no file .*none.json. Make it with: pulumi stack export --stack qa --file/],
    ["no JSON", () => readExport(write("text.json", "text"), "qa"), /text.json is no JSON/],
    ["another JSON", () => readExport(write("other.json", { resources: [] }), "qa"), /other.json is no export of a stack: .*deployment/s],
    ["an export of another stack", () => readExport(write("qa.json", { deployment: deployment({}) }), "prod"), /qa.json holds the stack qa, and the rules of prod were asked for/],
  ])("%s is refused", (_, read, reason) => {
    expect(read).toThrow(reason);
  });
});

describe("the verdict", () => {
  const violation = { rule: "CKV_AWS_7", title: "keys rotate", type: "aws:kms/key:Key", name: "data", found: "enableKeyRotation is false", fix: "Turn it on." };
  const bad: Verdict = { judge: "rules", scope: "90 rules over 3 resources of AWS", violations: [violation], suppressed: [], faults: ["two rules are called A"] };
  const excused: Verdict = {
    ...bad,
    violations: [],
    suppressed: [
      { ...violation, reason: "it is only a test" },
      { ...violation, name: "other", reason: "it is only a test" },
    ],
    faults: [],
  };

  test("names rule, resource, what is wrong, what to do, and counts", () => {
    const text = verdictText(bad, "qa");
    expect(text).toMatch(/RULE +RESOURCE +WHAT IS WRONG +WHAT TO DO/);
    expect(text).toMatch(/CKV_AWS_7 +data aws:kms\/key:Key +enableKeyRotation is false \(keys rotate\) +Turn it on\./);
    expect(text).toContain("fault  two rules are called A");
    expect(text).toContain("FAILED  rules on qa: 90 rules over 3 resources of AWS: 1 violation, 1 fault, 0 excused");
    expect(holds(bad)).toBe(false);
    expect(holds({ ...bad, violations: [] })).toBe(false);
    expect(holds({ ...bad, faults: [] })).toBe(false);
  });

  test("says what is excused, and why, once for what is alike", () => {
    const text = verdictText(excused, "qa");
    expect(text).toMatch(/CKV_AWS_7 +data, other +it is only a test/);
    expect(text).toContain("ok      rules on qa: 90 rules over 3 resources of AWS: 0 violations, 0 faults, 2 excused");
    expect(holds(excused)).toBe(true);
  });

  test("long cells go on in the next line", () => {
    expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrap("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
    expect(wrap("", 3)).toEqual([""]);
  });

  test("of rules comes from the project's own, with the written exceptions", () => {
    const resources = readExport(write("judged.json", { deployment: deployment({ enableKeyRotation: false }) }), "qa");
    const { violations, faults } = judgeByRules(resources, "qa");
    expect(violations).toEqual([{ rule: "CKV_AWS_7", title: "keys rotate", type: "aws:kms/key:Key", name: "data", found: "enableKeyRotation is false; allowed is enableKeyRotation: true", fix: expect.any(String) as string }]);
    expect(faults.length).toBeGreaterThan(0);
  });
});

test("as a program it ends with 1 on a violation, and when there is nothing to judge", async () => {
  const data = dataFolder("bad", deployment({ enableKeyRotation: false }));
  const [json, text, none] = await Promise.all([
    script("policy/check.ts", {}, "qa", "--data", data, "--json"),
    script("policy/check.ts", {}, "qa", "--data", data),
    script("policy/check.ts", {}, "qa", "--data", join(folder, "none")),
  ]);
  expect([json.code, text.code, none.code]).toEqual([1, 1, 1]);
  expect(JSON.parse(json.stdout)).toMatchObject({ stack: "qa", resources: 1, verdicts: [{ judge: "rules", violations: [{ rule: "CKV_AWS_7" }] }] });
  expect(text.stdout).toContain("FAILED  rules on qa");
  expect(none.stderr).toBe(`there is no stack qa in ${join(folder, "none")}. Make it with: npm run sandbox -- up qa --data ${join(folder, "none")}\n`);
});

describe("what keeps checkov from being installed is said with its name", () => {
  const checkov = { name: "checkov", wheels: "CPython 3.11 and later on Linux" };
  const failure = (stderr: string): string => explainPipFailure({ stdout: "", stderr }, checkov);

  test.each([
    ["THESE PACKAGES DO NOT MATCH THE HASHES", "a package of checkov differs from the one in requirements.txt"],
    ["ERROR: No matching distribution found", "checkov has no wheel for this machine, or the Python package index is out of reach. Wheels exist for CPython 3.11"],
    ["connection refused", "checkov was not installed. Check the network"],
  ])("%s", (stderr, text) => {
    expect(failure(stderr)).toContain(text);
    expect(failure(stderr)).not.toContain("PostgreSQL");
  });

  test.each([
    ["Python 3.11.2", undefined],
    ["Python 4.0.0", undefined],
    ["Python 3.10.12", 'checkov needs Python 3.11 or later, and the "python3" on PATH is 3.10.12'],
    ["", 'checkov needs Python 3.11 or later, and there is no "python3" on PATH'],
  ])("python3 that answers %j", (version, fault) => {
    expect(pythonFault(version)).toBe(fault);
  });
});

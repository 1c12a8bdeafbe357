import { describe, expect, test } from "vitest";
import { describeViolation, evaluate } from "../../policy/evaluate.ts";
import { CHECKOV_SUPPRESSIONS, RULE_SUPPRESSIONS } from "../../policy/exceptions.ts";
import { rule, type Rule } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { suppress, type Suppression } from "../../policy/suppressions.ts";
import { changed, resource } from "./support.ts";

const big: Rule = rule({
  id: "PS_BIG",
  title: "boxes are big",
  source: "https://boxes.test",
  types: ["aws:box/box:Box"],
  check: ({ props }) => (props["size"] === 9 ? undefined : { found: `size is ${String(props["size"])}`, allowed: "size: 9", fix: "Make it bigger." }),
});
const box = resource("aws:box/box:Box", { size: 9 });
const small = changed(box, { size: 1 }, { name: "small" });
const excuse: Suppression = { rule: "PS_BIG", resource: "aws:box/box:Box sm*", reason: "it stands on a narrow shelf" };

test("a violation names rule, resource, what was found, what is allowed and what to do", () => {
  const { violations, faults } = evaluate([big], [box, small], { stack: "prod" });
  expect(violations.map(describeViolation)).toEqual(["PS_BIG aws:box/box:Box small: size is 1; allowed is size: 9. Make it bigger. (boxes are big, https://boxes.test)"]);
  expect(faults).toEqual([]);
});

describe("a rule that judged nothing", () => {
  const fault = "PS_BIG (boxes are big) judged no resource in prod. It protects nothing: declare what it is about, or take prod from its mustMatchIn";

  test("is a fault of the run in prod", () => {
    const { violations, matched, faults } = evaluate([big], [resource("aws:s3/bucket:Bucket")], { stack: "prod" });
    expect([violations, matched.get("PS_BIG"), faults]).toEqual([[], 0, [fault]]);
  });

  test("is none when it judged something, in qa, or when it need not match", () => {
    expect(evaluate([big], [box], { stack: "prod" }).faults).toEqual([]);
    expect(evaluate([big], [], { stack: "qa" }).faults).toEqual([]);
    expect(evaluate([{ ...big, mustMatchIn: [] }], [], { stack: "prod" }).faults).toEqual([]);
  });

  test("every rule but two must match in prod", () => {
    const idle = evaluate(RULES, [], { stack: "prod" }).faults.length;
    expect(RULES.filter(({ mustMatchIn }) => mustMatchIn.length === 0).map(({ id }) => id)).toEqual(["CKV_AWS_32", "PS_NO_IAM_USERS"]);
    expect(idle).toBe(RULES.length - 2);
  });
});

test("a rule judges its own stacks only", () => {
  const prodOnly = { ...big, stacks: ["prod"] };
  expect(evaluate([prodOnly], [small], { stack: "prod" }).violations).toHaveLength(1);
  expect(evaluate([prodOnly], [small], { stack: "qa" })).toMatchObject({ violations: [], faults: [], matched: new Map() });
});

test("two rules of one id are a fault: matches are counted by id", () => {
  expect(evaluate([big, big], [box], { stack: "prod" }).faults).toEqual(["two rules are called PS_BIG; matches are counted by id"]);
});

describe("suppressions", () => {
  const run = (suppressions: readonly Suppression[], stack = "prod") => evaluate([big], [box, small], { stack, suppressions });

  test("one excuses what it names, and nothing else", () => {
    const { violations, suppressed, faults } = run([excuse]);
    expect([violations.length, suppressed.map((one) => one.resource.name), faults]).toEqual([0, ["small"], []]);
    expect(run([{ ...excuse, rule: "PS_OTHER" }]).violations).toHaveLength(1);
    expect(run([{ ...excuse, resource: "aws:box/box:Box big" }]).violations).toHaveLength(1);
  });

  test("one that excused nothing is a fault", () => {
    const idle = { ...excuse, resource: "aws:box/box:Box gone" };
    expect(run([excuse, idle]).faults).toEqual(['the suppression of PS_BIG for "aws:box/box:Box gone" excused nothing in prod: remove it']);
  });

  test("one for another stack is neither used nor missed", () => {
    expect(run([{ ...excuse, stacks: ["qa"] }])).toMatchObject({ faults: [], violations: [{ rule: "PS_BIG" }] });
    expect(run([{ ...excuse, stacks: ["qa"] }], "qa").violations).toEqual([]);
  });

  test("one without a reason excuses nothing, and is a fault", () => {
    const { violations, faults } = run([{ ...excuse, reason: "because" }]);
    expect(violations).toHaveLength(1);
    expect(faults).toContain('the suppression of PS_BIG for "aws:box/box:Box sm*" gives no reason: write one of at least 20 characters');
  });

  test("in a pattern only the star is special", () => {
    const excused = (pattern: string, name: string) => suppress([{ rule: "X", resource: { type: "t", name } }], [{ ...excuse, rule: "X", resource: pattern }], "prod").excused.length;
    expect([excused("t a.b", "a.b"), excused("t a.b", "axb"), excused("t a(", "a("), excused("t *-logs", "edge-logs"), excused("t *-logs", "edge-logs-2")]).toEqual([1, 0, 1, 1, 0]);
  });

  test("the project's own name rules that exist, and say why", () => {
    const ids = RULES.map(({ id }) => id);
    expect(RULE_SUPPRESSIONS.filter(({ rule: id }) => !ids.includes(id))).toEqual([]);
    expect([...RULE_SUPPRESSIONS, ...CHECKOV_SUPPRESSIONS].filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
  });
});

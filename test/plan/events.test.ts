import { describe, expect, test } from "vitest";
import { NoPreviewError, planOfEvents, planOfText } from "../../plan/events.ts";
import { tenantsOf } from "../../plan/places.ts";
import { child, event, fault, planOf, QUOTA, SCHEMA, summary, TENANT } from "./support.ts";

describe("operations", () => {
  test.each([
    ["create", "create"],
    ["import", "create"],
    ["update", "update"],
    ["replace", "replace"],
    ["delete", "delete"],
    ["discard", "forget"],
    ["same", "same"],
    ["refresh", "same"],
    ["read", "same"],
  ])("%s is %s", (op, meant) => {
    expect(planOf({ op, type: QUOTA, name: "dior-quota" }).steps.map((step) => [step.op, step.name, step.type])).toEqual([[meant, "dior-quota", QUOTA]]);
  });

  test.each([
    [["create-replacement", "replace", "delete-replaced"], "replace"],
    [["delete-replaced", "replace", "create-replacement"], "replace"],
    // What an interrupted run left to be deleted has no whole.
    [["delete-replaced"], "delete"],
    [["same", "delete-replaced"], "delete"],
    [["create-replacement"], "replace"],
    [["remove-pending-replace"], "same"],
  ])("the parts %j are one: %s", (ops, meant) => {
    expect(planOf(...ops.map((op) => ({ op, type: QUOTA, name: "dior-quota" }))).steps.map(({ op }) => op)).toEqual([meant]);
  });
});

test("differences by path, with what forces a replacement", () => {
  const [step] = planOf({ op: "replace", type: QUOTA, name: "q", diff: { "b.c": "update-replace", a: "add", d: "delete" } }).steps;
  expect(step?.diff).toEqual([
    { path: "a", kind: "add", forcesReplacement: false, ofInputs: true },
    { path: "b.c", kind: "update", forcesReplacement: true, ofInputs: true },
    { path: "d", kind: "delete", forcesReplacement: false, ofInputs: true },
  ]);
});

test("where the engine knows no path, the properties", () => {
  const plan = planOfEvents([{ resourcePreEvent: { metadata: { op: "replace", urn: "urn:pulumi:qa::p::t::n", keys: ["a"], diffs: ["a", "b"] } } }, summary()]);
  expect(plan.steps[0]?.diff.map(({ path, forcesReplacement }) => [path, forcesReplacement])).toEqual([["a", true], ["b", false]]);
});

describe("failures", () => {
  test("errors and mandatory policies; warnings are none", () => {
    const policy = { policyEvent: { resourceUrn: "", message: "no", policyName: "p", enforcementLevel: "mandatory" } };
    const advice = { policyEvent: { resourceUrn: "", message: "hm", policyName: "p", enforcementLevel: "advisory" } };
    const warning = { diagnosticEvent: { severity: "warning", message: "hm", urn: "" } };
    expect(planOfEvents([fault("bad"), policy, advice, warning, summary()]).failures).toEqual([
      { urn: undefined, message: "bad" },
      { urn: undefined, message: "policy p: no" },
    ]);
    expect(planOfEvents([advice, warning, summary(3)])).toEqual({ steps: [], failures: [], unchanged: 3 });
  });

  test("events that break off are no preview", () => {
    expect(planOfEvents([event({ op: "create", type: QUOTA, name: "q" })]).failures.map(({ message }) => message)).toEqual([expect.stringContaining("did not come to its end")]);
  });
});

describe("the text of a file", () => {
  const lines = [event({ op: "update", type: QUOTA, name: "q", diff: { a: "update" } }), summary(2)].map((one) => JSON.stringify(one)).join("\n");
  const digest = {
    steps: [
      {
        op: "update",
        urn: `urn:pulumi:qa::privatesales::${TENANT}$${QUOTA}::q`,
        oldState: { parent: "x", inputs: { a: 1 } },
        newState: { parent: "x", inputs: { a: 2 }, protect: true },
        detailedDiff: { a: { kind: "update", inputDiff: true } },
      },
    ],
    changeSummary: { same: 2, update: 1 },
  };

  test("engine events, one a line", () => {
    expect(planOfText(`${lines}\n`)).toMatchObject({ steps: [{ op: "update", name: "q" }], failures: [], unchanged: 2 });
  });

  test("the document of pulumi preview --json", () => {
    expect(planOfText(JSON.stringify(digest, undefined, 2))).toMatchObject({
      steps: [{ op: "update", name: "q", type: QUOTA, old: { parent: "x", inputs: { a: 1 }, protect: false }, new: { inputs: { a: 2 }, protect: true }, diff: [{ path: "a", kind: "update" }] }],
      failures: [],
      unchanged: 2,
    });
  });

  test("its errors, and a document that was cut off", () => {
    const diagnostics = [{ severity: "error", message: "bad", urn: "u" }, { severity: "warning", message: "hm" }];
    expect(planOfText(JSON.stringify({ ...digest, diagnostics })).failures).toEqual([{ urn: "u", message: "bad" }]);
    expect(planOfText(JSON.stringify({ steps: [] })).failures).toHaveLength(1);
  });

  test.each(["", "error: no stack", `${lines}\n{"res`, "[1]\n2"])("%j is none", (text) => {
    expect(() => planOfText(text)).toThrow(NoPreviewError);
  });
});

describe("whose a resource is", () => {
  const cloud = ["privatesales:tenant:TenantCloud", "prada-cloud"] as const;
  const plan = planOf(
    { op: "same", type: TENANT, name: "dior" },
    child("dior", { op: "update", type: "a:b:Inner", name: "odd" }),
    { op: "update", type: QUOTA, name: "inside", parent: ["a:b:Inner", "odd"] },
    { op: "create", type: "random:index/randomPassword:RandomPassword", name: "dior-password", parent: ["privatesales:data:Credentials", "credentials"] },
    { op: "delete", type: "aws:iam/role:Role", name: "any", parent: cloud },
    child("gone", { op: "delete", type: SCHEMA, name: "gone-database-schema" }),
    { op: "update", type: QUOTA, name: "gateway-www" },
    { op: "update", type: QUOTA, name: "chanel-quota" },
  );
  test.each([
    ["odd", "dior"],
    ["inside", "dior"],
    ["dior-password", "dior"],
    ["any", "prada"],
    ["gone-database-schema", "gone"],
    ["gateway-www", undefined],
    ["chanel-quota", "chanel"],
  ])("%s: %s", (name, tenant) => {
    const urn = plan.steps.find((step) => step.name === name)?.urn ?? "";
    expect(tenantsOf(plan, ["chanel"])(urn)).toBe(tenant);
  });
});

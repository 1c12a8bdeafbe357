import { describe, expect, test } from "vitest";
import { costChange } from "../../plan/cost.ts";
import { planOfEvents } from "../../plan/events.ts";
import { markdownOf } from "../../plan/markdown.ts";
import { changedLines, masked, maskedAt, pathParts, SECRET, shown, UNKNOWN } from "../../plan/mask.ts";
import type { Plan } from "../../plan/model.ts";
import { EXIT_CODES, reportOf, type PlanReport } from "../../plan/report.ts";
import { priceOf } from "../../plan/resourcePrice.ts";
import { child, event, fault, planOf, QUOTA, SCHEMA, summary, TENANT, type Given } from "./support.ts";

const report = (plan: Plan, bill: "aws" | "none" = "none"): PlanReport => reportOf(plan, { stack: "qa", tenantIds: ["dior", "gucci"], bill });
const BUCKET = "aws:s3/bucket:Bucket";

describe("data at risk", () => {
  test.each<readonly [string, Given, string | undefined]>([
    ["a schema that is deleted", { op: "delete", type: SCHEMA, name: "s" }, "deleted"],
    ["a schema that is replaced", { op: "replace", type: SCHEMA, name: "s" }, "replaced"],
    ["a bucket that is left behind", { op: "delete", type: BUCKET, name: "s", retain: true }, "let go"],
    ["a namespace", { op: "delete", type: "kubernetes:core/v1:Namespace", name: "s" }, "deleted"],
    ["anything protected", { op: "replace", type: QUOTA, name: "s", protect: true }, "replaced"],
    ["a protection taken off", { op: "same", type: QUOTA, name: "s", protect: [true, false] }, "unprotected"],
    ["a cascade switched on", { op: "update", type: SCHEMA, name: "s", new: { dropCascade: true }, diff: { dropCascade: "update" } }, "unprotected"],
    ["a deletion protection switched off", { op: "update", type: "aws:rds/cluster:Cluster", name: "s", new: { deletionProtection: false }, diff: { deletionProtection: "update" } }, "unprotected"],
    ["… or on", { op: "update", type: "aws:rds/cluster:Cluster", name: "s", new: { deletionProtection: true }, diff: { deletionProtection: "update" } }, undefined],
    ["a schema that is changed", { op: "update", type: SCHEMA, name: "s", diff: { owner: "update" } }, undefined],
    ["a schema that is made", { op: "create", type: SCHEMA, name: "s" }, undefined],
    ["a quota that is deleted", { op: "delete", type: QUOTA, name: "s" }, undefined],
    ["a protection put on", { op: "update", type: SCHEMA, name: "s", protect: [false, true] }, undefined],
  ])("%s", (_, given, danger) => {
    const { risks, outcome } = report(planOf(given));
    expect(risks.map((risk) => risk.danger)).toEqual(danger === undefined ? [] : [danger]);
    expect(outcome === "data at risk").toBe(danger !== undefined);
  });
});

describe("outcome and exit code", () => {
  const deletion: Given = { op: "delete", type: SCHEMA, name: "s" };
  test.each([
    ["nothing", planOf({ op: "same", type: QUOTA, name: "q" }), "no change", 0],
    ["a change", planOf({ op: "update", type: QUOTA, name: "q" }), "changes", 2],
    ["a risk", planOf(deletion), "data at risk", 3],
    ["an error outranks a risk", planOfEvents([event(deletion), fault("bad"), summary()]), "error", 1],
    ["events that break off", planOfEvents([event(deletion)]), "error", 1],
    ["the engine's closing words alone", planOfEvents([fault("preview failed"), summary()]), "error", 1],
  ])("%s", (_, plan, outcome, code) => {
    const result = report(plan);
    expect([result.outcome, EXIT_CODES[result.outcome]]).toEqual([outcome, code]);
  });
});

describe("secrets", () => {
  test.each([
    ["the engine's mark", { a: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" } }],
    ["a telling key", { dbPassword: "hunter2" }],
    ["below a telling key", { credentials: { user: ["hunter2"] } }],
    ["a known shape", { note: "AKIAABCDEFGHIJKLMNOP" }],
    ["an address with a password", { url: "postgres://a:hunter2@db" }],
  ])("%s", (_, value) => {
    expect(JSON.stringify(masked(value))).toContain(SECRET);
    expect(JSON.stringify(masked(value))).not.toMatch(/hunter2|AKIA/);
  });

  test("what is none stays, and what is not known yet says so", () => {
    expect(masked({ replicas: 3, name: "dior", mountToken: true, id: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })).toEqual({ replicas: 3, name: "dior", mountToken: true, id: UNKNOWN });
  });

  test("by type: whatever a Secret of Kubernetes holds", () => {
    const type = "kubernetes:core/v1:Secret";
    expect(maskedAt(type, { stringData: { user: "hunter2" } }, ["stringData", "user"])).toBe(SECRET);
    expect(maskedAt(type, { metadata: { name: "x" } }, ["metadata", "name"])).toBe("x");
    expect(maskedAt("kubernetes:core/v1:ConfigMap", { data: { user: "x" } }, ["data", "user"])).toBe("x");
  });

  test("none reaches the report, whatever the path", () => {
    const given = child("dior", { op: "update", type: "kubernetes:core/v1:Secret", name: "s", old: { data: { a: "hunter1" } }, new: { data: { a: "hunter2" } }, diff: { "data.a": "update" } });
    const text = markdownOf(report(planOf(given)));
    expect(text).toContain("data.a");
    expect(text).toContain(SECRET);
    expect(text).not.toContain("hunter");
  });
});

describe("values", () => {
  test.each([
    ['spec.hard["requests.cpu"]', ["spec", "hard", "requests.cpu"]],
    ["spec.types[1].a", ["spec", "types", "1", "a"]],
    ['a["b\\"c"]', ["a", 'b"c']],
    ["[0].x", ["0", "x"]],
  ])("the path %s", (path, parts) => {
    expect(pathParts(path)).toEqual(parts);
  });

  test("long ones are cut, and control characters shown", () => {
    expect(shown("x".repeat(1000))).toMatch(/^"x{399}… \(1002 characters\)$/);
    expect(shown("\u001b[31m\u202e")).not.toMatch(/[\u001b\u202e]/);
  });

  test("of texts of several lines, those that differ", () => {
    expect(changedLines("a\nb\nc", "a\nx\ny\nc")).toEqual([["b"], ["x", "y"]]);
    expect(changedLines("a\na", "a\na\na")).toEqual([[], ["a"]]);
  });
});

const pod = (name: string, cpu: string, memory: string): Given => ({
  op: "create",
  type: "kubernetes:apps/v1:Deployment",
  name,
  new: { metadata: { namespace: "n", name }, spec: { template: { spec: { containers: [{ resources: { requests: { cpu, memory } } }] } } } },
});

describe("monthly cost", () => {
  const instance = (op: string, old: string | undefined, next: string | undefined): Given => ({
    op,
    type: "aws:rds/clusterInstance:ClusterInstance",
    name: "a",
    ...(old === undefined ? {} : { old: { instanceClass: old } }),
    ...(next === undefined ? {} : { new: { instanceClass: next } }),
  });
  test.each<readonly [string, readonly Given[], number, boolean]>([
    ["nothing billed", [{ op: "create", type: "aws:iam/role:Role", name: "r" }], 0, false],
    ["a NAT gateway more", [{ op: "create", type: "aws:ec2/natGateway:NatGateway", name: "n" }], 43.07, false],
    ["one less", [{ op: "delete", type: "aws:ec2/natGateway:NatGateway", name: "n" }], -43.07, false],
    ["one that is left behind", [{ op: "delete", type: "aws:ec2/natGateway:NatGateway", name: "n", retain: true }], 0, false],
    ["an instance that grows", [instance("update", "db.r8g.large", "db.r8g.xlarge")], (0.664 - 0.332) * 730, true],
    ["an instance of the same class", [instance("update", "db.r6g.large", "db.r6g.large")], 0, false],
    ["a firewall with two rules", [{ op: "create", type: "aws:wafv2/webAcl:WebAcl", name: "w", new: { rules: [{}, {}] } }], 7, false],
    ["nodes", [{ op: "create", type: "aws:eks/nodeGroup:NodeGroup", name: "n", new: { instanceTypes: ["m7i.large"], scalingConfig: { desiredSize: 3 } } }], 3 * 0.124 * 730, true],
    ["an endpoint in three zones", [{ op: "create", type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "v", new: { vpcEndpointType: "Interface", subnetIds: ["a", "b", "c"] } }], 3 * 0.013 * 730, true],
    ["a pod, by the larger of its two shares of a node", [pod("p", "500m", "4Gi")], 0.5 * 0.124 * 730, true],
    [
      "as many pods as the autoscaler starts with",
      [pod("p", "1", "1Gi"), { op: "create", type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", name: "h", new: { metadata: { namespace: "n" }, spec: { minReplicas: 4, scaleTargetRef: { name: "p" } } } }],
      4 * 0.5 * 0.124 * 730,
      true,
    ],
  ])("%s", (_, given, usd, isEstimate) => {
    const change = costChange(planOf(...given));
    expect(change.usd).toBeCloseTo(usd, 6);
    expect(change).toMatchObject({ isEstimate, notPriced: [] });
  });

  test("what the table lacks is named, and only where it matters", () => {
    expect(costChange(planOf(instance("create", undefined, "db.x99.large"), { op: "create", type: "aws:new/thing:Thing", name: "t" })).notPriced).toEqual(["aws:new/thing:Thing", "db.x99.large"]);
    expect(costChange(planOf({ op: "update", type: "aws:new/thing:Thing", name: "t" })).notPriced).toEqual([]);
  });

  test("what is billed by use is named", () => {
    expect(costChange(planOf({ op: "create", type: BUCKET, name: "b" })).byUse).toEqual([BUCKET]);
    expect(costChange(planOf({ op: "update", type: BUCKET, name: "b" })).byUse).toEqual([]);
  });

  test("only AWS has a bill", () => {
    expect(priceOf(SCHEMA, {})).toEqual({ kind: "free" });
    expect(report(planOf({ op: "create", type: BUCKET, name: "b" })).cost).toBeUndefined();
  });
});

describe("the Markdown", () => {
  const PLAN = planOf(
    { op: "update", type: QUOTA, name: "gateway-www", diff: { a: "update" } },
    child("gucci", { op: "update", type: QUOTA, name: "gucci-quota", old: { spec: { hard: { "requests.cpu": "4" } } }, new: { spec: { hard: { "requests.cpu": "5" } } }, diff: { 'spec.hard["requests.cpu"]': "update" } }),
    child("dior", { op: "delete", type: SCHEMA, name: "dior-database-schema" }),
    child("dior", { op: "replace", type: QUOTA, name: "dior-quota", diff: { "metadata.name": "update-replace" } }),
  );

  test("no change is said plainly", () => {
    expect(markdownOf(report(planOf()))).toBe("### Plan of `qa`: no change\n\nNo change: 7 resources stay as they are.");
  });

  test("data first and in bold, a line a tenant, differences folded", () => {
    const text = markdownOf(report(PLAN));
    expect(text.split("\n").slice(0, 10)).toEqual([
      "### Plan of `qa`: ⚠️ data at risk",
      "",
      "- **deleted: `dior-database-schema`** (dior, postgresql:index/schema:Schema): a tenant's tables",
      "",
      "2 changed, 1 replaced, 1 deleted; 7 unchanged.",
      "",
      "| | created | changed | replaced | deleted |",
      "| --- | --: | --: | --: | --: |",
      "| platform | 0 | 1 | 0 | 0 |",
      "| **dior** | 0 | 0 | 1 | 1 |",
    ]);
    expect(text).toContain('```diff\n  spec.hard["requests.cpu"]\n- "4"\n+ "5"\n```');
    expect(text).toContain("metadata.name  (forces the replacement)");
    expect(text.indexOf("<details><summary>dior: 1 replaced, 1 deleted</summary>")).toBeLessThan(text.indexOf("<details><summary>platform"));
    expect(text.match(/<details>/g)).toHaveLength(3);
    expect(text.match(/<\/details>/g)).toHaveLength(3);
  });

  test("the cost, what it leaves out and where the prices are from", () => {
    const plan = planOf({ op: "create", type: "aws:ec2/natGateway:NatGateway", name: "n" }, { op: "create", type: BUCKET, name: "b" }, { op: "create", type: "aws:new/thing:Thing", name: "t" });
    const text = markdownOf(report(plan, "aws"));
    expect(text).toContain("Monthly cost: **+$43.07** ([list prices](https://aws.amazon.com/pricing/) of 2026-11 for Seoul).");
    expect(text).toContain("Not priced: `aws:new/thing:Thing`.");
    expect(text).toContain("not in the sum: `aws:s3/bucket:Bucket`.");
    expect(markdownOf(report(planOf({ op: "create", type: "aws:iam/role:Role", name: "r" }), "aws"))).toContain("Monthly cost: **unchanged**");
  });

  test("an error names tenant and resource", () => {
    const urn = `urn:pulumi:qa::privatesales::${TENANT}::dior`;
    const text = markdownOf(report(planOfEvents([fault("<{%reset%}>error: no quota<{%reset%}>", urn), fault("preview failed"), summary()])));
    expect(text).toContain("❌ the preview failed");
    expect(text).toContain("- **dior, `dior`**\n\n```\nno quota\n```");
    expect(text).not.toContain("preview failed\n```");
  });

  test("values and names cannot become markup", () => {
    const given = child("dior", { op: "update", type: QUOTA, name: "a`b\n# c", new: { x: "```\n<script>" }, diff: { x: "add" } });
    const text = markdownOf(report(planOf(given)));
    expect(text).toContain("`a'b'# c`");
    expect(text).toContain('````diff\n  x\n+ "```\\n<script>"\n````');
  });

  test.each([1000, 2000, 5000, 65_536])("never longer than %i characters; what was cut is counted, and nothing is left open", (limit) => {
    const many = Array.from({ length: 400 }, (_, index) => child(`t${index % 90}`, { op: "update", type: QUOTA, name: `t${index % 90}-quota-${index}`, old: { a: "x".repeat(300) }, new: { a: "y".repeat(300) }, diff: { a: "update" } }));
    const text = markdownOf(report(planOf(...many)), limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    const [, cut] = /_(\d+) entries did not fit into [\d,]+ characters; npm run plan -- qa shows all\._$/.exec(text) ?? [];
    const rows = text.match(/^\| t\d+ /gm)?.length ?? 0;
    expect(Number(cut)).toBe(90 - rows + (400 - (text.match(/^- changed/gm)?.length ?? 0)));
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    expect((text.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeViolation, evaluate } from "../../policy/evaluate.ts";
import { rule, type Resource, type Rule } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { staysWithin } from "../../policy/rules/iam.ts";
import { UNTAGGABLE_TYPES } from "../../policy/untaggable.ts";
import { UNKNOWN } from "../../policy/values.ts";
import { ROOT } from "../support/sandbox.ts";
import { EC2_CASES, EKS_CASES, IAM_CASES, LOAD_BALANCER_CASES } from "./cases/compute.ts";
import { ECR_CASES, ELASTICACHE_CASES, KMS_CASES, RDS_CASES, S3_CASES } from "./cases/data.ts";
import { CLOUDFRONT_CASES, CLOUDTRAIL_CASES, MESSAGING_CASES } from "./cases/edge.ts";
import { OWN_CASES, WITHIN } from "./cases/own.ts";
import { resource, type Cases } from "./support.ts";

const CASES: Cases = {
  ...EKS_CASES,
  ...EC2_CASES,
  ...LOAD_BALANCER_CASES,
  ...IAM_CASES,
  ...RDS_CASES,
  ...S3_CASES,
  ...KMS_CASES,
  ...ECR_CASES,
  ...ELASTICACHE_CASES,
  ...CLOUDFRONT_CASES,
  ...CLOUDTRAIL_CASES,
  ...MESSAGING_CASES,
  ...OWN_CASES,
};

test("every rule has its cases, and no case is left over", () => {
  expect(Object.keys(CASES).toSorted()).toEqual(RULES.map(({ id }) => id).toSorted());
});

describe.each(RULES.map((one) => [one.id, one] as const))("%s", (id, one) => {
  const { passes = [], fails = [] } = CASES[id] ?? {};

  test("lets pass what is right", () => {
    const { violations, matched } = evaluate([one], passes, { stack: "prod" });
    expect(violations.map(describeViolation)).toEqual([]);
    // A rule that must match has to have judged something, or this passes on nothing.
    if (one.mustMatchIn.includes("prod")) expect(matched.get(id)).toBeGreaterThan(0);
  });

  test("finds what is wrong", () => {
    expect(fails.length).toBeGreaterThan(0);
    for (const { resources, found } of fails) {
      const { violations } = evaluate([one], resources, { stack: "prod" });
      expect(violations.map(({ rule: by }) => by)).toEqual([id]);
      expect(violations[0]?.found).toContain(found);
    }
  });

  test("says where it comes from and whom it is for", () => {
    expect(id).toMatch(/^(CKV2?_AWS_\d+|PS_[A-Z0-9_]+)$/);
    expect(one.source).toMatch(/^https:\/\//);
    expect(one.title).not.toBe("");
    expect(one.stacks).toContain("prod");
  });
});

test("qa may have a public API server for named networks and few days of recovery", () => {
  const qa = RULES.filter(({ stacks }) => stacks.includes("qa")).map(({ id }) => id);
  expect(qa).not.toContain("CKV_AWS_39");
  expect(qa).not.toContain("PS_RDS_RECOVERY_35_DAYS");
  expect(qa).toContain("CKV_AWS_38");
  expect(qa).toContain("CKV_AWS_133");
});

test("keys that cannot rotate are not asked to", () => {
  const [rotation] = RULES.filter(({ id }) => id === "CKV_AWS_7");
  const stack = { name: "prod", resources: [] };
  expect(rotation?.appliesTo(resource("aws:kms/key:Key", { customerMasterKeySpec: "ECC_NIST_P256" }), stack)).toBe(false);
  expect(rotation?.appliesTo(resource("aws:kms/key:Key", { customerMasterKeySpec: "SYMMETRIC_DEFAULT" }), stack)).toBe(true);
});

test.each(WITHIN)("%s is dior's own: %s", (arn, own) => {
  expect(staysWithin("dior", arn)).toBe(own);
});

describe("the list of types without tags", () => {
  test.each([...UNTAGGABLE_TYPES])("%s", (type) => {
    const [, module = "", file = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
    const declarations = readFileSync(join(ROOT, `node_modules/@pulumi/aws/${module}/${file}.d.ts`), "utf8");
    expect(declarations).toContain("Args {");
    expect(declarations.slice(declarations.search(/export interface \w+Args /))).not.toMatch(/^ {4}tags\??: /m);
  });

  test("the reader of declarations finds tags where there are some", () => {
    expect(readFileSync(join(ROOT, "node_modules/@pulumi/aws/s3/bucket.d.ts"), "utf8")).toMatch(/^ {4}tags\??: /m);
  });
});

test("a rule has defaults", () => {
  const one = rule({ id: "PS_X", title: "x", source: "https://x", types: "aws", check: () => undefined });
  expect([one.stacks, one.mustMatchIn]).toEqual([["qa", "prod"], ["prod"]]);
  expect(one.appliesTo(resource("aws:s3/bucket:Bucket"), { name: "qa", resources: [] })).toBe(true);
  expect(one.appliesTo(resource("random:index/randomId:RandomId"), { name: "qa", resources: [] })).toBe(false);
});

describe("under recording mocks, which do not say where a value comes from", () => {
  const [logging] = RULES.filter(({ id }) => id === "CKV_AWS_18");
  const [zones] = RULES.filter(({ id }) => id === "CKV2_AWS_39");
  const files = resource("aws:s3/bucket:Bucket", { bucket: "files" }, { name: "files" });
  const logs = resource("aws:s3/bucket:Bucket", { bucket: "logs" }, { name: "logs" });
  const judged = (one: Rule | undefined, ...resources: readonly Resource[]) => evaluate(one === undefined ? [] : [one], resources, { stack: "prod" }).violations.map((found) => found.resource.name);

  test("a value that names nobody may come from whatever the resource waits for", () => {
    const zone = resource("aws:route53/zone:Zone", {}, { name: "zone" });
    const log = resource("aws:route53/queryLog:QueryLog", { zoneId: "Z1" }, { dependsOn: ["zone"] });
    expect(judged(zones, zone, log)).toEqual([]);
    expect(judged(zones, zone, { ...log, dependsOn: ["another"] })).toEqual(["zone"]);
    expect(judged(zones, zone, { ...log, references: { zoneId: ["another"] } })).toEqual(["zone"]);
  });

  test("a value that names somebody comes from nobody else: waiting for the target of its logs does not log the target", () => {
    const log = resource("aws:s3/bucketLogging:BucketLogging", { bucket: "files", targetBucket: "logs" }, { dependsOn: ["files", "logs"] });
    expect(judged(logging, files, logs, log)).toEqual(["logs"]);
  });
});

describe("what a preview does not know yet", () => {
  const matchedIn = (id: string, one: ReturnType<typeof resource>) => evaluate(RULES.filter((each) => each.id === id), [one], { stack: "prod" });

  test("is judged as right", () => {
    const group = resource("aws:ec2/securityGroup:SecurityGroup", { description: "nodes", ingress: UNKNOWN, egress: UNKNOWN });
    expect(matchedIn("CKV_AWS_23", group).violations).toEqual([]);
  });

  test("counts as judged, or a first preview of prod would have idle rules", () => {
    const policy = resource("aws:iam/policy:Policy", { policy: UNKNOWN, tags: { part: "tenant", tenant: "dior" } });
    for (const id of ["CKV_AWS_62", "CKV_AWS_63", "PS_TENANT_IAM_OWN_RESOURCES"]) {
      expect(matchedIn(id, policy)).toMatchObject({ violations: [], faults: [], matched: new Map([[id, 1]]) });
    }
  });
});

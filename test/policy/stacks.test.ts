import { beforeAll, describe, expect, test } from "vitest";
import { describeViolation, evaluate } from "../../policy/evaluate.ts";
import { RULE_SUPPRESSIONS } from "../../policy/exceptions.ts";
import type { Resource } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { recordProgram } from "../support/program.ts";
import { changed, fromRecorded } from "./support.ts";

describe.each(["qa", "prod"] as const)("the whole program of %s", (stack) => {
  let resources: readonly Resource[] = [];
  beforeAll(async () => {
    resources = fromRecorded(await recordProgram(stack));
  }, 120_000);

  const judged = (over: readonly Resource[] = resources) => evaluate(RULES, over, { stack, suppressions: RULE_SUPPRESSIONS });

  test("keeps every rule, but for the written exceptions", () => {
    const { violations, faults } = judged();
    expect(violations.map(describeViolation)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("shows it when something in it is opened", () => {
    const open = (type: string, name: string, props: Readonly<Record<string, unknown>>): readonly Resource[] => {
      const found = resources.filter((one) => one.type === type && one.name === name);
      expect(found).toHaveLength(1);
      return resources.map((one) => (found.includes(one) ? changed(one, props) : one));
    };
    const rulesOf = (over: readonly Resource[]): readonly string[] => judged(over).violations.map(({ rule, resource }) => `${rule} ${resource.name}`);
    expect(rulesOf(open("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "storage-assets-public-access", { blockPublicPolicy: false }))).toEqual([
      "CKV_AWS_54 storage-assets-public-access",
    ]);
    expect(rulesOf(open("aws:eks/cluster:Cluster", "eks-control-plane-cluster", { enabledClusterLogTypes: ["api"] }))).toEqual(["CKV_AWS_37 eks-control-plane-cluster"]);
  });

  test("marks what is a tenant's, and rules know whose it is", () => {
    const matched = judged().matched;
    // A repository, a role and its policy at least for each of three tenants.
    expect(matched.get("PS_TENANT_TAGGED")).toBeGreaterThanOrEqual(6);
    expect(matched.get("PS_TENANT_IAM_OWN_RESOURCES")).toBeGreaterThanOrEqual(3);
  });
});

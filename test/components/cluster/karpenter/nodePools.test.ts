import { describe, expect, test } from "vitest";
import { controllerStatements } from "../../../../components/cluster/karpenter/controllerPolicy.ts";
import { nodePool } from "../../../../components/cluster/karpenter/nodePools.ts";
import { SPOT_TOLERATION } from "../../../../components/cluster/karpenter/placement.ts";
import { policyDocument } from "../../../../components/shared/aws.ts";

describe("the pools", () => {
  const limits = { cpu: 64, memoryGi: 256 };
  const requirement = (pool: "spot" | "on-demand", key: string): unknown =>
    nodePool(pool, limits).spec.template.spec.requirements.filter((item) => item.key === key);

  test("spot is tried first, falls back to on demand, and takes only what says it can be interrupted", () => {
    const { spec } = nodePool("spot", limits);
    expect(requirement("spot", "karpenter.sh/capacity-type")).toEqual([
      { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot", "on-demand"] },
    ]);
    expect(spec.weight).toBeGreaterThan(nodePool("on-demand", limits).spec.weight ?? Number.POSITIVE_INFINITY);
    const [taint] = spec.template.spec.taints ?? [];
    expect(taint).toEqual({ key: "privatesales.co.kr/spot", value: "true", effect: "NoSchedule" });
    expect(SPOT_TOLERATION).toEqual({ ...taint, operator: "Equal" });
  });

  test("on-demand takes everything and nothing of spot", () => {
    expect(requirement("on-demand", "karpenter.sh/capacity-type")).toEqual([
      { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
    ]);
    expect(nodePool("on-demand", limits).spec.template.spec).not.toHaveProperty("taints");
  });

  test("each has an end, an age, a label, and a share of nodes that may go at once", () => {
    for (const pool of ["spot", "on-demand"] as const) {
      const { spec } = nodePool(pool, limits);
      expect(spec.limits).toEqual({ cpu: "64", memory: "256Gi" });
      expect(spec.template.metadata?.labels).toEqual({ "privatesales.co.kr/capacity": pool });
      expect(spec.template.spec.expireAfter).toMatch(/^\d+h$/);
      expect(spec.disruption?.budgets?.[0]?.nodes).toMatch(/^[12]0%$/);
    }
  });

  test("by day in Seoul, no on-demand node goes to save money", () => {
    expect(nodePool("on-demand", limits).spec.disruption?.budgets).toContainEqual({
      nodes: "0",
      schedule: "0 0 * * *",
      duration: "14h",
      reasons: ["Underutilized", "Drifted"],
    });
    expect(nodePool("spot", limits).spec.disruption?.budgets).toEqual([{ nodes: "20%" }]);
  });
});

describe("what the controller may do", () => {
  const statements = controllerStatements({
    clusterName: "privatesales-prod",
    region: "ap-northeast-2",
    accountId: "123456789012",
    nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
    queueArn: "arn:aws:sqs:ap-northeast-2:123456789012:queue",
  });
  const actionsOf = (action: string | readonly string[]): readonly string[] => (typeof action === "string" ? [action] : action);

  test("fits an inline policy", () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(policyDocument(...statements).length).toBeLessThan(10_240);
  });

  test("changes only what carries the cluster's tag", () => {
    const changes = (action: string): boolean => /:(?:Run|Create|Terminate|Delete)(?!Message)/.test(action);
    const changing = statements.filter(({ Action }) => actionsOf(Action).some(changes));
    const tag = "kubernetes.io/cluster/privatesales-prod";
    const unbound = changing.filter(({ Condition }) => !JSON.stringify(Condition ?? {}).includes(tag));
    expect(changing.length).toBeGreaterThan(4);
    // What a machine is made of (image, subnet, group) carries no tag of ours; the machine itself does.
    expect(unbound.map(({ Sid }) => Sid)).toEqual(["AllowScopedEC2InstanceAccessActions"]);
  });

  test("without a resource, it reads", () => {
    const everywhere = statements.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => actionsOf(Action));
    expect(everywhere.length).toBeGreaterThan(10);
    expect(everywhere.filter((action) => !/:(?:Describe|Get|List)/.test(action))).toEqual([]);
    expect(statements.filter(({ Action }) => actionsOf(Action).some((action) => action.includes("*")))).toEqual([]);
  });

  test("hands on the nodes' role to EC2, and makes no instance profile", () => {
    expect(statements.find(({ Sid }) => Sid === "AllowPassingInstanceRole")).toMatchObject({
      Resource: "arn:aws:iam::123456789012:role/nodes",
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    });
    const iam = statements.flatMap(({ Action }) => actionsOf(Action)).filter((action) => action.startsWith("iam:"));
    expect(iam.toSorted()).toEqual(["iam:GetInstanceProfile", "iam:ListInstanceProfiles", "iam:PassRole"]);
  });
});

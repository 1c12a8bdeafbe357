import { describe, expect, test } from "vitest";
import { clusterArn, PodIdentity, type PodIdentityArgs } from "../../../../components/cluster/eks/podIdentity.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const ARGS: Omit<PodIdentityArgs, "after"> = {
  clusterName: "privatesales-prod",
  region: "ap-northeast-2",
  accountId: "123456789012",
  roleName: "privatesales-prod-tenant-dior",
  namespace: "tenant-dior",
  serviceAccount: "workload",
  tags: { tenant: "dior" },
};

const STATEMENT = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::assets/dior/*" } as const;

const declare = async (
  args: Partial<PodIdentityArgs>,
  made: (identity: PodIdentity) => void = () => undefined,
): Promise<readonly Recorded[]> =>
  record(
    () => {
      const first = new PodIdentity("first", { ...ARGS, after: [] });
      made(new PodIdentity("dior", { ...ARGS, after: first.ready, ...args }));
    },
    { "aws:iam/role:Role": { arn: "arn:aws:iam::123456789012:role/made" } },
  );

describe("a role for one service account", () => {
  test("is taken on by that account of that cluster only", async () => {
    const role = only(await declare({}), "Role", "dior-role").inputs;
    expect(role).toMatchObject({ name: "privatesales-prod-tenant-dior", tags: { tenant: "dior" } });
    expect(JSON.parse(String(role["assumeRolePolicy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OneServiceAccount",
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            ArnEquals: { "aws:SourceArn": "arn:aws:eks:ap-northeast-2:123456789012:cluster/privatesales-prod" },
            StringEquals: {
              "aws:SourceAccount": "123456789012",
              "aws:RequestTag/kubernetes-namespace": "tenant-dior",
              "aws:RequestTag/kubernetes-service-account": "workload",
            },
          },
        },
      ],
    });
  });

  test("holds the statements, and is associated once it holds them and the cluster is there", async () => {
    const seen = await declare({ statements: [STATEMENT], managedPolicies: { cni: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" } });
    const policy = only(seen, "RolePolicy").inputs;
    expect(policy).toMatchObject({ name: "workload", role: "privatesales-prod-tenant-dior" });
    expect(JSON.parse(String(policy["policy"]))).toEqual({ Version: "2012-10-17", Statement: [STATEMENT] });
    expect(only(seen, "RolePolicyAttachment", "dior-cni").inputs["policyArn"]).toBe("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy");
    const association = only(seen, "PodIdentityAssociation", "dior-association");
    expect(association.inputs).toEqual({
      clusterName: "privatesales-prod",
      namespace: "tenant-dior",
      serviceAccount: "workload",
      roleArn: "arn:aws:iam::123456789012:role/made",
      tags: { tenant: "dior" },
    });
    expect(association.dependsOn).toEqual(["dior-cni", "dior-policy", "dior-role", "first-association"]);
  });

  test("without statements has no policy", async () => {
    const seen = await declare({});
    expect(seen.filter(({ type }) => type.includes("Policy"))).toEqual([]);
  });

  test("publishes its ARN as plain text", async () => {
    let identity: PodIdentity | undefined;
    await declare({}, (made) => (identity = made));
    expect(identity).toMatchObject({
      roleArn: "arn:aws:iam::123456789012:role/privatesales-prod-tenant-dior",
      roleName: "privatesales-prod-tenant-dior",
    });
    expect(clusterArn(ARGS)).toBe("arn:aws:eks:ap-northeast-2:123456789012:cluster/privatesales-prod");
  });
});

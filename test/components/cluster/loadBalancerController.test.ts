import * as ec2 from "@pulumi/aws/ec2/index.js";
import { describe, expect, test } from "vitest";
import { LoadBalancerController, type LoadBalancerControllerArgs } from "../../../components/cluster/loadBalancerController.ts";
import { only, record, type Recorded } from "../../support/record.ts";

const declare = async (args: Partial<LoadBalancerControllerArgs> = {}): Promise<readonly Recorded[]> =>
  record(
    () =>
      new LoadBalancerController("load-balancer", {
        charts: "managed",
        prefix: "privatesales-prod",
        region: "ap-northeast-2",
        accountId: "123456789012",
        clusterName: "privatesales-prod",
        vpcId: "vpc-1",
        targetGroups: ["privatesales-prod-https", "privatesales-prod-http"],
        replicas: 2,
        after: [new ec2.Eip("nodes")],
        ...args,
      }),
    { "aws:iam/role:Role": { arn: "arn:aws:iam::123456789012:role/made" } },
  );

describe("the load balancer controller", () => {
  test("registers pods in the named target groups, and changes nothing else", async () => {
    const policy: unknown = JSON.parse(String(only(await declare(), "RolePolicy").inputs["policy"]));
    expect(policy).toMatchObject({
      Statement: [
        {
          Action: [
            "ec2:DescribeVpcs",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeInstances",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
          ],
          Resource: "*",
        },
        {
          Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
          Resource: [
            "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/privatesales-prod-https/*",
            "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/privatesales-prod-http/*",
          ],
        },
      ],
    });
  });

  test("is told region and VPC, runs on the system's nodes, and makes no load balancers", async () => {
    const release = only(await declare(), "Release");
    expect(release.inputs).toMatchObject({
      chart: "aws-load-balancer-controller",
      version: "3.4.3",
      namespace: "kube-system",
      values: {
        clusterName: "privatesales-prod",
        region: "ap-northeast-2",
        vpcId: "vpc-1",
        replicaCount: 2,
        nodeSelector: { "privatesales.co.kr/nodes": "system" },
        tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
        enableServiceMutatorWebhook: false,
        createIngressClassResource: false,
        controllerConfig: { featureGates: { EnableServiceController: false, ALBGatewayAPI: false, NLBGatewayAPI: false } },
      },
    });
    expect(release.dependsOn).toEqual(["load-balancer-identity-association", "nodes"]);
  });

  test("is somebody else's with external charts, while its role is declared", async () => {
    const seen = await declare({ charts: "external" });
    expect(seen.filter(({ type }) => type.endsWith(":Release"))).toEqual([]);
    const { inputs } = only(seen, "PodIdentityAssociation");
    expect(inputs).toMatchObject({ namespace: "kube-system", serviceAccount: "aws-load-balancer-controller" });
  });
});

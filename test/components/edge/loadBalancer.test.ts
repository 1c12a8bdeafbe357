import { describe, expect, test } from "vitest";
import { LoadBalancer } from "../../../components/edge/loadBalancer.ts";
import { only, type Recorded } from "../../support/record.ts";
import { ofKind, PREFIX, recordEdge } from "./support.ts";

const declare = (protection: "on" | "off" = "on"): Promise<readonly Recorded[]> =>
  recordEdge(
    () =>
      new LoadBalancer("balancer", {
        prefix: PREFIX,
        network: { vpcId: "vpc-1", cidr: "10.10.0.0/16", nodeSecurityGroupId: "sg-nodes", privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"] },
        originFacingPrefixListId: "pl-22a6434b",
        gateway: { namespace: "istio-ingress", service: "istio-ingress" },
        after: [],
        protection,
      }),
  );

describe("the load balancer", () => {
  test("is internal, in every private subnet, and over all zones", async () => {
    expect(only(await declare(), "LoadBalancer", "balancer-balancer").inputs).toMatchObject({
      loadBalancerType: "network",
      internal: true,
      ipAddressType: "ipv4",
      subnets: ["subnet-a", "subnet-b", "subnet-c"],
      securityGroups: ["balancer-group-id"],
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: true,
    });
    expect(only(await declare("off"), "LoadBalancer", "balancer-balancer").inputs).toMatchObject({ enableDeletionProtection: false });
  });

  test("passes TLS through", async () => {
    const seen = await declare();
    const { inputs } = only(seen, "Listener");
    expect(inputs).toMatchObject({ port: 443, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: "arn:targets" }] });
    expect(inputs).not.toHaveProperty("certificateArn");
    expect(only(seen, "TargetGroup").inputs).toMatchObject({
      targetType: "ip",
      protocol: "TCP",
      port: 443,
      healthCheck: { protocol: "HTTP", port: "15021", path: "/healthz/ready" },
    });
  });

  test("is reached from CloudFront alone and reaches the gateway's two ports alone", async () => {
    const seen = await declare();
    expect(only(seen, "SecurityGroup").inputs).not.toHaveProperty("ingress");
    const rule = ({ inputs: { prefixListId, cidrIpv4, referencedSecurityGroupId, fromPort, toPort } }: Recorded): unknown => [
      prefixListId ?? cidrIpv4 ?? referencedSecurityGroupId,
      fromPort,
      toPort,
    ];
    const on = (group: string): readonly Recorded[] => ofKind(seen, "SecurityGroupIngressRule").filter(({ inputs }) => inputs["securityGroupId"] === group);
    expect(on("balancer-group-id").map(rule)).toEqual([["pl-22a6434b", 443, 443]]);
    expect(on("sg-nodes").map(rule).toSorted()).toEqual([
      ["balancer-group-id", 15021, 15021],
      ["balancer-group-id", 443, 443],
    ]);
    expect(ofKind(seen, "SecurityGroupEgressRule").map(rule)).toEqual([
      ["10.10.0.0/16", 15021, 15021],
      ["10.10.0.0/16", 443, 443],
    ]);
  });
});

test("the gateway's pods are registered, and let in that security group and nobody else", async () => {
  const binding = only(await declare(), "TargetGroupBinding");
  expect(binding.dependsOn).toContain("balancer-https");
  expect(binding.inputs).toMatchObject({
    apiVersion: "elbv2.k8s.aws/v1beta1",
    metadata: { name: "istio-ingress", namespace: "istio-ingress" },
    spec: {
      serviceRef: { name: "istio-ingress", port: 443 },
      targetGroupARN: "arn:targets",
      targetType: "ip",
      ipAddressType: "ipv4",
    },
  });
});

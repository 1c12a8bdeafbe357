import { describe, expect, test } from "vitest";
import { Edge, type EdgeArgs } from "../../../components/edge/edge.ts";
import { at } from "../../support/objects.ts";
import { only, type Recorded } from "../../support/record.ts";
import { ACCOUNT, DOMAIN, LOAD_BALANCER, ofKind, PREFIX, recordEdge } from "./support.ts";

const ARGS: Omit<EdgeArgs, "usEast1"> = {
  prefix: PREFIX,
  accountId: ACCOUNT,
  region: "ap-northeast-2",
  domain: DOMAIN,
  loadBalancerDomain: LOAD_BALANCER,
  network: { vpcId: "vpc-1", cidr: "10.10.0.0/16", nodeSecurityGroupId: "sg-nodes", privateSubnetIds: ["subnet-a"] },
  originFacingPrefixListId: "pl-22a6434b",
  gateway: { namespace: "istio-ingress", service: "istio-ingress" },
  tenants: [{ id: "dior", tier: "business", costCenter: "cc-1", state: "active", ownDomains: ["shop.dior.com"] }],
  firewall: { requestsPer5Minutes: 2000 },
  logs: { bucketArn: "arn:aws:s3:::logs", retentionDays: 90 },
  after: [],
  protection: "on",
};

const declare = (more: Partial<EdgeArgs> = {}, made: (edge: Edge) => void = () => undefined): Promise<readonly Recorded[]> =>
  recordEdge((usEast1) => {
    made(new Edge("edge", { ...ARGS, usEast1, ...more }));
  });

describe("the edge", () => {
  test("publishes what others need", async () => {
    let edge: Edge | undefined;
    await declare({}, (made) => (edge = made));
    expect(Object.keys(edge?.nameServers ?? {})).toEqual([DOMAIN, LOAD_BALANCER]);
    expect(Object.keys(edge?.proofs ?? {})).toEqual(["dior"]);
    expect(edge?.originHost).toBe("origin.privatesales-lb.co.kr");
  });

  test("puts into us-east-1 what CloudFront and Route 53 look for there, and nothing else", async () => {
    const elsewhere = (await declare()).filter(({ type, provider }) => type.startsWith("aws:") && provider === "us-east-1");
    expect([...new Set(elsewhere.map(({ type }) => type.split(":").at(-1)))].toSorted()).toEqual([
      "Alias",
      "Certificate",
      "CertificateValidation",
      "Key",
      "LogDelivery",
      "LogDeliveryDestination",
      "LogDeliverySource",
      "LogGroup",
      "LogResourcePolicy",
      "WebAcl",
      "WebAclLoggingConfiguration",
    ]);
  });

  test("encrypts all of its logs with one key, which CloudWatch of that region may use", async () => {
    const seen = await declare();
    expect(ofKind(seen, "LogGroup").map(({ inputs }) => inputs.kmsKeyId)).toEqual(["arn:key", "arn:key", "arn:key"]);
    expect(String(only(seen, "Key").inputs.policy)).toContain("logs.us-east-1.amazonaws.com");
  });

  test("protects zones, logs and their key where data is protected, and nothing where it is not", async () => {
    const kept = (seen: readonly Recorded[]): readonly unknown[] =>
      [...new Set(seen.filter(({ protect, retainOnDelete }) => protect && retainOnDelete).map(({ type }) => type.split(":").at(-1)))].toSorted();
    expect(kept(await declare())).toEqual(["Key", "LogGroup", "Zone"]);
    expect(kept(await declare({ protection: "off" }))).toEqual([]);
  });

  test("hands the parts to each other", async () => {
    const seen = await declare();
    expect(only(seen, "Distribution").inputs).toMatchObject({ webAclId: "arn:acl", origins: [{ domainName: "edge.elb.amazonaws.com" }] });
    expect(at(only(seen, "VpcOrigin").inputs, "vpcOriginEndpointConfig.arn")).toBe("arn:balancer");
    expect(only(seen, "MultitenantDistribution").inputs).toMatchObject({ webAclId: "arn:acl" });
    expect(only(seen, "Record", "edge-entry-domain-a").inputs).toMatchObject({ aliases: [{ name: "d1.cloudfront.net" }] });
  });

  test("CloudFront connects once the pods are registered", async () => {
    expect(only(await declare(), "VpcOrigin").dependsOn).toEqual(expect.arrayContaining(["edge-balancer-binding", "edge-balancer-https"]));
  });

  test("logs who asked for what, of both distributions, without cookies", async () => {
    const seen = await declare();
    expect(ofKind(seen, "LogDeliverySource").map(({ inputs }) => inputs)).toMatchObject([
      { name: "privatesales-prod-own-domains", logType: "ACCESS_LOGS", resourceArn: "arn:own" },
      { name: "privatesales-prod-platform", logType: "ACCESS_LOGS", resourceArn: "arn:distribution" },
    ]);
    expect(only(seen, "LogDeliveryDestination").inputs).toMatchObject({
      deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::logs" },
    });
    for (const { inputs } of ofKind(seen, "LogDelivery")) {
      expect(inputs.recordFields).toContain("x-host-header");
      expect(inputs.recordFields).not.toContain("cs(Cookie)");
    }
  });

  test("tags everything that takes tags", async () => {
    const resources = (await declare()).filter(({ type }) => type.startsWith("aws:"));
    const untagged = resources.filter(({ inputs }) => at(inputs, "tags.part") === undefined).map(({ type }) => type.split(":").at(-1));
    expect([...new Set(untagged)].toSorted()).toEqual([
      "Alias",
      "CachePolicy",
      "CertificateValidation",
      "LogResourcePolicy",
      "MonitoringSubscription",
      "QueryLog",
      "Record",
      "ResponseHeadersPolicy",
      "WebAclLoggingConfiguration",
    ]);
    expect(resources.length).toBeGreaterThan(40);
  });

  test("with a standby cluster: a second origin and a second record", async () => {
    const standby = { region: "ap-northeast-1", loadBalancerArn: "arn:standby", dnsName: "standby.elb.amazonaws.com" };
    const seen = await declare({ standby, serving: "standby" });
    expect(ofKind(seen, "VpcOrigin").map(({ name }) => name)).toEqual(["edge-origins-ap-northeast-1", "edge-origins-ap-northeast-2"]);
    expect(at(only(seen, "Distribution").inputs, "defaultCacheBehavior.targetOriginId")).toBe("ap-northeast-1");
    expect(only(seen, "Record", "edge-failover-ap-northeast-1").inputs).toMatchObject({ failoverRoutingPolicies: [{ type: "SECONDARY" }] });
  });
});

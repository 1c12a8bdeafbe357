import { describe, expect, test } from "vitest";
import { interfacePolicy, s3Policy } from "../../../../components/cluster/network/endpointPolicies.ts";
import { Network, type NetworkArgs } from "../../../../components/cluster/network/network.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const ACCOUNT = "123456789012";

const PROD: NetworkArgs = {
  prefix: "privatesales-prod",
  region: "ap-northeast-2",
  accountId: ACCOUNT,
  protection: "on",
  cidr: "10.20.0.0/16",
  zones: ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"],
  nat: "perZone",
  flowLogRetentionDays: 90,
  clusterName: "privatesales-prod",
};

const declare = async (
  args: Partial<NetworkArgs> = {},
  made: (network: Network) => void = () => undefined,
): Promise<readonly Recorded[]> =>
  record(
    () => {
      made(new Network("network", { ...PROD, ...args }));
    },
    { "aws:kms/key:Key": { arn: "arn:aws:kms:::key/1", keyId: "1" }, "aws:iam/role:Role": { arn: "arn:aws:iam:::role/r" } },
  );

const all = (seen: readonly Recorded[], kind: string): readonly Recorded[] => seen.filter(({ type }) => type.endsWith(`:${kind}`));
const names = (seen: readonly Recorded[], kind: string): readonly string[] => all(seen, kind).map(({ name }) => name);

describe("the VPC", () => {
  test("resolves AWS's private names and closes its default security group", async () => {
    const seen = await declare();
    expect(only(seen, "Vpc").inputs).toMatchObject({
      cidrBlock: "10.20.0.0/16",
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: "privatesales-prod", part: "cluster" },
    });
    expect(only(seen, "DefaultSecurityGroup").inputs).toMatchObject({ vpcId: "network-vpc-id", ingress: [], egress: [] });
  });

  test("has a subnet of each kind in each zone, none of which gives out public addresses", async () => {
    const subnets = all(await declare(), "Subnet");
    const placed = subnets.map(({ name, inputs }) => [name, inputs["availabilityZone"], inputs["cidrBlock"]]);
    expect(placed.toSorted()).toEqual([
      ["network-database-a", "ap-northeast-2a", "10.20.198.0/24"],
      ["network-database-b", "ap-northeast-2b", "10.20.199.0/24"],
      ["network-database-c", "ap-northeast-2c", "10.20.200.0/24"],
      ["network-private-a", "ap-northeast-2a", "10.20.0.0/19"],
      ["network-private-b", "ap-northeast-2b", "10.20.32.0/19"],
      ["network-private-c", "ap-northeast-2c", "10.20.64.0/19"],
      ["network-public-a", "ap-northeast-2a", "10.20.192.0/24"],
      ["network-public-b", "ap-northeast-2b", "10.20.193.0/24"],
      ["network-public-c", "ap-northeast-2c", "10.20.194.0/24"],
    ]);
    expect(subnets.filter(({ inputs }) => inputs["mapPublicIpOnLaunch"] !== false)).toEqual([]);
  });

  test("controllers find private subnets for nodes and internal load balancers, and public ones for public load balancers", async () => {
    const seen = await declare();
    const tags = (kind: string): unknown => only(seen, "Subnet", `network-${kind}-a`).inputs["tags"];
    expect(tags("private")).toEqual({
      part: "cluster",
      "kubernetes.io/role/internal-elb": "1",
      "karpenter.sh/discovery": "privatesales-prod",
      Name: "privatesales-prod-private-a",
    });
    expect(tags("public")).toEqual({ part: "cluster", "kubernetes.io/role/elb": "1", Name: "privatesales-prod-public-a" });
    expect(tags("database")).toEqual({ part: "cluster", Name: "privatesales-prod-database-a" });
  });

  test("a zone of another region is refused", async () => {
    const zones = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"];
    await expect(declare({ zones })).rejects.toThrow('"ap-northeast-1a" is no zone of ap-northeast-2; one reads like ap-northeast-2a');
    expect(names(await declare({ zones, region: "ap-northeast-1" }), "NatGateway")).toHaveLength(3);
  });

  test("publishes ids and blocks in the order of the zones", async () => {
    let network: Network | undefined;
    await declare({}, (made) => (network = made));
    expect([network?.cidr, network?.privateCidrs, network?.databaseCidrs]).toEqual([
      "10.20.0.0/16",
      ["10.20.0.0/19", "10.20.32.0/19", "10.20.64.0/19"],
      ["10.20.198.0/24", "10.20.199.0/24", "10.20.200.0/24"],
    ]);
    const ids: string[] = [];
    await declare({ zones: [...PROD.zones].reverse() }, (made) => {
      for (const id of made.databaseSubnetIds) id.apply((value) => ids.push(value));
    });
    expect(ids).toEqual(["network-database-c-id", "network-database-b-id", "network-database-a-id"]);
  });
});

describe("the ways out", () => {
  test("per zone: each private subnet through its own zone's NAT", async () => {
    const seen = await declare();
    expect(names(seen, "NatGateway")).toEqual(["network-egress-nat-a", "network-egress-nat-b", "network-egress-nat-c"]);
    expect(only(seen, "NatGateway", "network-egress-nat-b").inputs).toMatchObject({
      subnetId: "network-public-b-id",
      allocationId: "network-egress-nat-b-id",
      connectivityType: "public",
    });
    expect(only(seen, "Route", "network-egress-private-b").inputs).toEqual({
      routeTableId: "network-egress-private-b-id",
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: "network-egress-nat-b-id",
    });
  });

  test("single: one NAT for the three tables, so that more of them later move no subnet", async () => {
    const seen = await declare({ nat: "single" });
    expect(names(seen, "NatGateway")).toEqual(["network-egress-nat-a"]);
    expect(names(seen, "Eip")).toEqual(["network-egress-nat-a"]);
    const routes = all(seen, "Route").filter(({ name }) => name.includes("private"));
    expect(routes.map(({ inputs }) => inputs["natGatewayId"])).toEqual(Array.from({ length: 3 }, () => "network-egress-nat-a-id"));
    const associations = (from: readonly Recorded[]): unknown =>
      all(from, "RouteTableAssociation").map(({ name, inputs }) => [name, inputs]);
    expect(associations(seen)).toEqual(associations(await declare()));
  });

  test("database subnets have a table without any route", async () => {
    const seen = await declare();
    expect(only(seen, "RouteTableAssociation", "network-egress-database-c").inputs).toEqual({
      routeTableId: "network-egress-database-id",
      subnetId: "network-database-c-id",
    });
    const tables = [...all(seen, "Route"), ...all(seen, "VpcEndpoint")].map(({ inputs }) => JSON.stringify(inputs));
    expect(tables.filter((inputs) => inputs.includes("network-egress-database-id"))).toEqual([]);
    expect(tables.filter((inputs) => inputs.includes("network-egress-private-a-id"))).toHaveLength(2);
  });
});

describe("the endpoints", () => {
  test("S3 by route, the others by address in every private subnet", async () => {
    const seen = await declare();
    expect(names(seen, "VpcEndpoint")).toEqual(
      ["s3", "ecr-api", "ecr-dkr", "ec2", "sts", "sqs", "logs", "secretsmanager"].map((service) => `network-endpoints-${service}`),
    );
    expect(only(seen, "VpcEndpoint", "network-endpoints-s3").inputs).toMatchObject({
      serviceName: "com.amazonaws.ap-northeast-2.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["a", "b", "c"].map((zone) => `network-egress-private-${zone}-id`),
      policy: s3Policy("ap-northeast-2", ACCOUNT),
    });
    expect(only(seen, "VpcEndpoint", "network-endpoints-ecr-dkr").inputs).toMatchObject({
      serviceName: "com.amazonaws.ap-northeast-2.ecr.dkr",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["a", "b", "c"].map((zone) => `network-private-${zone}-id`),
      securityGroupIds: ["network-endpoints-group-id"],
      policy: interfacePolicy("ecr.dkr", ACCOUNT),
    });
  });

  test("in the NAT's zone only where there is one NAT", async () => {
    const seen = await declare({ nat: "single" });
    expect(only(seen, "VpcEndpoint", "network-endpoints-sts").inputs["subnetIds"]).toEqual(["network-private-a-id"]);
  });

  test("admit HTTPS from the VPC and nothing else", async () => {
    const seen = await declare();
    expect(only(seen, "SecurityGroupIngressRule").inputs).toMatchObject({
      securityGroupId: "network-endpoints-group-id",
      cidrIpv4: "10.20.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    expect(all(seen, "SecurityGroupEgressRule")).toEqual([]);
    expect(only(seen, "SecurityGroup").inputs).not.toHaveProperty("ingress");
  });

  test("serve callers of the account, and where AWS owns nothing that is used, what the account owns", () => {
    const principal = { "aws:PrincipalAccount": ACCOUNT };
    const conditions = (policy: string): unknown =>
      listAt(JSON.parse(policy), "Statement").map((statement) => at(statement, "Condition"));
    expect(conditions(interfacePolicy("ecr.api", ACCOUNT))).toEqual([{ StringEquals: principal }]);
    expect(conditions(interfacePolicy("secretsmanager", ACCOUNT))).toEqual([
      { StringEquals: principal, StringEqualsIfExists: { "aws:ResourceAccount": ACCOUNT } },
    ]);
    expect(JSON.parse(s3Policy("ap-northeast-2", ACCOUNT))).toMatchObject({
      Statement: [
        { Condition: { StringEquals: principal } },
        {
          Action: "s3:GetObject",
          Resource: [
            "arn:aws:s3:::prod-ap-northeast-2-starport-layer-bucket/*",
            "arn:aws:s3:::al2023-repos-ap-northeast-2-de612dc2/*",
            "arn:aws:s3:::prod-registry-k8s-io-ap-northeast-2/*",
          ],
        },
      ],
    });
  });
});

describe("flow logs", () => {
  test("all traffic goes to a log group with a key, an end, and protection", async () => {
    const seen = await declare();
    expect(only(seen, "FlowLog").inputs).toMatchObject({
      vpcId: "network-vpc-id",
      trafficType: "ALL",
      logDestination: `arn:aws:logs:ap-northeast-2:${ACCOUNT}:log-group:/aws/vpc/privatesales-prod/flow-logs`,
      maxAggregationInterval: 60,
    });
    const group = all(seen, "LogGroup").find(({ custom }) => custom);
    expect(group).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: {
        name: "/aws/vpc/privatesales-prod/flow-logs",
        kmsKeyId: "arn:aws:kms:::key/1",
        retentionInDays: 90,
        deletionProtectionEnabled: true,
      },
    });
  });

  test("the key serves this one log group, and the role writes to it only", async () => {
    const seen = await declare();
    const arn = `arn:aws:logs:ap-northeast-2:${ACCOUNT}:log-group:/aws/vpc/privatesales-prod/flow-logs`;
    expect(JSON.parse(String(only(seen, "Key").inputs["policy"]))).toMatchObject({
      Statement: [
        { Sid: "AccountDecidesByIam" },
        {
          Principal: { Service: "logs.ap-northeast-2.amazonaws.com" },
          Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": arn } },
        },
      ],
    });
    expect(JSON.parse(String(only(seen, "RolePolicy").inputs["policy"]))).toMatchObject({ Statement: [{ Resource: [arn, `${arn}:*`] }] });
    expect(only(seen, "Role").inputs["assumeRolePolicy"]).toContain("vpc-flow-logs.amazonaws.com");
  });

  test("without protection they can be deleted", async () => {
    const group = all(await declare({ protection: "off" }), "LogGroup").find(({ custom }) => custom);
    expect(group).toMatchObject({ protect: false, retainOnDelete: false, inputs: { deletionProtectionEnabled: false } });
  });
});

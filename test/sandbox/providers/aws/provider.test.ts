import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aws } from "../../../../sandbox/providers/aws/index.ts";
import { UNKNOWN, type Properties } from "../../../../sandbox/providers/provider.ts";
import { ACCOUNT, Driven, made, provider, REGION, storePath } from "./support.ts";

const VPC = "aws:ec2/vpc:Vpc";
const ROLE = "aws:iam/role:Role";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const CLUSTER = "aws:eks/cluster:Cluster";

const NODES: Properties = {
  clusterName: "shop", nodeGroupName: "system", nodeRoleArn: "arn:aws:iam::123456789012:role/n", subnetIds: ["subnet-1"],
  scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 1 }, instanceTypes: ["m7g.large"], launchTemplate: { id: "lt-1", version: "1" },
};
const EKS: Properties = { name: "shop", roleArn: "arn:aws:iam::123456789012:role/c", vpcConfig: { subnetIds: ["subnet-1"] }, version: "1.35" };

describe("formats", () => {
  test.each<[string, Properties, Readonly<Record<string, RegExp | string>>]>([
    [VPC, { cidrBlock: "10.0.0.0/16" }, { id: /^vpc-[0-9a-f]{17}$/u, defaultSecurityGroupId: /^sg-[0-9a-f]{17}$/u, arn: /^arn:aws:ec2:ap-northeast-2:123456789012:vpc\/vpc-/u }],
    [ROLE, { name: "shop", assumeRolePolicy: "{}" }, { id: "shop", arn: "arn:aws:iam::123456789012:role/shop", uniqueId: /^AROA[A-Z0-9]{17}$/u }],
    ["aws:kms/key:Key", { multiRegion: true }, { id: /^mrk-[0-9a-f]{32}$/u }],
    ["aws:kms/key:Key", {}, { id: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/u }],
    [CLUSTER, EKS, { endpoint: /^https:\/\/[0-9A-F]{32}\.\w{3}\.ap-northeast-2\.eks\.amazonaws\.com$/u }],
    ["aws:rds/cluster:Cluster", { engine: "aurora-postgresql", clusterIdentifier: "shop" }, { endpoint: /^shop\.cluster-[a-z0-9]{12}\.ap-northeast-2\.rds\.amazonaws\.com$/u, readerEndpoint: /^shop\.cluster-ro-[a-z0-9]{12}\./u, hostedZoneId: "ZLA2NUCOLGUUR" }],
    ["aws:sqs/queue:Queue", { name: "q" }, { url: "https://sqs.ap-northeast-2.amazonaws.com/123456789012/q", arn: "arn:aws:sqs:ap-northeast-2:123456789012:q" }],
    ["aws:secretsmanager/secret:Secret", { name: "db" }, { arn: /^arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:db-[a-z0-9]{6}$/u }],
    ["aws:route53/zone:Zone", { name: "shop.kr" }, { id: /^Z[A-Z0-9]{20}$/u, primaryNameServer: /^ns-\d+\.awsdns-\d\d\.com$/u }],
    ["aws:cloudfront/distribution:Distribution", { enabled: true, defaultCacheBehavior: {}, origins: [], restrictions: {}, viewerCertificate: {} }, { id: /^E[A-Z0-9]{13}$/u, domainName: /^d[a-z0-9]{13}\.cloudfront\.net$/u, hostedZoneId: "Z2FDTNDATAQYW2" }],
    ["aws:lb/loadBalancer:LoadBalancer", { name: "edge", loadBalancerType: "network", internal: true }, { dnsName: /^edge-[0-9a-f]{16}\.elb\.ap-northeast-2\.amazonaws\.com$/u, zoneId: "ZIBE1TIR4HY56" }],
    ["aws:elasticache/replicationGroup:ReplicationGroup", { replicationGroupId: "c", description: "d", transitEncryptionEnabled: true, numCacheClusters: 2 }, { primaryEndpointAddress: /^master\.c\.[a-z0-9]{6}\.apn2\.cache\.amazonaws\.com$/u }],
    ["aws:ecr/repository:Repository", { name: "shop/dior" }, { repositoryUrl: "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/shop/dior" }],
  ])("%s %j", async (type, inputs, expected) => {
    const { id, state } = await made(await provider(), type, inputs);
    for (const [key, format] of Object.entries(expected)) {
      const value = key === "id" ? id : state[key];
      if (typeof format === "string") expect(value, key).toBe(format);
      else expect(value, key).toMatch(format);
    }
  });

  test("AWS draws anew for each object, and an account's own letters stay", async () => {
    const by = await provider();
    const [a, b] = [await made(by, VPC, { cidrBlock: "10.0.0.0/16" }), await made(by, VPC, { cidrBlock: "10.0.0.0/16" })];
    expect(a.id).not.toBe(b.id);
    const host = async (clusterIdentifier: string) => String((await made(by, "aws:rds/cluster:Cluster", { engine: "aurora-postgresql", clusterIdentifier })).state["endpoint"]);
    expect((await host("a")).replace("a.cluster", "b.cluster")).toBe(await host("b"));
  });
});

describe("names", () => {
  test("an unknown input, an output given as input and a missing one are refused by type and name", async () => {
    const vpc = new Driven(await provider(), VPC);
    await expect(vpc.create({ cidr: "10.0.0.0/16" })).rejects.toThrow('cidr: "cidr" of aws:ec2/vpc:Vpc does not exist; inputs are: ');
    await expect(vpc.create({ arn: "arn:x" })).rejects.toThrow('arn: "arn" of aws:ec2/vpc:Vpc is an output, not an input');
    await expect(new Driven(await provider(), "aws:eks/addon:Addon").create({ addonName: "coredns" })).rejects.toThrow('clusterName: "clusterName" of aws:eks/addon:Addon is required');
    expect((await vpc.create({ cidrBlock: "10.0.0.0/16" })).id).toMatch(/^vpc-/u);
  });

  test("a name of one's own is free once; without one the resource's name gets a suffix that stays", async () => {
    const by = await provider();
    await made(by, ROLE, { name: "shop", assumeRolePolicy: "{}" });
    await expect(made(by, ROLE, { name: "shop", assumeRolePolicy: "{}" })).rejects.toThrow("EntityAlreadyExists: Role with name shop already exists.");
    const role = await made(by, ROLE, { assumeRolePolicy: "{}" }, "drawn");
    expect(role.id).toMatch(/^drawn-[0-9a-f]{7}$/u);
    expect((await role.diff({ assumeRolePolicy: "{}" })).changes).toEqual([]);
  });

  test("a region has names of its own, and buckets share the world", async () => {
    const store = storePath();
    const [seoul, tokyo] = [await provider({ store }), await provider({ store }, { region: "ap-northeast-1" })];
    await made(seoul, LOG_GROUP, { name: "/shop" });
    expect((await made(tokyo, LOG_GROUP, { name: "/shop" })).state["region"]).toBe("ap-northeast-1");
    await made(seoul, "aws:s3/bucket:Bucket", { bucket: "shop" });
    await expect(made(tokyo, "aws:s3/bucket:Bucket", { bucket: "shop" })).rejects.toThrow("BucketAlreadyExists");
  });
});

describe("previews", () => {
  test("what AWS would answer is unknown, what the program gives is not; nothing is written", async () => {
    const store = storePath();
    const { id, state } = await new Driven(await provider({ store }), VPC).create({ cidrBlock: "10.0.0.0/16", tags: { part: "net" } }, true);
    expect(id).toBe("");
    expect(state).toMatchObject({ arn: UNKNOWN, cidrBlock: "10.0.0.0/16", tagsAll: { part: "net" }, region: REGION, enableDnsHostnames: UNKNOWN });
    expect(state).not.toHaveProperty("ipv6AssociationId");
    expect(existsSync(store)).toBe(false);
  });

  test("what AWS adds inside of a block is unknown before, and known from then on", async () => {
    const cluster = new Driven(await provider(), CLUSTER);
    expect((await cluster.create(EKS, true)).state["vpcConfig"]).toEqual({ subnetIds: ["subnet-1"], clusterSecurityGroupId: UNKNOWN, vpcId: UNKNOWN });
    await cluster.create(EKS);
    const { vpcConfig } = cluster.state;
    expect(vpcConfig).toMatchObject({ clusterSecurityGroupId: expect.stringMatching(/^sg-[0-9a-f]{17}$/u) as unknown });
    expect(await cluster.update({ ...EKS, version: "1.36" }, true)).toMatchObject({ vpcConfig });
    expect(await cluster.update({ ...EKS, version: "1.36" })).toMatchObject({ vpcConfig, version: "1.36" });
  });

  test("an update keeps what it knows, but for what each update changes", async () => {
    const template = await made(await provider(), TEMPLATE, { name: "t", instanceType: "m7g.large" });
    expect(await template.update({ name: "t", instanceType: "m7g.xlarge" }, true)).toMatchObject({ arn: template.state["arn"], latestVersion: UNKNOWN, instanceType: "m7g.xlarge" });
    expect(await template.update({ name: "t", instanceType: "m7g.xlarge" })).toMatchObject({ arn: template.state["arn"], latestVersion: 2 });
  });
});

describe("diffs", () => {
  const path = ({ path: at, kind, replace }: { path: string; kind: string; replace: boolean }) => `${kind} ${at}${replace ? " (replace)" : ""}`;

  test.each<[string, Properties, Properties, readonly string[], boolean]>([
    [VPC, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.1.0.0/16" }, ["update cidrBlock (replace)"], false],
    [VPC, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.0.0.0/16", enableDnsSupport: true }, ["add enableDnsSupport"], false],
    [VPC, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.0.0.0/16", tags: { "cost-center": "x" } }, ["add tags"], false],
    [VPC, { tags: { part: "net" } }, { tags: { part: "net", "cost-center": "x" } }, ['add tags["cost-center"]'], false],
    [VPC, { tags: { part: "net", tier: "a" } }, { tags: { tier: "a" } }, ["delete tags.part"], false],
    [VPC, { tags: { part: "net" } }, {}, ["delete tags"], false],
    [VPC, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true }, { cidrBlock: "10.0.0.0/16" }, [], false],
    [NODE_GROUP, NODES, { ...NODES, instanceTypes: ["m7g.xlarge"] }, ["update instanceTypes[0] (replace)"], true],
    [NODE_GROUP, NODES, { ...NODES, scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 1 } }, ["update scalingConfig.maxSize"], false],
    [NODE_GROUP, NODES, { ...NODES, launchTemplate: { id: "lt-1", version: "2" } }, ["update launchTemplate.version"], false],
    [NODE_GROUP, NODES, { ...NODES, launchTemplate: { id: "lt-2", version: "1" } }, ["update launchTemplate.id (replace)"], true],
    [CLUSTER, EKS, { ...EKS, version: "1.36" }, ["update version"], false],
    [CLUSTER, EKS, { ...EKS, encryptionConfig: { resources: ["secrets"], provider: { keyArn: "k" } } }, ["add encryptionConfig"], false],
    [CLUSTER, { ...EKS, encryptionConfig: { resources: ["secrets"], provider: { keyArn: "k" } } }, EKS, ["delete encryptionConfig (replace)"], true],
    [CLUSTER, EKS, { ...EKS, vpcConfig: { subnetIds: ["subnet-1"], endpointPrivateAccess: true } }, ["add vpcConfig.endpointPrivateAccess"], false],
    [CLUSTER, { ...EKS, name: undefined }, { ...EKS, name: undefined, roleArn: "arn:aws:iam::123456789012:role/d" }, ["update roleArn (replace)"], false],
    ["aws:secretsmanager/secretVersion:SecretVersion", { secretId: "s", secretString: "a" }, { secretId: "s", secretString: "b" }, ["update secretString (replace)"], false],
  ])("%s %j -> %j", async (type, olds, news, expected, oldGoesFirst) => {
    const driven = await made(await provider(), type, olds);
    expect((await driven.diff(olds)).changes).toEqual([]);
    const { changes, deleteBeforeReplace } = await driven.diff(news);
    expect(changes.map(path)).toEqual(expected);
    expect(deleteBeforeReplace).toBe(oldGoesFirst);
    await driven.refresh();
    expect((await driven.diff(olds)).changes).toEqual([]);
  });

  test("an unknown value where AWS replaces is a replacement; what the program ignores is no change", async () => {
    const group = await made(await provider(), NODE_GROUP, NODES);
    expect((await group.diff({ ...NODES, launchTemplate: { id: UNKNOWN, version: "1" } })).changes.map(path)).toEqual(["update launchTemplate.id (replace)"]);
    const scaled = { ...NODES, scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 3 } };
    expect((await group.diff(scaled)).changes.map(path)).toEqual(["update scalingConfig.desiredSize"]);
    expect((await group.diff(scaled, ["scalingConfig.desiredSize"])).changes).toEqual([]);
  });

  test("the provider's default tags are an object's own, which win", async () => {
    const tags = (given: Properties) => ({ defaultTags: JSON.stringify({ tags: given }) });
    const store = storePath();
    const vpc = await made(await provider({ store }, tags({ part: "all", project: "shop" })), VPC, { tags: { part: "net" } });
    expect(vpc.state["tagsAll"]).toEqual({ part: "net", project: "shop" });
  });
});

describe("functions", () => {
  test("the caller is the account; a function without an answer is refused by name", async () => {
    const by = await provider();
    expect(await by.invoke?.("aws:index/getCallerIdentity:getCallerIdentity", {})).toMatchObject({ accountId: ACCOUNT });
    await expect(by.invoke?.("aws:ec2/getAmi:getAmi", {})).rejects.toThrow('has no function "aws:ec2/getAmi:getAmi"; it has: ');
    expect(aws({ store: storePath(), accountId: ACCOUNT }).functions).toContain("aws:index/getCallerIdentity:getCallerIdentity");
  });

  test("the secret of a cluster whose password RDS manages, and one that the program wrote", async () => {
    const by = await provider();
    const read = async (secretId: unknown) => (await by.invoke?.("aws:secretsmanager/getSecretVersion:getSecretVersion", { secretId }))?.["secretString"];
    const cluster = await made(by, "aws:rds/cluster:Cluster", { engine: "aurora-postgresql", clusterIdentifier: "c", masterUsername: "root_user", manageMasterUserPassword: true });
    const [secret] = cluster.state["masterUserSecrets"] as { secretArn: string }[];
    expect(JSON.parse(String(await read(secret?.secretArn)))).toEqual({ username: "root_user", password: expect.stringMatching(/^[\w-]{28}$/u) as unknown });
    const own = await made(by, "aws:secretsmanager/secret:Secret", { name: "own" });
    await expect(read(own.id)).rejects.toThrow("ResourceNotFoundException");
    await made(by, "aws:secretsmanager/secretVersion:SecretVersion", { secretId: own.id, secretString: "hush" });
    expect(await read(own.id)).toBe("hush");
  });
});

test("the store outlives the provider, is readable by its owner alone, and what is gone there is gone", async () => {
  const store = storePath();
  const group = await made(await provider({ store }), LOG_GROUP, { name: "/shop", retentionInDays: 7 });
  expect(JSON.parse(readFileSync(store, "utf8"))).toMatchObject({ version: 1, objects: [{ id: "/shop", account: ACCOUNT, region: REGION, inputs: { retentionInDays: 7 } }] });
  const later = new Driven(await provider({ store }), LOG_GROUP);
  Object.assign(later, { id: group.id, inputs: group.inputs, state: group.state });
  expect((await later.refresh())?.state).toEqual(group.state);
  await group.delete();
  expect(await later.refresh()).toBeUndefined();
});

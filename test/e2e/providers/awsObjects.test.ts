import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { Provider, type ProviderArgs } from "@pulumi/aws/provider.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import { expect, test } from "vitest";
import { Store } from "../../../sandbox/providers/aws/store.ts";
import { UNKNOWN } from "../../../sandbox/providers/provider.ts";
import { ACCOUNT, AwsStack } from "./awsHarness.ts";

interface Shop {
  readonly cidr?: string;
  readonly instanceType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly provider?: Partial<ProviderArgs>;
}

/** A network, a cluster and a bucket in another region. */
function shop({ cidr = "10.0.0.0/16", instanceType = "m7g.large", tags = {}, provider: over = {} }: Shop = {}) {
  return () => {
    const provider = new Provider("seoul", {
      region: "ap-northeast-2", allowedAccountIds: [ACCOUNT], defaultTags: { tags: { project: "shop" } }, ...over,
    });
    const tokyo = new Provider("tokyo", { region: "ap-northeast-1", allowedAccountIds: [ACCOUNT], ...over });
    const vpc = new ec2.Vpc("vpc", { cidrBlock: cidr, tags }, { provider });
    const subnet = new ec2.Subnet("subnet", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: "ap-northeast-2a" }, { provider });
    const cluster = new eks.Cluster("cluster", { name: "shop", roleArn: "arn:aws:iam::123456789012:role/shop", vpcConfig: { subnetIds: [subnet.id] } }, { provider });
    const template = new ec2.LaunchTemplate("template", { name: "shop", instanceType }, { provider });
    const bucket = new s3.Bucket("bucket", { bucket: "shop-copies" }, { provider: tokyo });
    const caller = getCallerIdentityOutput({}, { provider });
    return Promise.resolve({
      vpc: vpc.id, arn: vpc.arn, tags: vpc.tagsAll, security: cluster.vpcConfig.apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId),
      endpoint: cluster.endpoint, version: template.latestVersion, bucketRegion: bucket.region, account: caller.accountId,
    });
  };
}

const stack = new AwsStack();
const other = new AwsStack({ accountId: "999999999999" });
const ALL = ["bucket", "cluster", "subnet", "template", "vpc"];

test("a preview writes nothing and knows no output; an up then makes what a second up leaves alone", async () => {
  const preview = await stack.preview(shop());
  expect(preview).toMatchObject({ steps: ALL.map((name) => `create ${name}`), failure: "" });
  expect(preview.known("vpc")).toMatchObject({ cidrBlock: "10.0.0.0/16", tagsAll: { project: "shop" }, region: "ap-northeast-2", arn: UNKNOWN });
  expect(preview.known("cluster")).toMatchObject({ name: "shop", endpoint: UNKNOWN });
  expect(new Store(stack.store).list()).toEqual([]);

  const up = await stack.up(shop());
  expect(up).toMatchObject({ steps: ALL.map((name) => `create ${name}`), failure: "" });
  expect(up.outputs).toMatchObject({ tags: { project: "shop" }, version: 1, bucketRegion: "ap-northeast-1", account: ACCOUNT });
  expect(up.outputs["vpc"]).toMatch(/^vpc-[0-9a-f]{17}$/u);
  expect(up.outputs["arn"]).toBe(`arn:aws:ec2:ap-northeast-2:${ACCOUNT}:vpc/${String(up.outputs["vpc"])}`);
  expect(up.outputs["security"]).toMatch(/^sg-[0-9a-f]{17}$/u);
  expect(up.outputs["endpoint"]).toMatch(/^https:\/\/[0-9A-F]{32}\.\w{3}\.ap-northeast-2\.eks\.amazonaws\.com$/u);

  const again = await stack.up(shop());
  expect(again).toMatchObject({ steps: [], failure: "" });
  expect(again.outputs).toEqual(up.outputs);
  const refreshed = await stack.refresh(shop());
  expect(refreshed.failure).toBe("");
  expect(await stack.preview(shop())).toMatchObject({ steps: [], failure: "" });
});

test("an update names its properties and keeps what AWS made", async () => {
  const before = await stack.up(shop());
  const up = await stack.up(shop({ instanceType: "m7g.xlarge", tags: { part: "network" } }));
  expect(up.steps).toEqual(["update template", "update vpc"]);
  expect(up.changes).toEqual({ template: ["instanceType"], vpc: ["tags.part"] });
  expect(up.outputs).toMatchObject({ vpc: before.outputs["vpc"], version: 2, tags: { project: "shop", part: "network" } });
});

test("a change that AWS cannot make in place replaces the object and what hangs on it, and nothing else", async () => {
  const before = await stack.up(shop());
  const preview = await stack.preview(shop({ cidr: "10.0.0.0/17" }));
  expect(preview.changes).toMatchObject({ vpc: ["cidrBlock (replace)"], subnet: ["vpcId (replace)"], cluster: ["vpcConfig.subnetIds[0]"] });
  const up = await stack.up(shop({ cidr: "10.0.0.0/17" }));
  expect(up.failure).toBe("");
  expect(up.outputs["vpc"]).not.toBe(before.outputs["vpc"]);
  expect(up.steps.filter((step) => step.startsWith("replace "))).toEqual(["replace subnet", "replace vpc"]);
  expect(new Store(stack.store).list("aws:ec2/vpc:Vpc").map(({ id }) => id)).toEqual([up.outputs["vpc"]]);
});

test("a changed region replaces what stands in it", async () => {
  await stack.up(shop());
  const preview = await stack.preview(shop({ provider: { region: "us-east-1" } }));
  expect(preview.changes).toMatchObject({ vpc: ["region (replace)"], bucket: ["region (replace)"] });
});

test("an object that is gone from AWS is made again after a refresh", async () => {
  await stack.up(shop());
  const store = new Store(stack.store);
  for (const each of store.list("aws:ec2/launchTemplate:LaunchTemplate")) store.delete(each);
  await stack.refresh(shop());
  expect((await stack.preview(shop())).steps).toEqual(["create template"]);
  expect((await stack.up(shop())).failure).toBe("");
});

test("another account than the allowed one is refused by id, and its own one is not", async () => {
  const refused = await other.up(shop());
  expect(refused.failure).toContain("AWS account ID not allowed: 999999999999");
  expect(new Store(other.store).list()).toEqual([]);
  expect(await other.up(shop({ provider: { allowedAccountIds: ["999999999999"] } }))).toMatchObject({ failure: "", outputs: { account: "999999999999" } });
});

test("a destroy leaves nothing", async () => {
  await stack.up(shop());
  expect((await stack.destroy()).failure).toBe("");
  expect(new Store(stack.store).list()).toEqual([]);
});

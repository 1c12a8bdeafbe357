import { changed, resource, type Cases } from "../support.ts";

const bucket = resource("aws:s3/bucket:Bucket", { bucket: "assets" });
const dior = { part: "tenant", tenant: "dior" };
const environment = resource("privatesales:tenant:TenantEnvironment", {}, { name: "dior" });
const store = resource("privatesales:data:TenantStore", {}, { name: "dior-store", parent: "dior" });
const repository = resource("aws:ecr/repository:Repository", { tags: dior }, { parent: "dior-store" });
const balancer = resource("aws:lb/loadBalancer:LoadBalancer", { internal: true });
const URN = "urn:pulumi:prod::privatesales::pulumi:providers:aws";

export const OWN_CASES: Cases = {
  PS_DATA_PROTECTED: { passes: [bucket], fails: [{ resources: [changed(bucket, {}, { protect: false })], found: "protect is false" }] },
  PS_DATA_RETAINED: { passes: [bucket], fails: [{ resources: [changed(bucket, {}, { retainOnDelete: false })], found: "retainOnDelete is false" }] },
  PS_TAGGED: {
    passes: [bucket, resource("aws:s3/bucketPolicy:BucketPolicy", { tags: undefined })],
    fails: [
      { resources: [changed(bucket, { tags: undefined })], found: "tags are {}" },
      { resources: [changed(bucket, { tags: { Name: "assets" } })], found: 'tags are {"Name":"assets"}' },
    ],
  },
  PS_TENANT_TAGGED: {
    passes: [environment, store, repository],
    fails: [{ resources: [environment, store, changed(repository, { tags: { part: "data" } })], found: 'tags are {"part":"data"}' }],
  },
  PS_NO_PUBLIC_ENDPOINT: {
    passes: [
      balancer,
      resource("aws:eks/cluster:Cluster", { vpcConfig: { endpointPublicAccess: false } }),
      resource("aws:rds/clusterInstance:ClusterInstance"),
      resource("aws:ec2/launchTemplate:LaunchTemplate", { networkInterfaces: [{ associatePublicIpAddress: "false" }] }),
    ],
    fails: [
      { resources: [changed(balancer, { internal: undefined })], found: "internal is not true" },
      { resources: [resource("aws:eks/cluster:Cluster", { vpcConfig: {} })], found: "endpointPublicAccess is not false" },
      { resources: [resource("aws:rds/clusterInstance:ClusterInstance", { publiclyAccessible: true })], found: "publiclyAccessible is true" },
      { resources: [resource("aws:rds/instance:Instance", { publiclyAccessible: true })], found: "publiclyAccessible is true" },
      { resources: [resource("aws:ec2/instance:Instance", { associatePublicIpAddress: true })], found: "associatePublicIpAddress is true" },
      { resources: [resource("aws:ec2/launchTemplate:LaunchTemplate", { networkInterfaces: [{ associatePublicIpAddress: "true" }] })], found: "networkInterfaces.associatePublicIpAddress" },
      { resources: [resource("aws:lambda/functionUrl:FunctionUrl", { authorizationType: "NONE" })], found: "asks for no identity" },
    ],
  },
  PS_EXPLICIT_PROVIDER: {
    passes: [bucket, changed(bucket, {}, { name: "second", provider: `${URN}::aws-edge::7f1c` })],
    fails: [
      { resources: [changed(bucket, {}, { provider: "" })], found: "no provider" },
      { resources: [changed(bucket, {}, { provider: `${URN}::default_7_48_0::7f1c` })], found: "the provider default_7_48_0" },
      { resources: [changed(bucket, {}, { provider: "default_7_48_0" })], found: "the provider default_7_48_0" },
    ],
  },
};

/** Tenants whose ids look alike: `staysWithin` keeps them apart. */
export const WITHIN: readonly (readonly [string, boolean])[] = [
  ["arn:aws:s3:::assets", true],
  ["arn:aws:s3:::assets/dior/*", true],
  ["arn:aws:s3:::assets/tenants/dior/images/*", true],
  ["arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:shop/dior-??????", true],
  ["arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:shop/dior/api-??????", true],
  ["*", false],
  ["arn:aws:s3:::*", false],
  ["arn:aws:s3:::assets/*", false],
  ["arn:aws:s3:::assets/dior*", false],
  ["arn:aws:s3:::assets/dior-*", false],
  ["arn:aws:s3:::assets/dior-kids/*", false],
  ["arn:aws:s3:::assets/kids-dior/*", false],
  ["arn:aws:s3:::assets/*/dior/*", false],
  ["arn:aws:s3:::assets/dior/*/x", false],
  ["arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:shop/*-??????", false],
  ["arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:shop/gucci-??????", false],
];


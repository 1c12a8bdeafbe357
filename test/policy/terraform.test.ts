import { describe, expect, test } from "vitest";
import { renderPlan } from "../../policy/terraform.ts";
import { blockName, snakeCase, terraformType } from "../../policy/terraformNames.ts";
import { UNKNOWN } from "../../policy/values.ts";
import { policy, resource } from "./support.ts";

test.each([
  ["aws:ec2/vpc:Vpc", "aws_vpc"],
  ["aws:ec2/launchTemplate:LaunchTemplate", "aws_launch_template"],
  ["aws:ec2/flowLog:FlowLog", "aws_flow_log"],
  ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"],
  ["aws:eks/cluster:Cluster", "aws_eks_cluster"],
  ["aws:eks/podIdentityAssociation:PodIdentityAssociation", "aws_eks_pod_identity_association"],
  ["aws:rds/cluster:Cluster", "aws_rds_cluster"],
  ["aws:rds/clusterParameterGroup:ClusterParameterGroup", "aws_rds_cluster_parameter_group"],
  ["aws:rds/instance:Instance", "aws_db_instance"],
  ["aws:rds/subnetGroup:SubnetGroup", "aws_db_subnet_group"],
  ["aws:s3/bucket:Bucket", "aws_s3_bucket"],
  ["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "aws_s3_bucket_server_side_encryption_configuration"],
  ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws_s3_bucket_replication_configuration"],
  ["aws:lb/loadBalancer:LoadBalancer", "aws_lb"],
  ["aws:cloudtrail/trail:Trail", "aws_cloudtrail"],
  ["aws:cfg/recorder:Recorder", "aws_config_configuration_recorder"],
  ["aws:cfg/deliveryChannel:DeliveryChannel", "aws_config_delivery_channel"],
  ["aws:costexplorer/anomalyMonitor:AnomalyMonitor", "aws_ce_anomaly_monitor"],
  ["aws:wafv2/webAcl:WebAcl", "aws_wafv2_web_acl"],
  ["kubernetes:core/v1:Namespace", undefined],
  ["pulumi:providers:aws", undefined],
  ["privatesales:data:Assets", undefined],
])("%s is %s", (token, type) => {
  expect(terraformType(token)).toBe(type);
});

test("names of attributes and blocks", () => {
  expect(["kmsKeyId", "assignIpv6AddressOnCreation", "name"].map(snakeCase)).toEqual(["kms_key_id", "assign_ipv6_address_on_creation", "name"]);
  expect(["rules", "inlinePolicies", "ingress", "orderedCacheBehaviors", "blockDeviceMappings", "customErrorResponses", "aliases"].map(blockName)).toEqual([
    "rule",
    "inline_policy",
    "ingress",
    "ordered_cache_behavior",
    "block_device_mappings",
    "custom_error_response",
    "alias",
  ]);
});

const valuesOf = (type: string, props: Readonly<Record<string, unknown>>): unknown => renderPlan([resource(type, props)]).plan.planned_values.root_module.resources[0]?.values;

describe("values", () => {
  test("a block that stands once becomes a list of one, tags stay a map", () => {
    const props = { version: "1.36", vpcConfig: { endpointPublicAccess: false, subnetIds: ["subnet-1"] }, encryptionConfig: { provider: { keyArn: "key" }, resources: ["secrets"] } };
    expect(valuesOf("aws:eks/cluster:Cluster", props)).toEqual({
      tags: { part: "test" },
      version: "1.36",
      vpc_config: [{ endpoint_public_access: false, subnet_ids: ["subnet-1"] }],
      encryption_config: [{ provider: [{ key_arn: "key" }], resources: ["secrets"] }],
    });
  });

  test("repeated blocks are in the singular", () => {
    expect(valuesOf("aws:rds/clusterParameterGroup:ClusterParameterGroup", { family: "aurora-postgresql17", parameters: [{ name: "rds.force_ssl", value: "1" }] })).toMatchObject({
      parameter: [{ name: "rds.force_ssl", value: "1" }],
    });
  });

  test("the engine's own marks are left out", () => {
    expect(valuesOf("aws:s3/bucket:Bucket", { __defaults: [], bucket: "assets", absent: undefined, none: null })).toEqual({ tags: { part: "test" }, bucket: "assets", none: null });
  });
});

describe("references", () => {
  const bucket = resource("aws:s3/bucket:Bucket", { bucket: "assets" }, { id: "assets", urn: "urn:bucket", name: "assets.bucket" });
  const block = resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket: "assets", blockPublicAcls: true });
  const planOf = (...others: Parameters<typeof renderPlan>[0]) => renderPlan([bucket, ...others]).plan;
  const expected = { bucket: { references: ["aws_s3_bucket.assets_bucket.id", "aws_s3_bucket.assets_bucket"] } };

  test.each([
    ["by the bucket's name", block],
    ["as the engine said", { ...block, props: { ...block.props, bucket: UNKNOWN }, references: { bucket: ["urn:bucket"] } }],
  ])("one resource names another, %s", (_, one) => {
    const { planned_values, configuration, resource_changes } = planOf(one);
    expect(configuration.root_module.resources[1]?.expressions).toEqual(expected);
    expect(planned_values.root_module.resources[1]?.values).toEqual({ tags: { part: "test" }, block_public_acls: true });
    expect(resource_changes[1]?.change).toMatchObject({ actions: ["create"], after_unknown: { bucket: true } });
  });

  test("equal names of their own, or another bucket, tie nothing together", () => {
    const { configuration, planned_values } = planOf(resource("aws:sqs/queue:Queue", { name: "assets" }), { ...block, props: { bucket: "dumps" } });
    expect(configuration.root_module.resources.map(({ expressions }) => expressions)).toEqual([{}, {}, {}]);
    expect(planned_values.root_module.resources[2]?.values).toEqual({ bucket: "dumps" });
  });

  test("a document with a reference in it stays to be judged", () => {
    const text = policy({ Effect: "Allow" });
    const { planned_values } = planOf({ ...block, type: "aws:s3/bucketPolicy:BucketPolicy", props: { bucket: "assets", policy: text }, references: { policy: ["urn:bucket"] } });
    expect(planned_values.root_module.resources[1]?.values).toEqual({ policy: text });
  });

  test("addresses lead back to the resource", () => {
    expect(renderPlan([bucket]).origins).toEqual(new Map([["aws_s3_bucket.assets_bucket", bucket]]));
  });
});

import { changed, policy, resource, varied, type Cases } from "../support.ts";

const cluster = resource("aws:eks/cluster:Cluster", {
  version: "1.36",
  enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
  encryptionConfig: { provider: { keyArn: "arn:aws:kms:ap-northeast-2:111122223333:key/1" }, resources: ["secrets"] },
  vpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true, subnetIds: ["subnet-1"] },
});
const publicTo = (...publicAccessCidrs: readonly string[]) => ({ vpcConfig: { endpointPublicAccess: true, publicAccessCidrs } });

export const EKS_CASES: Cases = {
  CKV_AWS_37: varied([cluster], [{ enabledClusterLogTypes: ["api", "audit"] }, 'enabledClusterLogTypes is ["api","audit"]'], [{ enabledClusterLogTypes: undefined }, "is nothing"]),
  CKV_AWS_38: varied(
    [changed(cluster, publicTo("198.51.100.0/24"))],
    [publicTo("198.51.100.0/24", "0.0.0.0/0"), '"0.0.0.0/0"] with a public endpoint'],
    [publicTo(), "[] with a public endpoint"],
    [{ vpcConfig: {} }, "publicAccessCidrs is nothing"],
  ),
  CKV_AWS_39: varied(
    [cluster],
    [publicTo("198.51.100.0/24"), "vpcConfig.endpointPublicAccess is true"],
    [{ vpcConfig: { endpointPublicAccess: false } }, "vpcConfig.endpointPrivateAccess is nothing"],
  ),
  CKV_AWS_58: varied(
    [cluster],
    [{ encryptionConfig: undefined }, "encryptionConfig.resources is nothing"],
    [{ encryptionConfig: { resources: ["secrets"], provider: {} } }, "encryptionConfig.provider.keyArn is nothing"],
  ),
  CKV_AWS_339: varied([cluster], [{ version: "1.33" }, 'version is "1.33"'], [{ version: undefined }, "version is nothing"]),
  PS_EKS_NODES_SPREAD: varied([resource("aws:eks/nodeGroup:NodeGroup", { scalingConfig: { minSize: 3 } })], [{ scalingConfig: { minSize: 1 } }, "scalingConfig.minSize is 1"]),
};

const vpc = resource("aws:ec2/vpc:Vpc", {}, { name: "network-vpc", id: "vpc-1" });
const flowLog = resource("aws:ec2/flowLog:FlowLog", { vpcId: "vpc-1", trafficType: "ALL" });
const closed = resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId: "vpc-1" });
const subnet = (zone: string) => resource("aws:ec2/subnet:Subnet", { vpcId: "vpc-1", availabilityZone: `ap-northeast-2${zone}` }, { name: `subnet-${zone}` });
const ingress = resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { description: "from the mesh", cidrIpv4: "10.0.0.0/16" });
const group = resource("aws:ec2/securityGroup:SecurityGroup", { description: "the mesh", ingress: [{ description: "from the VPC", cidrBlocks: ["10.0.0.0/16"] }] });
const template = resource("aws:ec2/launchTemplate:LaunchTemplate", {
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 50 } }],
});

export const EC2_CASES: Cases = {
  PS_NO_WORLD_INGRESS: {
    passes: [ingress, group],
    fails: [
      { resources: [changed(ingress, { cidrIpv4: "0.0.0.0/0" })], found: "ingress from 0.0.0.0/0" },
      { resources: [changed(ingress, { cidrIpv4: undefined, cidrIpv6: "::/0" })], found: "ingress from ::/0" },
      { resources: [changed(group, { ingress: [{ cidrBlocks: ["10.0.0.0/16"] }, { cidrBlocks: ["0.0.0.0/0"] }] })], found: "ingress from 0.0.0.0/0" },
      { resources: [resource("aws:ec2/securityGroupRule:SecurityGroupRule", { type: "ingress", cidrBlocks: ["0.0.0.0/0"] })], found: "ingress from 0.0.0.0/0" },
    ],
  },
  CKV_AWS_23: {
    passes: [ingress, group],
    fails: [
      { resources: [changed(ingress, { description: undefined })], found: "description is nothing" },
      { resources: [changed(group, { egress: [{ cidrBlocks: ["10.0.0.0/16"] }] })], found: "egress without a description" },
    ],
  },
  CKV_AWS_130: varied([subnet("a")], [{ mapPublicIpOnLaunch: true }, "mapPublicIpOnLaunch is true"]),
  CKV2_AWS_11: {
    passes: [vpc, flowLog],
    fails: [
      { resources: [vpc], found: "no FlowLog names this VPC" },
      { resources: [vpc, changed(flowLog, { vpcId: "vpc-2" })], found: "no FlowLog names this VPC" },
      { resources: [vpc, changed(flowLog, { trafficType: "ACCEPT" })], found: 'trafficType is "ACCEPT"' },
    ],
  },
  CKV2_AWS_12: {
    passes: [vpc, closed],
    fails: [
      { resources: [vpc], found: "no DefaultSecurityGroup names this VPC" },
      { resources: [vpc, changed(closed, { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] })], found: "rules in the default security group" },
    ],
  },
  PS_SUBNETS_IN_THREE_ZONES: { passes: [vpc, subnet("a"), subnet("b"), subnet("c")], fails: [{ resources: [vpc, subnet("a"), subnet("b")], found: "subnets in 2 zones" }] },
  CKV_AWS_79: varied([template], [{ metadataOptions: { httpTokens: "optional" } }, 'httpTokens is "optional"'], [{ metadataOptions: undefined }, "httpTokens is nothing"]),
  CKV_AWS_341: varied([template], [{ metadataOptions: { httpPutResponseHopLimit: 2 } }, "httpPutResponseHopLimit is 2"]),
  PS_NODE_DISKS_ENCRYPTED: varied(
    [template],
    [{ blockDeviceMappings: undefined }, "no blockDeviceMappings"],
    [{ blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { ebs: { volumeSize: 5 } }] }, "a disk without encrypted"],
  ),
};

const balancer = resource("aws:lb/loadBalancer:LoadBalancer", {
  internal: true,
  enableDeletionProtection: true,
  enableCrossZoneLoadBalancing: true,
  accessLogs: { bucket: "logs", enabled: true },
});

export const LOAD_BALANCER_CASES: Cases = {
  CKV_AWS_91: varied([balancer], [{ accessLogs: undefined }, "accessLogs.bucket is nothing"], [{ accessLogs: { bucket: "logs", enabled: false } }, "accessLogs.enabled is false"]),
  CKV_AWS_150: varied([balancer], [{ enableDeletionProtection: undefined }, "enableDeletionProtection is nothing"]),
  CKV_AWS_152: varied([balancer], [{ enableCrossZoneLoadBalancing: false }, "enableCrossZoneLoadBalancing is false"]),
};

const trust = (principal: unknown) => ({ assumeRolePolicy: policy({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }) });
const role = resource("aws:iam/role:Role", trust({ Service: "pods.eks.amazonaws.com" }), { name: "role" });
const tenantRole = changed(role, { tags: { part: "tenant", tenant: "dior" } }, { name: "dior-role", id: "dior-role" });
const grant = (Resource: unknown, Action: unknown = "s3:GetObject") => ({ policy: policy({ Effect: "Allow", Action, Resource }) });
const rolePolicy = resource("aws:iam/rolePolicy:RolePolicy", { role: "dior-role", ...grant("arn:aws:s3:::assets/dior/*") }, { name: "dior-policy" });

export const IAM_CASES: Cases = {
  CKV_AWS_60: varied([role], [trust("*"), "a trust policy for everybody"], [trust({ AWS: "*" }), "a trust policy for everybody"]),
  CKV_AWS_62: varied([rolePolicy], [grant("*", "*"), 'Action "*" on Resource "*"']),
  CKV_AWS_63: {
    passes: [rolePolicy, changed(role, { inlinePolicies: [{ name: "read", ...grant("*", "ec2:Describe*") }] })],
    fails: [
      { resources: [changed(rolePolicy, grant("arn:aws:s3:::assets/*", ["s3:GetObject", "s3:*"]))], found: 'Action "s3:*"' },
      { resources: [changed(role, { inlinePolicies: [{ name: "all", ...grant("*", "*") }] })], found: 'Action "*"' },
    ],
  },
  CKV_AWS_274: varied(
    [resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" })],
    [{ policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }, "AdministratorAccess"],
  ),
  PS_TENANT_IAM_OWN_RESOURCES: varied(
    [rolePolicy, tenantRole],
    [grant("*"), 'dior gets ["*"]'],
    [grant("arn:aws:s3:::assets/*"), 'dior gets ["arn:aws:s3:::assets/*"]'],
    [grant("arn:aws:s3:::assets/dior*"), 'dior gets ["arn:aws:s3:::assets/dior*"]'],
    [grant(["arn:aws:s3:::assets/dior/*", "arn:aws:s3:::assets/gucci/*"]), 'dior gets ["arn:aws:s3:::assets/gucci/*"]'],
  ),
  PS_NO_IAM_USERS: { passes: [role], fails: [{ resources: [resource("aws:iam/user:User")], found: "a user or an access key" }] },
};

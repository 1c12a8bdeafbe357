import type { Properties } from "../../provider.ts";
import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

/** Region codes inside of ElastiCache's names. */
const CODES: Readonly<Record<string, string>> = { "ap-northeast-1": "apne1", "ap-northeast-2": "apn2", "us-east-1": "use1" };

const domain = (draft: Draft): string =>
  `${draft.regional(6)}.${CODES[draft.region] ?? draft.region.replaceAll("-", "")}.cache.amazonaws.com`;

const clusterMode = (draft: Draft): boolean => draft.text("clusterMode") === "enabled" || Number(draft.text("numNodeGroups")) > 1;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html: names with TLS begin with the role. */
function endpoints(draft: Draft): Properties {
  const tls = draft.flag("transitEncryptionEnabled");
  const id = draft.id;
  if (clusterMode(draft)) {
    return {
      configurationEndpointAddress: tls ? `clustercfg.${id}.${domain(draft)}` : `${id}.${domain(draft).replace(".", ".clustercfg.")}`,
      primaryEndpointAddress: undefined,
      readerEndpointAddress: undefined,
    };
  }
  return {
    configurationEndpointAddress: undefined,
    primaryEndpointAddress: tls ? `master.${id}.${domain(draft)}` : `${id}.${domain(draft).replace(".", ".ng.0001.")}`,
    readerEndpointAddress: tls ? `replica.${id}.${domain(draft)}` : `${id}-ro.${domain(draft).replace(".", ".ng.0001.")}`,
  };
}

function memberNames(draft: Draft): readonly string[] {
  const groups = Number(draft.text("numNodeGroups")) || 1;
  const each = clusterMode(draft) ? 1 + (Number(draft.text("replicasPerNodeGroup")) || 0) : Number(draft.text("numCacheClusters")) || 1;
  const number = (n: number): string => String(n).padStart(3, "0");
  if (!clusterMode(draft)) return Array.from({ length: each }, (_, i) => `${draft.id}-${number(i + 1)}`);
  const names = (group: number): string[] => Array.from({ length: each }, (_, i) => `${draft.id}-${String(group + 1).padStart(4, "0")}-${number(i + 1)}`);
  return Array.from({ length: groups }, (_, group) => names(group)).flat();
}

const replicationGroup: Row = {
  type: "aws:elasticache/replicationGroup:ReplicationGroup",
  source: sourceOf("elasticache/replication_group"),
  // `transitEncryptionEnabled` changes in place from engine version 7.0.5 on, which all of Valkey is.
  replaceOn: ["atRestEncryptionEnabled", "dataTieringEnabled", "globalReplicationGroupId", "kmsKeyId", "networkType", "port", "replicationGroupId",
    "securityGroupNames", "snapshotArns", "snapshotName", "subnetGroupName"],
  unique: ["replicationGroupId"],
  exists: (id) => `ReplicationGroupAlreadyExistsFault: Replication group ${id} already exists.`,
  autoname: "replicationGroupId",
  id: (draft) => draft.text("replicationGroupId"),
  outputs: (draft) => ({
    arn: draft.arn("elasticache", `replicationgroup:${draft.id}`),
    clusterEnabled: clusterMode(draft),
    ...endpoints(draft),
    engineVersionActual: /^\d+\.\d+$/u.test(draft.text("engineVersion")) ? `${draft.text("engineVersion")}.0` : draft.text("engineVersion"),
    memberClusters: memberNames(draft),
    engine: "redis",
    networkType: "ipv4",
    ipDiscovery: "ipv4",
    maintenanceWindow: "sun:18:00-sun:19:00",
    snapshotWindow: "16:00-17:00",
  }),
};

export const cache: readonly Row[] = [
  {
    type: "aws:elasticache/subnetGroup:SubnetGroup",
    source: sourceOf("elasticache/subnet_group"),
    replaceOn: ["name"],
    unique: ["name"],
    exists: (name) => `CacheSubnetGroupAlreadyExists: Cache subnet group ${name} already exists.`,
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({
      arn: draft.arn("elasticache", `subnetgroup:${draft.id}`),
      description: "Managed by Pulumi",
      vpcId: textOf(draft.find("aws:ec2/subnet:Subnet", textOf(draft.list("subnetIds")[0]))?.outputs["vpcId"]),
    }),
  },
  {
    type: "aws:elasticache/parameterGroup:ParameterGroup",
    source: sourceOf("elasticache/parameter_group"),
    replaceOn: ["description", "family", "name"],
    unique: ["name"],
    exists: (name) => `CacheParameterGroupAlreadyExists: Parameter group ${name} already exists`,
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({ arn: draft.arn("elasticache", `parametergroup:${draft.id}`), description: "Managed by Pulumi" }),
  },
  replicationGroup,
  {
    type: "aws:elasticache/user:User",
    source: sourceOf("elasticache/user"),
    replaceOn: ["userId", "userName"],
    unique: ["userId"],
    exists: (id) => `UserAlreadyExists: User ${id} already exists.`,
    id: (draft) => draft.text("userId"),
    outputs: (draft) => ({ arn: draft.arn("elasticache", `user:${draft.id}`) }),
  },
  {
    type: "aws:elasticache/userGroup:UserGroup",
    source: sourceOf("elasticache/user_group"),
    replaceOn: ["userGroupId"],
    unique: ["userGroupId"],
    exists: (id) => `UserGroupAlreadyExists: User Group ${id} already exists.`,
    id: (draft) => draft.text("userGroupId"),
    outputs: (draft) => ({ arn: draft.arn("elasticache", `usergroup:${draft.id}`) }),
  },
  {
    type: "aws:elasticache/userGroupAssociation:UserGroupAssociation",
    source: sourceOf("elasticache/user_group_association"),
    replaceOn: ["userGroupId", "userId"],
    unique: ["userId", "userGroupId"],
    id: (draft) => `${draft.text("userGroupId")},${draft.text("userId")}`,
    outputs: () => ({}),
  },
];

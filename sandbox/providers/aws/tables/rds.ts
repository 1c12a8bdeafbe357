import type { Properties } from "../../provider.ts";
import { textOf, type Draft } from "../draft.ts";
import { joinGlobal, joinCluster, leaveCluster, leaveGlobal, membersOf, zonesOf } from "../aurora.ts";
import { sourceOf, type Row } from "../row.ts";

const CLUSTER = "aws:rds/cluster:Cluster";
const GLOBAL = "aws:rds/globalCluster:GlobalCluster";

/** https://docs.aws.amazon.com/general/latest/gr/rds-service.html: hosted zones of RDS endpoints. */
const ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z24O6O9L7SGTNB",
  "ap-northeast-2": "ZLA2NUCOLGUUR",
  "us-east-1": "Z2R2ITUGPM61AM",
};

/** A major version alone means the newest of its minor ones. */
const actualVersion = (version: string): string => (/^\d+$/u.test(version) ? `${version}.3` : version || "17.7");

const group = (type: string, kind: string, file: string, replaceOn: readonly string[], exists: string): Row => ({
  type,
  source: sourceOf(file),
  replaceOn: ["name", "namePrefix", ...replaceOn],
  unique: ["name"],
  exists: (name) => exists.replace("%", name),
  autoname: "name",
  id: (draft) => draft.text("name"),
  outputs: (draft) => ({ arn: draft.arn("rds", `${kind}:${draft.text("name")}`), description: "Managed by Pulumi" }),
});

const subnetGroup: Row = {
  ...group("aws:rds/subnetGroup:SubnetGroup", "subgrp", "rds/subnet_group", [], "DBSubnetGroupAlreadyExists: The DB subnet group '%' already exists."),
  outputs: (draft) => ({
    arn: draft.arn("rds", `subgrp:${draft.text("name")}`),
    description: "Managed by Pulumi",
    supportedNetworkTypes: ["IPV4"],
    vpcId: textOf(draft.find("aws:ec2/subnet:Subnet", textOf(draft.list("subnetIds")[0]))?.outputs["vpcId"]),
  }),
};

const globalCluster: Row = {
  type: GLOBAL,
  source: sourceOf("rds/global_cluster"),
  replaceOn: ["databaseName", "engine", "engineLifecycleSupport", "globalClusterIdentifier", "sourceDbClusterIdentifier", "storageEncrypted"],
  unique: ["globalClusterIdentifier"],
  exists: (name) => `GlobalClusterAlreadyExistsFault: Global cluster ${name} already exists`,
  id: (draft) => draft.text("globalClusterIdentifier"),
  outputs: (draft) => ({
    arn: draft.globalArn("rds", `global-cluster:${draft.id}`),
    endpoint: `${draft.id}.global-${draft.regional(12)}.global.rds.amazonaws.com`,
    engineVersionActual: actualVersion(draft.text("engineVersion")),
    globalClusterMembers: [],
    globalClusterResourceId: `cluster-${draft.hex(16)}`,
    storageEncrypted: false,
  }),
  kept: ["globalClusterMembers"],
  refuseDelete: ({ outputs, inputs, id }) => {
    if (outputs["deletionProtection"] === true) return `InvalidParameterCombination: Cannot delete protected Global Cluster ${id}, please disable deletion protection and try again.`;
    return membersOf(outputs).length === 0 || inputs["forceDestroy"] === true ? undefined : `InvalidGlobalClusterStateFault: Global Cluster ${id} is not empty`;
  },
};

const endpointOf = (draft: Draft, kind: string): string => `${draft.id}.${kind}-${draft.regional(12)}.${draft.region}.rds.amazonaws.com`;

const managedSecrets = (draft: Draft): readonly Properties[] => draft.flag("manageMasterUserPassword")
  ? [{
    kmsKeyId: draft.text("masterUserSecretKmsKeyId") || draft.arn("kms", `key/${draft.uuid("secretsmanager")}`),
    secretArn: draft.arn("secretsmanager", `secret:rds!cluster-${draft.uuid("secret")}-${draft.lower(6, "secret")}`),
    secretStatus: "active",
  }]
  : [];

/** The rules of a Global Database that an apply would meet first, in AWS's words as far as they are known. */
function refuseCluster(draft: Draft): string | undefined {
  const id = draft.text("globalClusterIdentifier");
  if (id === "") return undefined;
  const global = draft.find(GLOBAL, id);
  if (global === undefined) return `GlobalClusterNotFoundFault: The global cluster ${id} does not exist`;
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
  if (draft.flag("manageMasterUserPassword")) return "InvalidParameterCombination: RDS doesn't manage the master user password of a DB cluster that is part of an Aurora global database";
  if (membersOf(global.outputs).length === 0) return undefined;
  if (draft.given("masterUsername") || draft.given("masterPassword")) return "InvalidParameterCombination: Cannot specify user name for cross region replication cluster";
  if (global.outputs["storageEncrypted"] === true && !draft.given("kmsKeyId")) return "InvalidParameterCombination: For encrypted cross-region replica, kmsKeyId should be explicitly specified";
  return undefined;
}

function refuseClusterDelete({ id, outputs }: { readonly id: string; readonly outputs: Properties }, instances: number): string | undefined {
  if (outputs["deletionProtection"] === true) return "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.";
  if (outputs["skipFinalSnapshot"] !== true && textOf(outputs["finalSnapshotIdentifier"]) === "") return "RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false";
  return instances === 0 ? undefined : `InvalidDBClusterStateFault: Cluster ${id} cannot be deleted, it still contains DB instances in non-deleting state.`;
}

const cluster: Row = {
  type: CLUSTER,
  source: sourceOf("rds/cluster"),
  replaceOn: ["availabilityZones", "clusterIdentifier", "clusterIdentifierPrefix", "clusterScalabilityType", "databaseName", "dbSubnetGroupName",
    "dbSystemId", "engine", "engineMode", "kmsKeyId", "masterUsername", "restoreToPointInTime", "s3Import", "snapshotIdentifier", "sourceRegion",
    "storageEncrypted"],
  unique: ["clusterIdentifier"],
  exists: (name) => `DBClusterAlreadyExistsFault: DB Cluster already exists: ${name}`,
  autoname: "clusterIdentifier",
  id: (draft) => draft.text("clusterIdentifier"),
  outputs: (draft) => ({
    arn: draft.arn("rds", `cluster:${draft.id}`),
    clusterMembers: [],
    clusterResourceId: `cluster-${draft.upper(26, "resource")}`,
    databaseInsightsMode: "standard",
    endpoint: endpointOf(draft, "cluster"),
    engineVersion: actualVersion(draft.text("engineVersion")),
    engineVersionActual: actualVersion(draft.text("engineVersion")),
    hostedZoneId: ZONES[draft.region] ?? `Z${draft.upper(13, "zone")}`,
    masterUserSecrets: managedSecrets(draft),
    networkType: "IPV4",
    port: draft.text("engine") === "aurora-mysql" ? 3306 : 5432,
    readerEndpoint: endpointOf(draft, "cluster-ro"),
    storageEncrypted: false,
    upgradeRolloutOrder: "second",
  }),
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html: storage spans three zones, whatever was asked for.
  forced: (draft) => ({ availabilityZones: zonesOf(draft) }),
  // Only Multi-AZ DB clusters have one.
  absent: ["caCertificateValidTill"],
  kept: ["availabilityZones", "clusterMembers", "replicationSourceIdentifier"],
  refuseCreate: refuseCluster,
  refuseDelete: (object, store) =>
    refuseClusterDelete(object, store.list("aws:rds/clusterInstance:ClusterInstance").filter(({ inputs, region }) => inputs["clusterIdentifier"] === object.id && region === object.region).length),
  effect: (object, store, change) => {
    if (change === "create") joinGlobal(object, store);
    if (change === "delete") leaveGlobal(object, store);
  },
};

const clusterInstance: Row = {
  type: "aws:rds/clusterInstance:ClusterInstance",
  source: sourceOf("rds/cluster_instance"),
  replaceOn: ["availabilityZone", "clusterIdentifier", "customIamInstanceProfile", "dbSubnetGroupName", "engine", "identifier", "identifierPrefix"],
  unique: ["identifier"],
  exists: (name) => `DBInstanceAlreadyExists: DB instance already exists: ${name}`,
  autoname: "identifier",
  id: (draft) => draft.text("identifier"),
  outputs: (draft) => {
    const of = draft.store.list(CLUSTER).find((each) => each.id === draft.text("clusterIdentifier") && each.region === draft.region)?.outputs ?? {};
    const zones: readonly unknown[] = Array.isArray(of["availabilityZones"]) ? of["availabilityZones"] : [`${draft.region}a`];
    return {
      arn: draft.arn("rds", `db:${draft.id}`),
      availabilityZone: zones[draft.number(zones.length, "zone")],
      caCertIdentifier: "rds-ca-rsa2048-g1",
      dbiResourceId: `db-${draft.upper(26, "resource")}`,
      dbSubnetGroupName: of["dbSubnetGroupName"],
      endpoint: `${draft.id}.${draft.regional(12)}.${draft.region}.rds.amazonaws.com`,
      engineVersion: of["engineVersionActual"],
      engineVersionActual: of["engineVersionActual"],
      kmsKeyId: of["kmsKeyId"],
      networkType: "IPV4",
      port: of["port"] ?? 5432,
      storageEncrypted: of["storageEncrypted"] ?? false,
      // Whoever joins first writes; see `joinCluster`.
      writer: false,
    };
  },
  kept: ["availabilityZone", "writer"],
  refuseCreate: (draft) => draft.store.list(CLUSTER).some((each) => each.id === draft.text("clusterIdentifier") && each.region === draft.region)
    ? undefined
    : `DBClusterNotFoundFault: The source cluster could not be found or is not available: ${draft.text("clusterIdentifier")}`,
  effect: (object, store, change) => {
    if (change === "create") joinCluster(object, store);
    if (change === "delete") leaveCluster(object, store);
  },
};

export const rds: readonly Row[] = [
  subnetGroup,
  group("aws:rds/clusterParameterGroup:ClusterParameterGroup", "cluster-pg", "rds/cluster_parameter_group", ["description", "family"],
    "DBParameterGroupAlreadyExists: Parameter group % already exists"),
  group("aws:rds/parameterGroup:ParameterGroup", "pg", "rds/parameter_group", ["description", "family"],
    "DBParameterGroupAlreadyExists: Parameter group % already exists"),
  {
    ...group("aws:rds/eventSubscription:EventSubscription", "es", "rds/event_subscription", [], "SubscriptionAlreadyExist: Event subscription % already exists"),
    outputs: (draft) => ({ arn: draft.arn("rds", `es:${draft.id}`), customerAwsId: draft.account }),
  },
  globalCluster,
  cluster,
  clusterInstance,
];

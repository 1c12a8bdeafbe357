import { between, includes, is, isNot, property, set } from "../expect.ts";
import { checkovPython, every, rule, type Check, type Resource, type Rule } from "../rule.ts";
import { refersTo } from "../references.ts";
import { isRecord, show, valuesAt } from "../values.ts";

const CLUSTER = ["aws:rds/cluster:Cluster"];
const INSTANCE = ["aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"];
const PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup";

const forcesTls = ({ props }: Resource): boolean =>
  valuesAt(props, "parameters")
    .flat()
    .some((one) => isRecord(one) && one["name"] === "rds.force_ssl" && String(one["value"]) === "1");

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html */
const forcedTls: Check = (resource, stack) => {
  const property = "dbClusterParameterGroupName";
  const group = stack.resources.find((one) => one.type === PARAMETERS && refersTo(resource, property, one, stack));
  if (group !== undefined && forcesTls(group)) return undefined;
  return {
    found: group === undefined ? `${property} is ${show(resource.props[property])}, which is no parameter group of this stack` : `${group.name} does not set rds.force_ssl`,
    allowed: "a parameter group of this stack with rds.force_ssl = 1",
    fix: "Otherwise a client that asks for no TLS sends its password in the clear.",
  };
};

const clusterRules: readonly Rule[] = [
  rule({
    id: "CKV_AWS_96",
    title: "the cluster's storage is encrypted",
    source: checkovPython("AuroraEncryption"),
    types: CLUSTER,
    check: property("storageEncrypted", is(true), "It cannot be turned on later."),
  }),
  rule({
    id: "CKV_AWS_133",
    title: "the cluster keeps backups",
    source: checkovPython("DBInstanceBackupRetentionPeriod"),
    types: CLUSTER,
    check: property("backupRetentionPeriod", between(1, 35), "Days of point-in-time recovery."),
  }),
  rule({
    id: "CKV_AWS_139",
    title: "the cluster has deletion protection",
    source: checkovPython("RDSDeletionProtection"),
    types: CLUSTER,
    check: property("deletionProtection", is(true), "AWS then refuses to delete it, whoever asks."),
  }),
  rule({
    id: "CKV_AWS_162",
    title: "the cluster takes IAM logins",
    source: checkovPython("RDSClusterIAMAuthentication"),
    types: CLUSTER,
    check: property("iamDatabaseAuthenticationEnabled", is(true), "Operators log in without a password that lives on."),
  }),
  rule({
    id: "CKV_AWS_313",
    title: "snapshots carry the cluster's tags",
    source: checkovPython("RDSClusterCopyTags"),
    types: CLUSTER,
    check: property("copyTagsToSnapshot", is(true), "Snapshots cost too, and are looked for by tag."),
  }),
  rule({
    id: "CKV_AWS_324",
    title: "the cluster's log leaves the server",
    source: checkovPython("RDSClusterLogging"),
    types: CLUSTER,
    check: property("enabledCloudwatchLogsExports", includes("postgresql"), "The log is kept for a few days on the server only."),
  }),
  rule({
    id: "CKV_AWS_327",
    title: "the cluster is encrypted with a key of the account",
    source: checkovPython("RDSClusterEncryptedWithCMK"),
    types: CLUSTER,
    check: property("kmsKeyId", set, "A snapshot under AWS's own key cannot be copied to another account."),
  }),
  rule({
    id: "PS_RDS_FORCED_TLS",
    title: "the cluster refuses connections without TLS",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html",
    types: CLUSTER,
    check: forcedTls,
  }),
  rule({
    id: "PS_RDS_FINAL_SNAPSHOT",
    title: "a deleted cluster leaves a snapshot",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html",
    types: CLUSTER,
    stacks: ["prod"],
    check: every(property("skipFinalSnapshot", isNot(true), "It is the last way back."), property("finalSnapshotIdentifier", set, "Without a name the deletion fails halfway.")),
  }),
  rule({
    id: "PS_RDS_RECOVERY_35_DAYS",
    title: "production can go back 35 days",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
    types: CLUSTER,
    stacks: ["prod"],
    check: property("backupRetentionPeriod", between(35, 35), "35 is the longest that Aurora keeps."),
  }),
];

const instanceRules: readonly Rule[] = [
  rule({
    id: "CKV_AWS_17",
    title: "the instance has no public address",
    source: checkovPython("RDSPubliclyAccessible"),
    types: INSTANCE,
    check: property("publiclyAccessible", isNot(true), "The database is reached from the VPC."),
  }),
  rule({
    id: "CKV_AWS_118",
    title: "enhanced monitoring is on",
    source: checkovPython("RDSEnhancedMonitorEnabled"),
    types: INSTANCE,
    check: property("monitoringInterval", is(1, 5, 10, 15, 30, 60), "Seconds between measurements; 0 is off."),
  }),
  rule({
    id: "CKV_AWS_226",
    title: "minor upgrades come by themselves",
    source: checkovPython("DBInstanceMinorUpgrade"),
    types: INSTANCE,
    check: property("autoMinorVersionUpgrade", is(true), "They carry the security fixes."),
  }),
  rule({
    id: "CKV_AWS_353",
    title: "performance insights are on",
    source: checkovPython("RDSInstancePerformanceInsights"),
    types: INSTANCE,
    check: property("performanceInsightsEnabled", is(true), "They tell which query is slow, and whose."),
  }),
  rule({
    id: "CKV_AWS_354",
    title: "performance insights are encrypted with a key of the account",
    source: checkovPython("RDSInstancePerfInsightsEncryptionWithCMK"),
    types: INSTANCE,
    check: property("performanceInsightsKmsKeyId", set, "They hold query texts. The key cannot be changed later."),
  }),
];

export const RDS_RULES: readonly Rule[] = [...clusterRules, ...instanceRules];

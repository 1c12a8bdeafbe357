import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as rds from "@pulumi/aws/rds/index.js";
import * as pulumi from "@pulumi/pulumi";
import { logGroupArn, logsUseKey } from "../../cluster/logGroup.ts";
import { EncryptionKey } from "../../security/encryptionKey.ts";
import { dataOptions, platformTags } from "../../shared/aws.ts";
import { declareAlarms } from "./alarms.ts";
import { auroraAlarms } from "./auroraAlarms.ts";
import { AURORA_ENGINE, clusterName, clusterParameters, majorOf, POSTGRES_PORT, postgresLogGroup } from "./auroraParameters.ts";
import { createdAs, leftAlone, type Birth } from "./auroraBirth.ts";
import { guardStore, type StoreNetwork } from "./storeNetwork.ts";

/** An instance by its letter, which it keeps for good. */
export interface AuroraInstance {
  /** Identity, e.g. `a`; a part of the instance's name. */
  readonly name: string;
  /** E.g. `db.r8g.large`. */
  readonly instanceClass: string;
  /** 0 to 15; when the writer fails, the reader with the lowest takes over. */
  readonly promotionTier: number;
}

export interface AuroraSettings {
  readonly prefix: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  /** Days of point-in-time recovery, 1 to 35. */
  readonly backupRetentionDays: number;
  /** Connections of each instance. */
  readonly maxConnections: number;
  /** Days that PostgreSQL's log is kept; a number that CloudWatch knows, e.g. 30, 90, 365. */
  readonly logRetentionDays: number;
  /** Days that Performance Insights keeps: 7, 31 times a number of months up to 23, or 731. */
  readonly performanceInsightsDays: number;
  /** Role that sends enhanced monitoring's metrics. */
  readonly monitoringRoleArn: pulumi.Input<string>;
}

export interface AuroraClusterArgs extends AuroraSettings {
  readonly region: string;
  readonly network: StoreNetwork;
  readonly instances: readonly AuroraInstance[];
  /** E.g. `17.7`. */
  readonly engineVersion: string;
  readonly birth: Birth;
  /** SNS topic of the region that hears of alarms and events. */
  readonly topicArn: pulumi.Input<string>;
  /** What must be there first. */
  readonly after: readonly pulumi.Resource[];
}

/** 02:00 and 03:00 in Seoul, when shops are quiet. UTC. */
const BACKUP_WINDOW = "17:00-18:00";
const MAINTENANCE_WINDOW = "sun:18:00-sun:19:00";

/** Seconds between two points of enhanced monitoring. */
const MONITORING_INTERVAL = 60;

const AUTHORITY = "rds-ca-rsa2048-g1";

/** The Aurora cluster of one region: key, log, network, parameters, cluster, instances, alarms. */
export class AuroraCluster extends pulumi.ComponentResource {
  readonly cluster: rds.Cluster;
  /** The cluster answers once these are there. */
  readonly instances: readonly rds.ClusterInstance[];
  readonly key: EncryptionKey;

  constructor(name: string, args: AuroraClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:AuroraCluster", name, {}, opts);
    this.key = this.declareKey(name, args);
    this.cluster = this.declareCluster(name, args, this.declareLog(name, args));
    this.instances = args.instances.map((instance) => this.declareInstance(name, args, instance));
    this.declareWatch(name, args);
    this.registerOutputs({ arn: this.cluster.arn });
  }

  private declareKey(name: string, args: AuroraClusterArgs): EncryptionKey {
    const { prefix, region, accountId, protection } = args;
    const log = logGroupArn(region, accountId, postgresLogGroup(clusterName(prefix, region)));
    return new EncryptionKey(
      `${name}-key`,
      {
        description: `Database of ${prefix} in ${region}: storage, snapshots, logs, master password`,
        alias: `${prefix}/database`,
        accountId,
        part: "data",
        protection,
        statements: [logsUseKey(region, log)],
      },
      { parent: this },
    );
  }

  /** Made before RDS would make it, without key or end. */
  private declareLog(name: string, { prefix, region, protection, logRetentionDays }: AuroraClusterArgs): pulumi.Resource {
    return new cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: postgresLogGroup(clusterName(prefix, region)),
        kmsKeyId: this.key.arn,
        retentionInDays: logRetentionDays,
        tags: platformTags("data"),
      },
      { parent: this, ...dataOptions(protection) },
    );
  }

  private declareCluster(name: string, args: AuroraClusterArgs, log: pulumi.Resource): rds.Cluster {
    const { prefix, region, network, protection, engineVersion, birth } = args;
    const identifier = clusterName(prefix, region);
    const tags = platformTags("data");
    const child = { parent: this };
    const subnets = new rds.SubnetGroup(
      `${name}-subnets`,
      { name: identifier, description: `Database of ${prefix}`, subnetIds: [...network.databaseSubnetIds], tags },
      child,
    );
    const guard = guardStore(
      `${name}-guard`,
      { vpcId: network.vpcId, groupName: identifier, description: "PostgreSQL", port: POSTGRES_PORT, cidrs: network.privateCidrs },
      child,
    );
    const major = majorOf(engineVersion);
    const parameters = new rds.ClusterParameterGroup(
      // A group belongs to one major version: the next one is another group.
      `${name}-parameters-${major}`,
      {
        name: `${identifier}-${major}`,
        family: `${AURORA_ENGINE}${major}`,
        description: `Database of ${prefix}`,
        parameters: clusterParameters(args.maxConnections).map((parameter) => ({ ...parameter })),
        tags,
      },
      child,
    );
    return new rds.Cluster(
      `${name}-cluster`,
      {
        ...createdAs(birth, this.key.keyId),
        ...clusterSettings(args, this.key.arn),
        clusterIdentifier: identifier,
        engineVersion,
        dbSubnetGroupName: subnets.name,
        dbClusterParameterGroupName: parameters.name,
        vpcSecurityGroupIds: [guard.id],
      },
      { ...child, ...dataOptions(protection), dependsOn: [log, ...args.after], ignoreChanges: [...leftAlone(birth)] },
    );
  }

  private declareInstance(name: string, args: AuroraClusterArgs, instance: AuroraInstance): rds.ClusterInstance {
    return new rds.ClusterInstance(
      `${name}-instance-${instance.name}`,
      {
        identifier: `${clusterName(args.prefix, args.region)}-${instance.name}`,
        clusterIdentifier: this.cluster.id,
        engine: AURORA_ENGINE,
        instanceClass: instance.instanceClass,
        promotionTier: instance.promotionTier,
        dbSubnetGroupName: this.cluster.dbSubnetGroupName,
        publiclyAccessible: false,
        caCertIdentifier: AUTHORITY,
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: true,
        monitoringInterval: MONITORING_INTERVAL,
        monitoringRoleArn: args.monitoringRoleArn,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: this.key.arn,
        performanceInsightsRetentionPeriod: args.performanceInsightsDays,
        preferredMaintenanceWindow: MAINTENANCE_WINDOW,
        tags: platformTags("data"),
      },
      // It holds no data: one that is given up on purpose is not to run on in AWS.
      { parent: this, protect: args.protection === "on" },
    );
  }

  private declareWatch(name: string, { prefix, region, maxConnections, topicArn }: AuroraClusterArgs): void {
    const identifier = clusterName(prefix, region);
    declareAlarms(name, identifier, auroraAlarms(identifier, maxConnections), topicArn, { parent: this });
    new rds.EventSubscription(
      `${name}-events`,
      {
        name: `${identifier}-events`,
        snsTopic: topicArn,
        sourceType: "db-cluster",
        sourceIds: [this.cluster.id],
        eventCategories: ["failover", "failure", "maintenance", "notification"],
        tags: platformTags("data"),
      },
      { parent: this },
    );
  }
}

/** What is the same for every cluster, whatever its role. */
const clusterSettings = (args: AuroraClusterArgs, keyArn: pulumi.Output<string>): Omit<rds.ClusterArgs, "engineVersion"> => ({
  engine: AURORA_ENGINE,
  port: POSTGRES_PORT,
  storageEncrypted: true,
  kmsKeyId: keyArn,
  deletionProtection: args.protection === "on",
  skipFinalSnapshot: false,
  finalSnapshotIdentifier: `${clusterName(args.prefix, args.region)}-final`,
  copyTagsToSnapshot: true,
  deleteAutomatedBackups: false,
  backupRetentionPeriod: args.backupRetentionDays,
  preferredBackupWindow: BACKUP_WINDOW,
  preferredMaintenanceWindow: MAINTENANCE_WINDOW,
  iamDatabaseAuthenticationEnabled: true,
  enabledCloudwatchLogsExports: ["postgresql"],
  // AWS reports them of the cluster too, and calls it a difference where the two disagree.
  performanceInsightsEnabled: true,
  performanceInsightsKmsKeyId: keyArn,
  performanceInsightsRetentionPeriod: args.performanceInsightsDays,
  tags: platformTags("data"),
});

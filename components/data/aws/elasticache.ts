import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as elasticache from "@pulumi/aws/elasticache/index.js";
import type { input } from "@pulumi/aws/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import { logGroupArn, logsUseKey } from "../../cluster/logGroup.ts";
import { EncryptionKey } from "../../security/encryptionKey.ts";
import { dataOptions, platformTags } from "../../shared/aws.ts";
import { AWS_ENGINES } from "../../shared/versions.ts";
import { cachePrefix, cacheUser } from "../cacheAcl.ts";
import type { Reach } from "../reach.ts";
import { declareAlarms } from "./alarms.ts";
import { cacheAlarms, nodeNames } from "./elasticacheAlarms.ts";
import { CACHE_ENGINE, declareUsers, type CacheTenant } from "./elasticacheUsers.ts";
import { guardStore, type StoreNetwork } from "./storeNetwork.ts";

export interface ElastiCacheArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  readonly network: StoreNetwork;
  /** E.g. `cache.r7g.large`. */
  readonly nodeType: string;
  /** Copies of the primary, each in another zone, 0 to 5; with one, a failover is automatic. */
  readonly replicas: number;
  /** Days that daily snapshots are kept, 1 to 35. */
  readonly snapshotRetentionDays: number;
  /** Days that the engine's logs are kept; a number that CloudWatch knows, e.g. 30, 90, 365. */
  readonly logRetentionDays: number;
  /** Whoever may connect: active and suspended tenants. ElastiCache takes 100 users a group, the default one included. */
  readonly tenants: readonly CacheTenant[];
  /** Password of a tenant's login, 16 to 128 characters. */
  readonly passwordOf: (tenantId: string) => pulumi.Input<string>;
  readonly alarms: { readonly topicArn: pulumi.Input<string> };
  /** What must be there first. */
  readonly after: readonly pulumi.Resource[];
}

const CACHE_PORT = 6379;

const LOG_TYPES = ["slow-log", "engine-log"] as const;
type LogType = (typeof LOG_TYPES)[number];

const groupId = (prefix: string): string => `${prefix}-cache`;
const logName = (prefix: string, type: LogType): string => `/aws/elasticache/${groupId(prefix)}/${type}`;

/** Valkey by ElastiCache: the counterpart of Cache on AWS, with the same logins and key spaces. */
export class ElastiCache extends pulumi.ComponentResource {
  /** The primary, whichever node that is. */
  readonly host: pulumi.Output<string>;
  readonly port: number = CACHE_PORT;
  /** Clients speak TLS; there is no other way in. */
  readonly tls = "on";
  readonly reach: Reach;
  readonly ready: readonly pulumi.Resource[];
  /** A tenant's login. */
  readonly userOf = cacheUser;
  /** What a tenant's keys and channels start with. */
  readonly prefixOf = cachePrefix;

  constructor(name: string, args: ElastiCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:ElastiCache", name, {}, opts);
    const child = { parent: this };
    const key = this.declareKey(name, args);
    const logs = this.declareLogs(name, args, key);
    const users = declareUsers(name, args, child);
    const group = this.declareGroup(name, args, key, logs, users);
    for (const node of nodeNames(groupId(args.prefix), args.replicas)) {
      declareAlarms(name, groupId(args.prefix), cacheAlarms(node), args.alarms.topicArn, child);
    }
    this.host = group.primaryEndpointAddress;
    this.reach = { kind: "addresses", cidrs: args.network.databaseCidrs, port: CACHE_PORT };
    this.ready = [group];
    this.registerOutputs({ host: this.host, port: this.port });
  }

  private declareKey(name: string, { prefix, region, accountId, protection }: ElastiCacheArgs): EncryptionKey {
    const statements = LOG_TYPES.map((type) => ({
      ...logsUseKey(region, logGroupArn(region, accountId, logName(prefix, type))),
      Sid: type === "slow-log" ? "SlowLog" : "EngineLog",
    }));
    return new EncryptionKey(
      `${name}-key`,
      { description: `Cache of ${prefix}: nodes, snapshots, logs`, alias: `${prefix}/cache`, accountId, part: "data", protection, statements },
      { parent: this },
    );
  }

  private declareLogs(name: string, args: ElastiCacheArgs, key: EncryptionKey): readonly input.elasticache.ReplicationGroupLogDeliveryConfiguration[] {
    return LOG_TYPES.map((logType) => {
      const group = new cloudwatch.LogGroup(
        `${name}-${logType}`,
        { name: logName(args.prefix, logType), kmsKeyId: key.arn, retentionInDays: args.logRetentionDays, tags: platformTags("data") },
        { parent: this, ...dataOptions(args.protection) },
      );
      return { destinationType: "cloudwatch-logs", destination: group.name, logFormat: "json", logType };
    });
  }

  private declareGroup(
    name: string,
    args: ElastiCacheArgs,
    key: EncryptionKey,
    logs: readonly input.elasticache.ReplicationGroupLogDeliveryConfiguration[],
    users: elasticache.UserGroup,
  ): elasticache.ReplicationGroup {
    const { prefix, network, protection } = args;
    const tags = platformTags("data");
    const child = { parent: this };
    const id = groupId(prefix);
    const subnets = new elasticache.SubnetGroup(
      `${name}-subnets`,
      { name: id, description: `Cache of ${prefix}`, subnetIds: [...network.databaseSubnetIds], tags },
      child,
    );
    const guard = guardStore(
      `${name}-guard`,
      { vpcId: network.vpcId, groupName: id, description: "Valkey", port: CACHE_PORT, cidrs: network.privateCidrs },
      child,
    );
    const [major = AWS_ENGINES.valkey] = AWS_ENGINES.valkey.split(".");
    const parameters = new elasticache.ParameterGroup(
      // A group belongs to one major version: the next one is another group.
      `${name}-parameters-${major}`,
      {
        name: `${id}-${major}`,
        family: `${CACHE_ENGINE}${major}`,
        description: `Cache of ${prefix}`,
        parameters: [{ name: "maxmemory-policy", value: "allkeys-lru" }],
        tags,
      },
      child,
    );
    return new elasticache.ReplicationGroup(
      `${name}-group`,
      {
        ...groupSettings(args),
        replicationGroupId: id,
        description: `Cache of ${prefix}`,
        subnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        securityGroupIds: [guard.id],
        kmsKeyId: key.arn,
        userGroupIds: [users.userGroupId],
        logDeliveryConfigurations: [...logs],
        notificationTopicArn: args.alarms.topicArn,
        tags,
      },
      { ...child, ...dataOptions(protection), dependsOn: [...args.after] },
    );
  }
}

type Settings = Omit<elasticache.ReplicationGroupArgs, "description">;

const groupSettings = ({ prefix, nodeType, replicas, snapshotRetentionDays }: ElastiCacheArgs): Settings => ({
  engine: CACHE_ENGINE,
  engineVersion: AWS_ENGINES.valkey,
  nodeType,
  port: CACHE_PORT,
  numCacheClusters: replicas + 1,
  automaticFailoverEnabled: replicas > 0,
  multiAzEnabled: replicas > 0,
  atRestEncryptionEnabled: true,
  transitEncryptionEnabled: true,
  transitEncryptionMode: "required",
  autoMinorVersionUpgrade: true,
  // 02:00 and 03:00 in Seoul, in UTC.
  snapshotWindow: "17:00-18:00",
  maintenanceWindow: "sun:18:00-sun:19:00",
  snapshotRetentionLimit: snapshotRetentionDays,
  finalSnapshotIdentifier: `${groupId(prefix)}-final`,
});

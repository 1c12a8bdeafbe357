import { Aurora } from "../../components/data/aws/aurora.ts";
import type { AuroraInstance } from "../../components/data/aws/auroraCluster.ts";
import { BackupPlan } from "../../components/data/aws/backupPlan.ts";
import { ObjectStorage } from "../../components/data/aws/objectStorage.ts";
import { AWS_ENGINES } from "../../components/shared/versions.ts";
import { PLANS } from "../../tenants/plans.ts";
import type { StackConfig } from "../config.ts";
import type { Account } from "./account.ts";
import type { Networks } from "./network.ts";
import type { Operations } from "./operations.ts";

export type AuroraConfig = Extract<StackConfig["database"], { kind: "aurora" }>;

/** Name of Aurora's master user. */
const MASTER_USER = "privatesales";

/** Days that a tenant's last dump before a purge, and an overwritten asset, can be had back. */
const FINAL_DUMP_DAYS = 365;
const ASSET_VERSION_DAYS = 90;

/** Days that performance insights are kept: as long as the alarms look back, and all that is free of charge. */
const INSIGHTS_DAYS = { one: 7, global: 731 } as const;

/** Letters as the config has them, in order; the first is promoted first. */
const instancesOf = (byLetter: Readonly<Record<string, string>>): readonly AuroraInstance[] =>
  Object.entries(byLetter)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, instanceClass], promotionTier) => ({ name, instanceClass, promotionTier }));

/** Aurora, in one region or two. */
export function declareAurora(account: Account, database: AuroraConfig, networks: Networks, { topics }: Operations): Aurora {
  const { names, config, here, providers } = account;
  const { second } = networks;
  const instances = database.secondInstances;
  const global =
    second === undefined || instances === undefined || topics.second === undefined
      ? undefined
      : {
          second: {
            provider: providers.second,
            region: config.secondRegion.region,
            network: second,
            instances: instancesOf(instances),
            alarms: { topicArn: topics.second },
          },
        };
  return new Aurora(
    "aurora",
    {
      ...names,
      network: networks.main,
      engineVersion: AWS_ENGINES.auroraPostgresql,
      database: database.database,
      username: MASTER_USER,
      instances: instancesOf(database.instances),
      global,
      backupRetentionDays: database.backupRetentionDays,
      maxConnections: database.maxConnections,
      logRetentionDays: config.logRetentionDays,
      performanceInsightsDays: global === undefined ? INSIGHTS_DAYS.one : INSIGHTS_DAYS.global,
      alarms: { topicArn: topics.main },
      after: networks.main.ready,
    },
    here,
  );
}

/** Buckets of the tenants' files and dumps; a dump is kept as its tenant's plan says. */
export function declareStorage({ names, config, here, providers }: Account): ObjectStorage {
  const classes = Object.values(PLANS).map(({ tier, backup }) => ({ name: tier, days: Math.max(backup.retentionDays, config.lock.days + 1) }));
  return new ObjectStorage(
    "storage",
    {
      ...names,
      readers: [],
      assetVersionDays: ASSET_VERSION_DAYS,
      dumps: {
        classes: [...classes, { name: "final", days: FINAL_DUMP_DAYS }],
        lock: config.lock,
        replica: { provider: providers.second, region: config.secondRegion.region },
      },
      logRetentionDays: config.logRetentionDays,
    },
    here,
  );
}

/** Days of recovery points, and in which a lock in compliance mode can still be taken back. */
const MONTHLY_DAYS = 365;
const LOCK_GRACE_DAYS = 7;

/** AWS Backup of the database and of assets. */
export function declareBackups({ names, config, here, providers }: Account, aurora: Aurora, storage: ObjectStorage, { topics }: Operations): BackupPlan {
  const { mode, days } = config.lock;
  return new BackupPlan(
    "backup",
    {
      ...names,
      database: { arn: aurora.clusterArn, restoreNetwork: aurora.restoreNetwork },
      buckets: [storage.assetsBucketArn],
      retention: { continuousDays: days, dailyDays: days, monthlyDays: MONTHLY_DAYS },
      lock: { mode, minDays: days, maxDays: MONTHLY_DAYS, graceDays: LOCK_GRACE_DAYS },
      copy: { provider: providers.second, region: config.secondRegion.region },
      alarms: { topicArn: topics.main },
    },
    here,
  );
}

import type { input } from "@pulumi/aws/types/index.js";
import type { Alarm } from "./alarms.ts";

/** Days that recovery points are kept. */
export interface BackupRetention {
  /** Point in time of buckets, 1 to 35. */
  readonly continuousDays: number;
  readonly dailyDays: number;
  readonly monthlyDays: number;
}

/** What a vault holds everybody to: no recovery point is kept shorter, or longer. */
export interface VaultLock {
  /** `compliance` cannot be lifted by anybody once its grace is over; `governance` yields to a named permission. */
  readonly mode: "governance" | "compliance";
  readonly minDays: number;
  readonly maxDays: number;
  /** Days in which a lock in compliance mode can still be taken back, at least 3. */
  readonly graceDays: number;
}

/** AWS's limits. */
const CONTINUOUS_MAX_DAYS = 35;
const GRACE_MIN_DAYS = 3;

/** Everything that AWS Backup would refuse about these numbers, one sentence each; a backup that is refused is none. */
export function backupFaults(retention: BackupRetention, lock: VaultLock): readonly string[] {
  const { continuousDays, graceDays, mode } = { ...retention, ...lock };
  const outside = Object.entries(retention)
    .filter(([, days]) => days < lock.minDays || days > lock.maxDays)
    .map(([name, days]) => `${name} is ${days}, and the vault's lock allows ${lock.minDays} to ${lock.maxDays} days`);
  return [
    ...outside,
    ...(continuousDays > CONTINUOUS_MAX_DAYS ? [`continuousDays is ${continuousDays}, and AWS keeps a point in time at most 35 days`] : []),
    ...(mode === "compliance" && graceDays < GRACE_MIN_DAYS ? [`graceDays is ${graceDays}, and AWS allows no less than 3`] : []),
  ];
}

interface RuleTarget {
  readonly vaultName: string;
  /** ARN of the vault in the second region, or none. */
  readonly copyTo: string | undefined;
}

/** Hours in minutes: a backup starts within the first, and is given up after the second. */
const START_WINDOW = 60;
const COMPLETION_WINDOW = 480;

const rule = (ruleName: string, schedule: string, days: number, { vaultName, copyTo }: RuleTarget): input.backup.PlanRule => ({
  ruleName,
  targetVaultName: vaultName,
  schedule,
  scheduleExpressionTimezone: "Etc/UTC",
  startWindow: START_WINDOW,
  completionWindow: COMPLETION_WINDOW,
  lifecycle: { deleteAfter: days },
  ...(copyTo === undefined ? {} : { copyActions: [{ destinationVaultArn: copyTo, lifecycle: { deleteAfter: days } }] }),
});

/** Snapshots, after Aurora's own window, with a copy in the second region. */
export const snapshotRules = (retention: BackupRetention, target: RuleTarget): readonly input.backup.PlanRule[] => [
  rule("daily", "cron(0 19 * * ? *)", retention.dailyDays, target),
  rule("monthly", "cron(0 21 1 * ? *)", retention.monthlyDays, target),
];

/**
 * Point in time of buckets. Databases have Aurora's own: AWS Backup would take it over, and with it the retention and the window
 * that the cluster is declared with.
 */
export const continuousRule = (retention: BackupRetention, vaultName: string): input.backup.PlanRule => ({
  ...rule("continuous", "cron(0 * * * ? *)", retention.continuousDays, { vaultName, copyTo: undefined }),
  enableContinuousBackup: true,
});

/** Names of restore testing know letters, digits and `_`, at most 50. */
export const restoreName = (prefix: string, what: string): string => `${prefix.replaceAll("-", "_")}_${what}`;

const DAY = 86_400;

/** A failed job, and a day without any: a plan that backs up nothing fails nothing. */
export const backupAlarms = (vaultName: string): readonly Alarm[] => {
  const base = { namespace: "AWS/Backup", dimensions: { BackupVaultName: vaultName }, statistic: "Sum", periodSeconds: DAY, periods: 1 } as const;
  return [
    {
      ...base,
      name: "failed",
      metric: "NumberOfBackupJobsFailed",
      rings: "above",
      threshold: 0,
      silence: "notBreaching",
      description: "A backup failed within a day.",
    },
    {
      ...base,
      name: "missing",
      metric: "NumberOfBackupJobsCompleted",
      rings: "below",
      threshold: 1,
      silence: "breaching",
      description: "No backup was completed for a day.",
    },
  ];
};

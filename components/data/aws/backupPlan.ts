import * as backup from "@pulumi/aws/backup/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import type { Provider } from "@pulumi/aws/provider.js";
import type { input } from "@pulumi/aws/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, policyDocument } from "../../shared/aws.ts";
import { declareAlarms } from "./alarms.ts";
import type { RestoreNetwork } from "./aurora.ts";
import { backupAlarms, backupFaults, continuousRule, restoreName, snapshotRules, type BackupRetention, type VaultLock } from "./backupRules.ts";
import { BackupVault } from "./backupVault.ts";

export interface BackupPlanArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  readonly database: {
    /** ARN of the Aurora cluster. */
    readonly arn: pulumi.Input<string>;
    /** Where a test restores it to: an account without a default VPC has no other place. */
    readonly restoreNetwork: RestoreNetwork;
  };
  /** ARNs of versioned buckets, e.g. that of assets. */
  readonly buckets: readonly [string, ...string[]];
  readonly retention: BackupRetention;
  readonly lock: VaultLock;
  /** A second region that holds a copy of every snapshot under its own key, or none. */
  readonly copy: { readonly provider: Provider; readonly region: string } | undefined;
  /** SNS topic of the region; its policy has to let `backup.amazonaws.com` publish. */
  readonly alarms: { readonly topicArn: pulumi.Input<string> };
}

/** What AWS allows its own service to do. */
const MANAGED = {
  backup: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
  restore: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
  "backup-s3": "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
  "restore-s3": "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
} as const;

/** Hours in which a restored copy stays there to be looked at. */
const VALIDATION_HOURS = 4;

/** AWS Backup: locked vaults, plans for the database and for buckets, and a restore every week that proves them. */
export class BackupPlan extends pulumi.ComponentResource {
  /** Plain. */
  readonly vaultArn: string;

  constructor(name: string, args: BackupPlanArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:BackupPlan", name, {}, opts);
    const { prefix, region, copy, database, buckets, retention } = args;
    const faults = backupFaults(retention, args.lock);
    if (faults.length > 0) throw new Error(`backups of ${prefix} cannot be as they are declared: ${faults.join("; ")}`);
    const vault = new BackupVault(`${name}-${region}`, args, { parent: this });
    const second = copy === undefined ? undefined : this.declareCopyVault(name, args, copy);
    const { role, rights } = this.declareRole(name, prefix);
    const target = { vaultName: vault.vaultName, copyTo: second?.arn };
    const after = [vault.vault, ...(second === undefined ? [] : [second.vault]), ...rights];
    this.declarePlan(`${name}-database`, `${prefix}-database`, snapshotRules(retention, target), [database.arn], role, after);
    const objectRules = [continuousRule(retention, vault.vaultName), ...snapshotRules(retention, target)];
    this.declarePlan(`${name}-objects`, `${prefix}-objects`, objectRules, buckets, role, after);
    this.declareRestoreTest(name, args, vault, role, rights);
    this.declareWatch(name, args, vault);
    this.vaultArn = vault.arn;
    this.registerOutputs({ vaultArn: this.vaultArn });
  }

  private declareCopyVault(name: string, args: BackupPlanArgs, { provider, region }: { readonly provider: Provider; readonly region: string }): BackupVault {
    return new BackupVault(`${name}-${region}`, { ...args, region }, { parent: this, provider });
  }

  private declareRole(name: string, prefix: string): { readonly role: iam.Role; readonly rights: readonly pulumi.Resource[] } {
    const child = { parent: this };
    const role = new iam.Role(
      `${name}-role`,
      {
        name: `${prefix}-backup`,
        description: "AWS Backup takes, copies and restores recovery points",
        // AWS Backup states no source account; only this account can hand the role to a plan.
        assumeRolePolicy: policyDocument({ Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" }),
        tags: platformTags("data"),
      },
      child,
    );
    const rights = Object.entries(MANAGED).map(
      ([what, policyArn]) => new iam.RolePolicyAttachment(`${name}-may-${what}`, { role: role.name, policyArn }, child),
    );
    return { role, rights };
  }

  private declarePlan(
    name: string,
    planName: string,
    rules: readonly input.backup.PlanRule[],
    resources: readonly pulumi.Input<string>[],
    role: iam.Role,
    after: readonly pulumi.Resource[],
  ): void {
    const plan = new backup.Plan(
      `${name}-plan`,
      { name: planName, rules: [...rules], tags: platformTags("data") },
      { parent: this, dependsOn: [...after] },
    );
    new backup.Selection(
      `${name}-selection`,
      { name: planName, planId: plan.id, iamRoleArn: role.arn, resources: [...resources] },
      { parent: this, dependsOn: [...after] },
    );
  }

  /** Sundays, when the daily snapshot is done. AWS deletes what it restored. */
  private declareRestoreTest(name: string, args: BackupPlanArgs, vault: BackupVault, role: iam.Role, rights: readonly pulumi.Resource[]): void {
    const { prefix, database, buckets } = args;
    const child = { parent: this, dependsOn: [...rights] };
    const plan = new backup.RestoreTestingPlan(
      `${name}-restore-test`,
      {
        name: restoreName(prefix, "weekly"),
        scheduleExpression: "cron(0 22 ? * SUN *)",
        scheduleExpressionTimezone: "Etc/UTC",
        startWindowHours: 4,
        recoveryPointSelection: {
          algorithm: "LATEST_WITHIN_WINDOW",
          includeVaults: [vault.arn],
          recoveryPointTypes: ["SNAPSHOT", "CONTINUOUS"],
          selectionWindowDays: 7,
        },
        tags: platformTags("data"),
      },
      { ...child, dependsOn: [...rights, vault.vault] },
    );
    const shared = { restoreTestingPlanName: plan.name, iamRoleArn: role.arn, validationWindowHours: VALIDATION_HOURS };
    new backup.RestoreTestingSelection(
      `${name}-restore-test-database`,
      {
        ...shared,
        name: restoreName(prefix, "database"),
        protectedResourceType: "Aurora",
        protectedResourceArns: [database.arn],
        restoreMetadataOverrides: {
          dbSubnetGroupName: database.restoreNetwork.subnetGroupName,
          vpcSecurityGroupIds: pulumi.jsonStringify(database.restoreNetwork.securityGroupIds),
        },
      },
      child,
    );
    new backup.RestoreTestingSelection(
      `${name}-restore-test-objects`,
      { ...shared, name: restoreName(prefix, "objects"), protectedResourceType: "S3", protectedResourceArns: [...buckets] },
      child,
    );
  }

  private declareWatch(name: string, { alarms }: BackupPlanArgs, vault: BackupVault): void {
    new backup.VaultNotifications(
      `${name}-notifications`,
      {
        backupVaultName: vault.vault.name,
        snsTopicArn: alarms.topicArn,
        backupVaultEvents: ["BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED"],
      },
      { parent: this },
    );
    declareAlarms(name, vault.vaultName, backupAlarms(vault.vaultName), alarms.topicArn, { parent: this });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { BackupPlan, type BackupPlanArgs } from "../../../../components/data/aws/backupPlan.ts";
import { backupFaults, restoreName } from "../../../../components/data/aws/backupRules.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only } from "../../../support/record.ts";
import { namesOf, ofKind, PLACE, run, SECOND, secondProvider, TOPIC } from "./support.ts";

const retention = { continuousDays: 35, dailyDays: 35, monthlyDays: 365 };
const lock = { mode: "compliance", minDays: 35, maxDays: 400, graceDays: 7 } as const;
const CLUSTER = "arn:aws:rds:ap-northeast-2:123456789012:cluster:privatesales-prod-db-ap-northeast-2";
const ASSETS = "arn:aws:s3:::privatesales-prod-123456789012-assets";
const COPY_VAULT = "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:privatesales-prod-backup";

const declare = (over: Partial<BackupPlanArgs> = {}): BackupPlan =>
  new BackupPlan("backup", {
    ...PLACE,
    database: {
      arn: CLUSTER,
      restoreNetwork: { subnetGroupName: pulumi.output("privatesales-prod-db-ap-northeast-2"), securityGroupIds: pulumi.output(["sg-1"]) },
    },
    buckets: [ASSETS],
    retention,
    lock,
    copy: { provider: secondProvider(), region: SECOND },
    alarms: { topicArn: TOPIC },
    ...over,
  });

describe("vaults", () => {
  test("stand in both regions, each under its own key, locked for good after the grace", async () => {
    const { seen } = await run(declare);
    expect(ofKind(seen, "Vault").map(({ name, provider, protect, retainOnDelete }) => [name, provider, protect, retainOnDelete])).toEqual([
      ["backup-ap-northeast-2-vault", "", true, true],
      ["backup-ap-northeast-1-vault", "second", true, true],
    ]);
    expect(namesOf(seen, "Key")).toEqual(["backup-ap-northeast-1-key-key", "backup-ap-northeast-2-key-key"]);
    for (const vault of ofKind(seen, "Vault")) expect(vault.inputs).toMatchObject({ name: "privatesales-prod-backup", kmsKeyArn: "arn:aws:kms:key", forceDestroy: false });
    for (const one of ofKind(seen, "VaultLockConfiguration")) {
      expect(one).toMatchObject({ protect: true, inputs: { minRetentionDays: 35, maxRetentionDays: 400, changeableForDays: 7 } });
    }
  });

  test("in governance mode have no day on which the lock becomes final", async () => {
    const { seen } = await run(() => declare({ lock: { ...lock, mode: "governance" } }));
    expect(ofKind(seen, "VaultLockConfiguration")).toHaveLength(2);
    for (const one of ofKind(seen, "VaultLockConfiguration")) expect(one.inputs).not.toHaveProperty("changeableForDays");
  });

  test("are one where there is no second region, and then nothing is copied", async () => {
    const { seen } = await run(() => declare({ copy: undefined }));
    expect(namesOf(seen, "Vault")).toEqual(["backup-ap-northeast-2-vault"]);
    const rules = ofKind(seen, "Plan").flatMap(({ inputs }) => listAt(inputs, "rules"));
    expect(rules).toHaveLength(5);
    for (const rule of rules) expect(rule).not.toHaveProperty("copyActions");
  });
});

describe("plans", () => {
  test("take the database daily and monthly, with a copy in the second region, and leave its point in time to Aurora", async () => {
    const { seen } = await run(declare);
    const rules = listAt(only(seen, "Plan", "backup-database-plan").inputs, "rules");
    expect(rules).toMatchObject([
      { ruleName: "daily", lifecycle: { deleteAfter: 35 }, copyActions: [{ destinationVaultArn: COPY_VAULT, lifecycle: { deleteAfter: 35 } }] },
      { ruleName: "monthly", lifecycle: { deleteAfter: 365 }, copyActions: [{ destinationVaultArn: COPY_VAULT, lifecycle: { deleteAfter: 365 } }] },
    ]);
    for (const rule of rules) expect(rule).not.toHaveProperty("enableContinuousBackup");
    expect(only(seen, "Selection", "backup-database-selection").inputs).toMatchObject({ resources: [CLUSTER], iamRoleArn: "arn:aws:iam:role" });
  });

  test("take buckets at any point in time as well", async () => {
    const { seen } = await run(declare);
    const [continuous, ...others] = listAt(only(seen, "Plan", "backup-objects-plan").inputs, "rules");
    expect(continuous).toMatchObject({ ruleName: "continuous", enableContinuousBackup: true, lifecycle: { deleteAfter: 35 } });
    expect(others.map((rule) => at(rule, "ruleName"))).toEqual(["daily", "monthly"]);
    expect(only(seen, "Selection", "backup-objects-selection").inputs).toMatchObject({ resources: [ASSETS] });
  });

  test("run as a role with AWS's own rights, once it has them", async () => {
    const { seen } = await run(declare);
    expect(ofKind(seen, "RolePolicyAttachment").map(({ inputs }) => String(inputs["policyArn"]).split("/").at(-1))).toEqual([
      "AWSBackupServiceRolePolicyForBackup",
      "AWSBackupServiceRolePolicyForRestores",
      "AWSBackupServiceRolePolicyForS3Backup",
      "AWSBackupServiceRolePolicyForS3Restore",
    ]);
    expect(ofKind(seen, "RolePolicy")).toEqual([]);
    expect(only(seen, "Selection", "backup-database-selection").dependsOn).toEqual(expect.arrayContaining(["backup-may-backup", "backup-may-backup-s3"]));
  });
});

describe("the restore test", () => {
  test("restores the newest points every Sunday, the database beside the real one", async () => {
    const { seen } = await run(declare);
    expect(only(seen, "RestoreTestingPlan").inputs).toMatchObject({
      name: "privatesales_prod_weekly",
      scheduleExpression: "cron(0 22 ? * SUN *)",
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: ["arn:aws:backup:ap-northeast-2:123456789012:backup-vault:privatesales-prod-backup"],
      },
    });
    expect(only(seen, "RestoreTestingSelection", "backup-restore-test-database").inputs).toMatchObject({
      protectedResourceType: "Aurora",
      protectedResourceArns: [CLUSTER],
      restoreMetadataOverrides: { dbSubnetGroupName: "privatesales-prod-db-ap-northeast-2", vpcSecurityGroupIds: '["sg-1"]' },
    });
    expect(only(seen, "RestoreTestingSelection", "backup-restore-test-objects").inputs).toMatchObject({
      protectedResourceType: "S3",
      protectedResourceArns: [ASSETS],
    });
  });

  test("has names of letters, digits and underscores", () => {
    expect(restoreName("privatesales-prod", "weekly")).toMatch(/^[A-Za-z0-9_]{1,50}$/);
  });
});

test("failures are told, and so is a day without a backup", async () => {
  const { seen } = await run(declare);
  expect(only(seen, "VaultNotifications").inputs).toMatchObject({ snsTopicArn: TOPIC, backupVaultEvents: expect.arrayContaining(["COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED"]) as unknown });
  expect(ofKind(seen, "MetricAlarm").map(({ inputs }) => [inputs["metricName"], inputs["comparisonOperator"], inputs["treatMissingData"], inputs["period"]])).toEqual([
    ["NumberOfBackupJobsFailed", "GreaterThanThreshold", "notBreaching", 86_400],
    ["NumberOfBackupJobsCompleted", "LessThanThreshold", "breaching", 86_400],
  ]);
});

describe("numbers that AWS would refuse", () => {
  test.each([
    [{ ...retention, dailyDays: 7 }, lock, "dailyDays is 7, and the vault's lock allows 35 to 400 days"],
    [{ ...retention, monthlyDays: 500 }, lock, "monthlyDays is 500, and the vault's lock allows 35 to 400 days"],
    [{ ...retention, continuousDays: 36 }, lock, "continuousDays is 36, and AWS keeps a point in time at most 35 days"],
    [retention, { ...lock, graceDays: 2 }, "graceDays is 2, and AWS allows no less than 3"],
  ])("are named: %#", (days, vaultLock, fault) => {
    expect(backupFaults(days, vaultLock)).toEqual([fault]);
  });

  test("are not those that it takes", () => {
    expect(backupFaults(retention, lock)).toEqual([]);
    expect(backupFaults(retention, { ...lock, mode: "governance", graceDays: 0 })).toEqual([]);
  });

  test("stop the program before anything is declared below the plan", async () => {
    const { seen } = await run(() => {
      expect(() => declare({ retention: { ...retention, dailyDays: 7 } })).toThrow("backups of privatesales-prod cannot be as they are declared: dailyDays is 7");
    });
    expect(ofKind(seen, "Vault")).toEqual([]);
  });
});

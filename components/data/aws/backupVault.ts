import * as backup from "@pulumi/aws/backup/index.js";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../../security/encryptionKey.ts";
import { dataOptions, platformTags } from "../../shared/aws.ts";
import type { VaultLock } from "./backupRules.ts";

export interface BackupVaultArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  readonly lock: VaultLock;
}

/** Name of the vault, the same in every region. */
export const vaultName = (prefix: string): string => `${prefix}-backup`;

/** A locked vault for recovery points, with a key of its own: whoever loses the data's key still has these. */
export class BackupVault extends pulumi.ComponentResource {
  /** Plain. */
  readonly vaultName: string;
  /** Plain. */
  readonly arn: string;
  readonly vault: backup.Vault;

  constructor(name: string, args: BackupVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:BackupVault", name, {}, opts);
    const { prefix, region, accountId, protection, lock } = args;
    this.vaultName = vaultName(prefix);
    this.arn = `arn:aws:backup:${region}:${accountId}:backup-vault:${this.vaultName}`;
    const key = new EncryptionKey(
      `${name}-key`,
      { description: `Backups of ${prefix} in ${region}`, alias: `${prefix}/backup`, accountId, part: "data", protection },
      { parent: this },
    );
    const kept = { parent: this, ...dataOptions(protection) };
    this.vault = new backup.Vault(
      `${name}-vault`,
      { name: this.vaultName, kmsKeyArn: key.arn, forceDestroy: false, tags: platformTags("data") },
      kept,
    );
    new backup.VaultLockConfiguration(
      `${name}-lock`,
      {
        backupVaultName: this.vault.name,
        minRetentionDays: lock.minDays,
        maxRetentionDays: lock.maxDays,
        // With a grace the lock becomes final when it is over; without one it is governance.
        ...(lock.mode === "compliance" ? { changeableForDays: lock.graceDays } : {}),
      },
      kept,
    );
    this.registerOutputs({ arn: this.arn });
  }
}

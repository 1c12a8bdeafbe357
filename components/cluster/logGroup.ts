import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../security/encryptionKey.ts";
import { dataOptions, platformTags, type Statement } from "../shared/aws.ts";

export interface LogGroupArgs {
  /** Name of the log group, e.g. `/aws/eks/privatesales-prod/cluster`. */
  readonly logGroup: string;
  /** Alias of its key without `alias/`, e.g. `privatesales-prod/cluster-logs`. */
  readonly keyAlias: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  /** Days; one of the values that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, … */
  readonly retentionDays: number;
}

/** ARN of a log group; its streams are `<arn>:*`. */
export const logGroupArn = (region: string, accountId: string, logGroup: string): string =>
  `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`;

/**
 * Lets CloudWatch Logs use a key, for one log group only.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export const logsUseKey = (region: string, arn: string): Statement => ({
  Sid: "LogsOfOneGroup",
  Effect: "Allow",
  Principal: { Service: `logs.${region}.amazonaws.com` },
  Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
  // A key policy speaks of its own key only.
  Resource: "*",
  Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": arn } },
});

/** A CloudWatch log group with a key of its own, made before the service that would otherwise make it, without either. */
export class LogGroup extends pulumi.ComponentResource {
  /** Plain, without `:*`. */
  readonly arn: string;
  readonly group: pulumi.Resource;

  constructor(name: string, args: LogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:LogGroup", name, {}, opts);
    const { logGroup, keyAlias, region, accountId, protection, retentionDays } = args;
    this.arn = logGroupArn(region, accountId, logGroup);
    const key = new EncryptionKey(
      `${name}-key`,
      {
        description: `Logs of ${logGroup}`,
        alias: keyAlias,
        accountId,
        part: "cluster",
        protection,
        statements: [logsUseKey(region, this.arn)],
      },
      { parent: this },
    );
    this.group = new cloudwatch.LogGroup(
      `${name}-group`,
      {
        name: logGroup,
        kmsKeyId: key.arn,
        retentionInDays: retentionDays,
        deletionProtectionEnabled: protection === "on",
        tags: platformTags("cluster"),
      },
      { parent: this, ...dataOptions(protection) },
    );
    this.registerOutputs({ arn: this.arn });
  }
}

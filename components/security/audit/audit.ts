import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../encryptionKey.ts";
import { AccountServices } from "./accountServices.ts";
import { LogBucket, type ObjectLock } from "./logBucket.ts";
import { NotificationTopic } from "./notificationTopic.ts";
import { accessLogStatements, ALERT_PUBLISHERS, auditNames, keyStatements, type AuditScope } from "./policies.ts";
import { AuditTrail } from "./trail.ts";

export interface AuditArgs extends AuditScope {
  readonly protection: "on" | "off";
  readonly notifications: {
    /** Who hears of alarms and findings (SUPER_ADMIN). SNS asks each to confirm, once. */
    readonly emails: readonly string[];
  };
  /** ARNs of the buckets that hold tenants' data: every read and write of their objects is recorded. */
  readonly buckets: readonly string[];
  /** Days that trail, access logs and configuration history are kept. */
  readonly retentionDays: number;
  /** Makes the trail's files unalterable. Default: none. Can be turned on at creation only. */
  readonly objectLock?: ObjectLock;
  /**
   * Config, GuardDuty, Security Hub and Inspector are there once in an account and region. `managed`: this stack has them.
   * `external`: another stack of the account, or the organisation's security account, does, and routes their findings too.
   */
  readonly accountServices: "managed" | "external";
  /** Whether the account runs Lambda functions. Default: `none`. */
  readonly functions?: "used" | "none";
  /** AWS services that publish to the topic beside CloudWatch, EventBridge and the two of billing. Default: none. */
  readonly publishers?: readonly string[];
}

/**
 * Who did what, what changed, what is wrong with it, and who hears of it: CloudTrail, AWS Config, GuardDuty, Security Hub,
 * Inspector, and the topic that all alarms of the stack's region go to.
 */
export class Audit extends pulumi.ComponentResource {
  /** Topic of alarms and findings. */
  readonly topicArn: pulumi.Output<string>;
  /** Takes S3's own access logs of every bucket of the region. */
  readonly accessLogBucket: pulumi.Output<string>;
  readonly trailArn: pulumi.Output<string>;
  /** Must be there before an alarm, a budget or a rule names the topic, or a bucket logs. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:Audit", name, {}, opts);
    const names = auditNames(args);
    const { prefix, accountId, protection, retentionDays, functions = "none" } = args;
    const publishers = [...ALERT_PUBLISHERS, ...(args.publishers ?? [])];
    const child = { parent: this };
    const key = new EncryptionKey(
      `${name}-encryption`,
      {
        description: "Trail, configuration history and alarms",
        alias: `${prefix}/audit`,
        accountId,
        part: "security",
        protection,
        statements: keyStatements(args, publishers),
      },
      child,
    );
    const accessLogs = new LogBucket(
      `${name}-access-logs`,
      {
        bucket: names.accessLogBucket,
        part: "security",
        protection,
        encryption: { kind: "s3" },
        retentionDays,
        statements: accessLogStatements(args),
      },
      child,
    );
    const alerts = new NotificationTopic(
      `${name}-alerts`,
      { ...args, topic: names.alertsTopic, keyArn: key.arn, publishers, emails: args.notifications.emails },
      child,
    );
    const shared = { ...args, keyArn: key.arn, accessLogBucket: accessLogs.bucket };
    const trail = new AuditTrail(`${name}-trail`, shared, { ...child, dependsOn: [...accessLogs.ready] });
    if (args.accountServices === "managed") {
      new AccountServices(`${name}-account`, { ...shared, functions, topicArn: alerts.arn }, { ...child, dependsOn: [...accessLogs.ready, ...alerts.ready] });
    }
    this.topicArn = alerts.arn;
    this.accessLogBucket = accessLogs.bucket;
    this.trailArn = trail.arn;
    this.ready = [...alerts.ready, ...accessLogs.ready];
    this.registerOutputs({ topicArn: this.topicArn, trailArn: this.trailArn });
  }
}

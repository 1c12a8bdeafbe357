import * as cloudtrail from "@pulumi/aws/cloudtrail/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags, policyDocument, type Statement } from "../../shared/aws.ts";
import { LogBucket, type ObjectLock } from "./logBucket.ts";
import { NotificationTopic } from "./notificationTopic.ts";
import { auditNames, trailBucketStatements, trailLogStatements, type AuditScope } from "./policies.ts";

export interface AuditTrailArgs extends AuditScope {
  readonly protection: "on" | "off";
  readonly keyArn: pulumi.Input<string>;
  /** Days that the trail's files are kept. */
  readonly retentionDays: number;
  /** ARNs of the buckets whose every read and write is recorded. */
  readonly buckets: readonly string[];
  readonly accessLogBucket: pulumi.Input<string>;
  readonly objectLock?: ObjectLock;
}

/** The only periods that CloudWatch Logs knows, in days. */
const LOG_RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** The shortest period of CloudWatch Logs that is not shorter than `days`; its longest, ten years, where none is. */
export const logRetentionDays = (days: number): number => LOG_RETENTION.find((period) => period >= days) ?? 3653;

/** A role can be given to a trail of its own account only, and CloudTrail names no source when it takes one on. */
const TRUST: Statement = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" };

interface EventSelector {
  readonly name: string;
  readonly fieldSelectors: { readonly field: string; readonly equals?: string[]; readonly startsWiths?: string[] }[];
}

/**
 * All calls of the account, and all reads and writes of objects in `buckets` (ARNs). Never those of the trail's own bucket:
 * each delivery would be an event of the next. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
 */
export function eventSelectors(buckets: readonly string[]): EventSelector[] {
  const calls: EventSelector = { name: "every call", fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }] };
  if (buckets.length === 0) return [calls];
  return [
    calls,
    {
      name: "objects of the data buckets",
      fieldSelectors: [
        { field: "eventCategory", equals: ["Data"] },
        { field: "resources.type", equals: ["AWS::S3::Object"] },
        { field: "resources.ARN", startsWiths: buckets.map((arn) => `${arn}/`) },
      ],
    },
  ];
}

/** The record of who did what: in a bucket that only this trail writes to, and in CloudWatch for queries. */
export class AuditTrail extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly bucket: pulumi.Output<string>;
  /** Name of the log group. */
  readonly logGroup: string;

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:AuditTrail", name, {}, opts);
    const names = auditNames(args);
    const { keyArn, protection, objectLock } = args;
    const bucket = new LogBucket(
      `${name}-files`,
      {
        bucket: names.trailBucket,
        part: "security",
        protection,
        encryption: { kind: "kms", keyArn },
        retentionDays: args.retentionDays,
        statements: trailBucketStatements(args),
        accessLogBucket: args.accessLogBucket,
        ...(objectLock === undefined ? {} : { objectLock }),
      },
      { parent: this },
    );
    const deliveries = new NotificationTopic(
      `${name}-deliveries`,
      { ...args, topic: names.deliveriesTopic, publishers: ["cloudtrail.amazonaws.com"], emails: [] },
      { parent: this },
    );
    const logs = this.declareLogs(name, args);
    const trail = new cloudtrail.Trail(
      `${name}-trail`,
      {
        name: names.trail,
        s3BucketName: bucket.bucket,
        kmsKeyId: keyArn,
        enableLogging: true,
        enableLogFileValidation: true,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        advancedEventSelectors: eventSelectors(args.buckets),
        insightSelectors: [{ insightType: "ApiCallRateInsight" }, { insightType: "ApiErrorRateInsight" }],
        // CloudTrail wants all streams of the group, written as a suffix.
        cloudWatchLogsGroupArn: pulumi.interpolate`${logs.group.arn}:*`,
        cloudWatchLogsRoleArn: logs.role.arn,
        snsTopicName: deliveries.arn,
        tags: platformTags("security"),
      },
      { parent: this, dependsOn: [...bucket.ready, ...deliveries.ready, logs.policy] },
    );
    this.arn = trail.arn;
    this.bucket = bucket.bucket;
    this.logGroup = names.logGroup;
    this.registerOutputs({ arn: this.arn });
  }

  private declareLogs(name: string, args: AuditTrailArgs): { group: cloudwatch.LogGroup; role: iam.Role; policy: iam.RolePolicy } {
    const group = new cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: auditNames(args).logGroup,
        kmsKeyId: args.keyArn,
        // A year at least: what came before an incident is asked for long after it.
        retentionInDays: logRetentionDays(Math.max(365, args.retentionDays)),
        deletionProtectionEnabled: args.protection === "on",
        tags: platformTags("security"),
      },
      { parent: this, ...dataOptions(args.protection) },
    );
    const role = new iam.Role(
      `${name}-logs-role`,
      {
        name: `${args.prefix}-audit-logs`,
        assumeRolePolicy: policyDocument(TRUST),
        tags: platformTags("security"),
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-logs-policy`,
      { role: role.name, policy: policyDocument(...trailLogStatements(args)) },
      { parent: this },
    );
    return { group, role, policy };
  }
}

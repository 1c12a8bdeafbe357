import type { Statement } from "../../shared/aws.ts";
import { bucketArn } from "./logBucket.ts";
import { topicArn } from "./notificationTopic.ts";

/** What the names of the audit's parts are made from. */
export interface AuditScope {
  /** E.g. `privatesales-prod`. */
  readonly prefix: string;
  /** E.g. `ap-northeast-2`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

export interface AuditNames {
  readonly trail: string;
  readonly trailArn: string;
  readonly trailBucket: string;
  readonly accessLogBucket: string;
  readonly configBucket: string;
  readonly logGroup: string;
  readonly logGroupArn: string;
  /** Alarms and findings: people hear of it. */
  readonly alertsTopic: string;
  /** One message a delivered log file: for tools. */
  readonly deliveriesTopic: string;
}

export function auditNames({ prefix, region, accountId }: AuditScope): AuditNames {
  const trail = `${prefix}-audit`;
  const logGroup = `/${prefix}/audit/cloudtrail`;
  return {
    trail,
    trailArn: `arn:aws:cloudtrail:${region}:${accountId}:trail/${trail}`,
    trailBucket: `${prefix}-audit-${accountId}`,
    accessLogBucket: `${prefix}-access-logs-${accountId}`,
    configBucket: `${prefix}-config-${accountId}`,
    logGroup,
    logGroupArn: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`,
    alertsTopic: `${prefix}-alerts`,
    deliveriesTopic: `${prefix}-audit-deliveries`,
  };
}

/** Services that publish to the topic of alarms. */
export const ALERT_PUBLISHERS = [
  "budgets.amazonaws.com",
  "cloudwatch.amazonaws.com",
  "costalerts.amazonaws.com",
  "events.amazonaws.com",
] as const;

/**
 * Lets services encrypt messages to one topic. Not every service names its source when it uses a key, EventBridge for one,
 * but SNS always names the topic; whose resources may publish is the topic's own policy.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export const publisherStatement = (Sid: string, publishers: readonly string[], topic: string): Statement => ({
  Sid,
  Effect: "Allow",
  Principal: { Service: publishers },
  Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
  Resource: "*",
  Condition: { StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": topic } },
});

/** What services may do with the audit's key: each with its own data, for this account's resources. */
export function keyStatements(scope: AuditScope, publishers: readonly string[]): readonly Statement[] {
  const names = auditNames(scope);
  return [
    {
      // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
      Sid: "TrailEncrypts",
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceArn": names.trailArn } },
    },
    {
      Sid: "TrailDescribes",
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: "kms:DescribeKey",
      Resource: "*",
    },
    {
      Sid: "LogGroup",
      Effect: "Allow",
      Principal: { Service: `logs.${scope.region}.amazonaws.com` },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: "*",
      Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": names.logGroupArn } },
    },
    {
      Sid: "Configuration",
      Effect: "Allow",
      Principal: { Service: "config.amazonaws.com" },
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": scope.accountId } },
    },
    publisherStatement("AlertPublishers", publishers, topicArn({ ...scope, topic: names.alertsTopic })),
    publisherStatement("DeliveryPublisher", ["cloudtrail.amazonaws.com"], topicArn({ ...scope, topic: names.deliveriesTopic })),
  ];
}

/** This trail, and no other, writes to its bucket: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
export function trailBucketStatements(scope: AuditScope): readonly Statement[] {
  const { trailBucket, trailArn } = auditNames(scope);
  const trail = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } } as const;
  return [
    {
      ...trail,
      Sid: "TrailReadsAcl",
      Action: "s3:GetBucketAcl",
      Resource: bucketArn(trailBucket),
      Condition: { StringEquals: { "aws:SourceArn": trailArn } },
    },
    {
      ...trail,
      Sid: "TrailWrites",
      Action: "s3:PutObject",
      Resource: `${bucketArn(trailBucket)}/AWSLogs/${scope.accountId}/*`,
      Condition: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}

/** https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html */
export function configBucketStatements(scope: AuditScope): readonly Statement[] {
  const bucket = bucketArn(auditNames(scope).configBucket);
  const config = { Effect: "Allow", Principal: { Service: "config.amazonaws.com" } } as const;
  const ofAccount = { "aws:SourceAccount": scope.accountId };
  return [
    { ...config, Sid: "ConfigReads", Action: ["s3:GetBucketAcl", "s3:ListBucket"], Resource: bucket, Condition: { StringEquals: ofAccount } },
    {
      ...config,
      Sid: "ConfigWrites",
      Action: "s3:PutObject",
      Resource: `${bucket}/AWSLogs/${scope.accountId}/Config/*`,
      Condition: { StringEquals: { ...ofAccount, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}

/** S3 delivers the access logs of this account's buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
export const accessLogStatements = (scope: AuditScope): readonly Statement[] => [
  {
    Sid: "BucketsDeliver",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn(auditNames(scope).accessLogBucket)}/*`,
    Condition: { StringEquals: { "aws:SourceAccount": scope.accountId } },
  },
];

/** What the trail's role may do: write to the streams of its own group, which CloudTrail names after account and region. */
export const trailLogStatements = (scope: AuditScope): readonly Statement[] => [
  {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${auditNames(scope).logGroupArn}:log-stream:${scope.accountId}_CloudTrail_${scope.region}*`,
  },
];

import { bucketArn, tlsOnly } from "../../security/audit/logBucket.ts";
import type { Statement } from "../../shared/aws.ts";

/** Refuses TLS before 1.2. */
const tlsVersion = (bucket: string): Statement => ({
  Sid: "Tls12",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn(bucket), `${bucketArn(bucket)}/*`],
  Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
});

/**
 * Refuses an upload that asks for another encryption, or another key, than the bucket's. One that asks for none gets the
 * bucket's: hence the `Null` conditions, without which it would be refused.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
const onlyKey = (bucket: string, keyArn: string): readonly Statement[] => {
  const algorithm = "s3:x-amz-server-side-encryption";
  const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  const upload = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${bucketArn(bucket)}/*` } as const;
  return [
    { ...upload, Sid: "KmsOnly", Condition: { Null: { [algorithm]: "false" }, StringNotEquals: { [algorithm]: "aws:kms" } } },
    { ...upload, Sid: "OwnKeyOnly", Condition: { Null: { [key]: "false" }, StringNotEquals: { [key]: keyArn } } },
  ];
};

/** What every bucket with data refuses, whoever asks. */
export const bucketRefusals = (bucket: string, keyArn: string): readonly Statement[] => [
  tlsOnly(bucket),
  tlsVersion(bucket),
  ...onlyKey(bucket, keyArn),
];

/** Lets S3 deliver the access logs of this account's buckets; nobody else writes there. */
export const accessLogDelivery = (logBucket: string, accountId: string, sources: readonly string[]): Statement => ({
  Sid: "AccessLogs",
  Effect: "Allow",
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: `${bucketArn(logBucket)}/*`,
  Condition: { ArnLike: { "aws:SourceArn": sources.map(bucketArn) }, StringEquals: { "aws:SourceAccount": accountId } },
});

/**
 * Lets CloudFront read what is encrypted with a key. Which distribution may read is the bucket policy's decision; the key
 * cannot name it, since the distribution needs the bucket and the bucket the key.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export const cloudFrontDecrypts = (accountId: string): Statement => ({
  Sid: "CloudFrontOfThisAccount",
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "kms:Decrypt",
  Resource: "*",
  Condition: {
    ArnLike: { "aws:SourceArn": `arn:aws:cloudfront::${accountId}:distribution/*` },
    StringEquals: { "aws:SourceAccount": accountId },
  },
});

interface ReplicationPath {
  readonly source: { readonly bucket: string; readonly region: string; readonly keyArn: string };
  readonly target: { readonly bucket: string; readonly region: string; readonly keyArn: string };
}

/**
 * What S3 needs to copy locked and encrypted objects.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export const replicationStatements = ({ source, target }: ReplicationPath): readonly Statement[] => [
  {
    Effect: "Allow",
    Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
    Resource: bucketArn(source.bucket),
  },
  {
    Effect: "Allow",
    Action: [
      "s3:GetObjectVersionForReplication",
      "s3:GetObjectVersionAcl",
      "s3:GetObjectVersionTagging",
      "s3:GetObjectRetention",
      "s3:GetObjectLegalHold",
    ],
    Resource: `${bucketArn(source.bucket)}/*`,
  },
  {
    Effect: "Allow",
    Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
    Resource: `${bucketArn(target.bucket)}/*`,
  },
  {
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: source.keyArn,
    Condition: { StringEquals: { "kms:ViaService": `s3.${source.region}.amazonaws.com` } },
  },
  {
    Effect: "Allow",
    Action: ["kms:Encrypt", "kms:GenerateDataKey"],
    Resource: target.keyArn,
    Condition: { StringEquals: { "kms:ViaService": `s3.${target.region}.amazonaws.com` } },
  },
];

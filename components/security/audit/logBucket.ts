import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags, policyDocument, type Statement } from "../../shared/aws.ts";

export type LogEncryption =
  | { readonly kind: "kms"; readonly keyArn: pulumi.Input<string> }
  /** Keys of S3 itself: the only kind that S3 can deliver its own access logs under. */
  | { readonly kind: "s3" };

/** Object Lock: `compliance` binds the account's root user too, `governance` yields to a named permission. */
export interface ObjectLock {
  readonly mode: "compliance" | "governance";
  /** Days in which no version of an object can be deleted or overwritten. */
  readonly days: number;
}

export interface LogBucketArgs {
  /** Name of the bucket, unique in all of AWS: ends with the account id. */
  readonly bucket: string;
  /** Folder under components/ that the bucket belongs to, for cost. */
  readonly part: string;
  readonly protection: "on" | "off";
  readonly encryption: LogEncryption;
  /** Days until an object is deleted. */
  readonly retentionDays: number;
  /** Who writes to it. Nobody may do so without TLS, whatever stands here. */
  readonly statements: readonly Statement[];
  /** Bucket that takes S3's own access logs of this one; none for the bucket that takes them. */
  readonly accessLogBucket?: pulumi.Input<string>;
  /** Default: none. Can be turned on at creation only. */
  readonly objectLock?: ObjectLock;
}

/** Days that an overwritten or deleted version is kept. */
const NONCURRENT_DAYS = 30;

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;

/** Refuses every request that is not made over TLS. */
export const tlsOnly = (bucket: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn(bucket), `${bucketArn(bucket)}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** A private bucket for what AWS services deliver: trails, configuration history, access logs, bills. */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  /** What must be there before a service delivers. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:LogBucket", name, {}, opts);
    const { objectLock } = args;
    const bucket = new s3.Bucket(
      `${name}-bucket`,
      { bucket: args.bucket, objectLockEnabled: objectLock !== undefined, tags: platformTags(args.part) },
      { parent: this, ...dataOptions(args.protection) },
    );
    this.bucket = bucket.bucket;
    const access = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      { bucket: this.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );
    const policy = new s3.BucketPolicy(
      `${name}-policy`,
      { bucket: this.bucket, policy: policyDocument(tlsOnly(args.bucket), ...args.statements) },
      { parent: this, dependsOn: [access] },
    );
    this.ready = [policy, ...this.declareStorage(name, args)];
    this.registerOutputs({ bucket: this.bucket });
  }

  private declareStorage(name: string, args: LogBucketArgs): readonly pulumi.Resource[] {
    const { bucket } = this;
    const child = { parent: this };
    const versioning = new s3.BucketVersioning(`${name}-versioning`, { bucket, versioningConfiguration: { status: "Enabled" } }, child);
    const encryption = new s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, { bucket, rules: [encryptionRule(args.encryption)] }, child);
    const ownership = new s3.BucketOwnershipControls(`${name}-ownership`, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, child);
    const afterVersioning = { ...child, dependsOn: [versioning] };
    new s3.BucketLifecycleConfiguration(`${name}-lifecycle`, { bucket, rules: [lifecycleRule(args.retentionDays)] }, afterVersioning);
    if (args.accessLogBucket !== undefined) {
      new s3.BucketLogging(`${name}-access-logs`, { bucket, targetBucket: args.accessLogBucket, targetPrefix: `${args.bucket}/` }, child);
    }
    if (args.objectLock !== undefined) {
      const { mode, days } = args.objectLock;
      const rule = { defaultRetention: { mode: mode === "compliance" ? "COMPLIANCE" : "GOVERNANCE", days } };
      new s3.BucketObjectLockConfiguration(`${name}-object-lock`, { bucket, rule }, afterVersioning);
    }
    return [versioning, encryption, ownership];
  }
}

type EncryptionRule = s3.BucketServerSideEncryptionConfigurationArgs["rules"] extends pulumi.Input<(infer Rule)[]> ? Rule : never;

function encryptionRule(encryption: LogEncryption): EncryptionRule {
  switch (encryption.kind) {
    case "kms":
      return { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: encryption.keyArn }, bucketKeyEnabled: true };
    case "s3":
      return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  }
}

const lifecycleRule = (retentionDays: number): {
  readonly id: string;
  readonly status: "Enabled";
  readonly filter: { readonly prefix: string };
  readonly expiration: { readonly days: number };
  readonly noncurrentVersionExpiration: { readonly noncurrentDays: number };
  readonly abortIncompleteMultipartUpload: { readonly daysAfterInitiation: number };
} => ({
  id: "retention",
  status: "Enabled",
  // An empty prefix is every object; a rule without a filter is refused.
  filter: { prefix: "" },
  expiration: { days: retentionDays },
  noncurrentVersionExpiration: { noncurrentDays: NONCURRENT_DAYS },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
});

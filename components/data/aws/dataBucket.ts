import * as s3 from "@pulumi/aws/s3/index.js";
import type { input } from "@pulumi/aws/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectLock } from "../../security/audit/logBucket.ts";
import { dataOptions, platformTags, policyDocument, type Statement } from "../../shared/aws.ts";
import { bucketRefusals } from "./bucketPolicies.ts";

export interface DataBucketArgs {
  /** Name of the bucket, unique in all of AWS: holds the account id. */
  readonly bucket: string;
  readonly protection: "on" | "off";
  readonly keyArn: pulumi.Input<string>;
  readonly lifecycle: readonly input.s3.BucketLifecycleConfigurationRule[];
  /** Bucket of the same region that takes the access logs. */
  readonly accessLogBucket: pulumi.Input<string>;
  /** Default: none. Can be turned on at creation only. */
  readonly objectLock?: ObjectLock;
  /** Who may do what beside the account's own roles. Default: nobody. */
  readonly statements?: pulumi.Input<readonly Statement[]>;
}

/** A private, versioned, encrypted bucket for what tenants own. */
export class DataBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  /** Replication needs it, at both ends. */
  readonly versioning: s3.BucketVersioning;
  /** What must be there before somebody writes. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: DataBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:DataBucket", name, {}, opts);
    const { objectLock } = args;
    const bucket = new s3.Bucket(
      `${name}-bucket`,
      { bucket: args.bucket, objectLockEnabled: objectLock !== undefined, forceDestroy: false, tags: platformTags("data") },
      { parent: this, ...dataOptions(args.protection) },
    );
    this.bucket = bucket.bucket;
    this.versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: this.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    this.ready = [this.declarePolicy(name, args), this.declareEncryption(name, args), this.versioning];
    this.declareKeeping(name, args);
    this.registerOutputs({ bucket: this.bucket });
  }

  private declarePolicy(name: string, args: DataBucketArgs): pulumi.Resource {
    const { bucket } = this;
    const access = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );
    const ownership = new s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      // S3 refuses two changes of one bucket's access at once.
      { parent: this, dependsOn: [access] },
    );
    const policy = pulumi
      .all([args.keyArn, args.statements ?? []])
      .apply(([keyArn, statements]) => policyDocument(...bucketRefusals(args.bucket, keyArn), ...statements));
    return new s3.BucketPolicy(`${name}-policy`, { bucket, policy }, { parent: this, dependsOn: [access, ownership] });
  }

  private declareEncryption(name: string, { keyArn }: DataBucketArgs): pulumi.Resource {
    return new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: this.bucket,
        rules: [
          { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn }, bucketKeyEnabled: true },
        ],
      },
      { parent: this },
    );
  }

  private declareKeeping(name: string, args: DataBucketArgs): void {
    const { bucket } = this;
    const versioned = { parent: this, dependsOn: [this.versioning] };
    new s3.BucketLifecycleConfiguration(`${name}-lifecycle`, { bucket, rules: [...args.lifecycle] }, versioned);
    new s3.BucketLogging(
      `${name}-logging`,
      { bucket, targetBucket: args.accessLogBucket, targetPrefix: `${args.bucket}/` },
      { parent: this },
    );
    // AWS Backup learns of changed objects by events.
    new s3.BucketNotification(`${name}-events`, { bucket, eventbridge: true }, { parent: this });
    if (args.objectLock === undefined) return;
    const { mode, days } = args.objectLock;
    new s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket, objectLockEnabled: "Enabled", rule: { defaultRetention: { mode: mode === "compliance" ? "COMPLIANCE" : "GOVERNANCE", days } } },
      { ...versioned, ...dataOptions(args.protection) },
    );
  }
}

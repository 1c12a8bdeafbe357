import type { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { bucketArn, LogBucket, type ObjectLock } from "../../security/audit/logBucket.ts";
import { EncryptionKey } from "../../security/encryptionKey.ts";
import type { Statement } from "../../shared/aws.ts";
import { assetRules, dumpRules, type RetentionClass } from "./bucketLifecycle.ts";
import { accessLogDelivery, cloudFrontDecrypts } from "./bucketPolicies.ts";
import { DataBucket } from "./dataBucket.ts";
import { DumpReplication } from "./dumpReplication.ts";

export interface ObjectStorageArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits; a part of every bucket's name. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  /** Whoever may read assets beside tenants: CloudFront, by statements that name the assets bucket. */
  readonly readers: pulumi.Input<readonly Statement[]>;
  /** Days that an overwritten or deleted asset can be had back. */
  readonly assetVersionDays: number;
  readonly dumps: {
    /** Kinds of dumps by how long they are kept. */
    readonly classes: readonly RetentionClass[];
    readonly lock: ObjectLock;
    /** A second region that holds a copy of every dump, or none. */
    readonly replica: { readonly provider: Provider; readonly region: string } | undefined;
  };
  /** Days that access logs are kept. */
  readonly logRetentionDays: number;
}

export type BucketKind = "assets" | "dumps" | "dumps-replica" | "access-logs" | "access-logs-replica";

/** Name of a bucket, plain: policies and other regions name it before it exists. */
export const bucketName = (prefix: string, accountId: string, kind: BucketKind): string => `${prefix}-${accountId}-${kind}`;

/** Buckets of the tenants' files and dumps; every tenant has a prefix of its own in each. */
export class ObjectStorage extends pulumi.ComponentResource {
  readonly assetsBucket: string;
  readonly assetsBucketArn: string;
  /** Host of the assets bucket, e.g. for an origin of CloudFront. */
  readonly assetsDomain: string;
  readonly assetsKeyArn: pulumi.Output<string>;
  readonly dumpsBucket: string;
  readonly dumpsBucketArn: string;
  readonly dumpsKeyArn: pulumi.Output<string>;
  /** What must be there before somebody writes. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ObjectStorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:ObjectStorage", name, {}, opts);
    const { prefix, region, accountId } = args;
    const logs = this.declareLogs(`${name}-access-logs`, args, "access-logs", ["assets", "dumps"]);
    const assetsKey = this.declareKey(`${name}-assets-key`, args, "assets", [cloudFrontDecrypts(accountId)]);
    const assets = this.declareAssets(name, args, assetsKey, logs);
    const dumpsKey = this.declareKey(`${name}-dumps-key`, args, "dumps", []);
    const dumps = this.declareDumps(`${name}-dumps`, args, "dumps", dumpsKey, logs);
    if (args.dumps.replica !== undefined) this.declareReplica(name, args, args.dumps.replica, { bucket: dumps, key: dumpsKey });
    this.assetsBucket = bucketName(prefix, accountId, "assets");
    this.assetsBucketArn = bucketArn(this.assetsBucket);
    this.assetsDomain = `${this.assetsBucket}.s3.${region}.amazonaws.com`;
    this.assetsKeyArn = assetsKey.arn;
    this.dumpsBucket = bucketName(prefix, accountId, "dumps");
    this.dumpsBucketArn = bucketArn(this.dumpsBucket);
    this.dumpsKeyArn = dumpsKey.arn;
    this.ready = [...assets.ready, ...dumps.ready];
    this.registerOutputs({ assetsBucket: this.assetsBucket, dumpsBucket: this.dumpsBucket });
  }

  private declareKey(
    name: string,
    { prefix, accountId, protection }: ObjectStorageArgs,
    holds: "assets" | "dumps",
    statements: readonly Statement[],
    provider?: Provider,
  ): EncryptionKey {
    return new EncryptionKey(
      name,
      { description: `Bucket of ${holds} of ${prefix}`, alias: `${prefix}/${holds}`, accountId, part: "data", protection, statements },
      { parent: this, ...(provider === undefined ? {} : { provider }) },
    );
  }

  /** S3 delivers access logs within a region only, and under its own keys only. */
  private declareLogs(
    name: string,
    { prefix, accountId, protection, logRetentionDays }: ObjectStorageArgs,
    kind: BucketKind,
    of: readonly BucketKind[],
    provider?: Provider,
  ): LogBucket {
    const bucket = bucketName(prefix, accountId, kind);
    const sources = of.map((source) => bucketName(prefix, accountId, source));
    return new LogBucket(
      name,
      {
        bucket,
        part: "data",
        protection,
        encryption: { kind: "s3" },
        retentionDays: logRetentionDays,
        statements: [accessLogDelivery(bucket, accountId, sources)],
      },
      { parent: this, ...(provider === undefined ? {} : { provider }) },
    );
  }

  private declareAssets(name: string, args: ObjectStorageArgs, key: EncryptionKey, logs: LogBucket): DataBucket {
    return new DataBucket(
      `${name}-assets`,
      {
        bucket: bucketName(args.prefix, args.accountId, "assets"),
        protection: args.protection,
        keyArn: key.arn,
        lifecycle: assetRules(args.assetVersionDays),
        accessLogBucket: logs.bucket,
        statements: args.readers,
      },
      { parent: this },
    );
  }

  private declareDumps(
    name: string,
    { prefix, accountId, protection, dumps }: ObjectStorageArgs,
    kind: "dumps" | "dumps-replica",
    key: EncryptionKey,
    logs: LogBucket,
    provider?: Provider,
  ): DataBucket {
    return new DataBucket(
      name,
      {
        bucket: bucketName(prefix, accountId, kind),
        protection,
        keyArn: key.arn,
        lifecycle: dumpRules(dumps.classes),
        accessLogBucket: logs.bucket,
        objectLock: dumps.lock,
      },
      { parent: this, ...(provider === undefined ? {} : { provider }) },
    );
  }

  private declareReplica(
    name: string,
    args: ObjectStorageArgs,
    { provider, region }: { readonly provider: Provider; readonly region: string },
    source: { readonly bucket: DataBucket; readonly key: EncryptionKey },
  ): void {
    const { prefix, accountId } = args;
    const logs = this.declareLogs(`${name}-access-logs-replica`, args, "access-logs-replica", ["dumps-replica"], provider);
    const key = this.declareKey(`${name}-dumps-replica-key`, args, "dumps", [], provider);
    const replica = this.declareDumps(`${name}-dumps-replica`, args, "dumps-replica", key, logs, provider);
    new DumpReplication(
      `${name}-replication`,
      {
        prefix,
        source: { bucket: bucketName(prefix, accountId, "dumps"), region: args.region, keyArn: source.key.arn, versioning: source.bucket.versioning },
        target: { bucket: bucketName(prefix, accountId, "dumps-replica"), region, keyArn: key.arn, versioning: replica.versioning },
      },
      { parent: this },
    );
  }
}

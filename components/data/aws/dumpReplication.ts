import * as iam from "@pulumi/aws/iam/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import type { input } from "@pulumi/aws/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import { bucketArn } from "../../security/audit/logBucket.ts";
import { platformTags, policyDocument } from "../../shared/aws.ts";
import { replicationStatements } from "./bucketPolicies.ts";

/** One end of a replication. */
interface End {
  /** Name of the bucket. */
  readonly bucket: string;
  readonly region: string;
  readonly keyArn: pulumi.Input<string>;
  /** Versioning has to be on at both ends before. */
  readonly versioning: pulumi.Resource;
}

export interface DumpReplicationArgs {
  readonly prefix: string;
  readonly source: End;
  readonly target: End;
}

/** Minutes that S3 promises for a copy; only these are there to choose. */
const REPLICATION_MINUTES = 15;

/** Copies every dump to the second region within a quarter of an hour, lock and tags included; deletions stay behind. */
export class DumpReplication extends pulumi.ComponentResource {
  constructor(name: string, args: DumpReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:DumpReplication", name, {}, opts);
    const { prefix, source, target } = args;
    const child = { parent: this };
    const role = new iam.Role(
      `${name}-role`,
      {
        name: `${prefix}-dump-replication`,
        description: "S3 copies dumps to the second region",
        // S3 states no source account when it replicates; only this account can put the role on a bucket.
        assumeRolePolicy: policyDocument({ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }),
        tags: platformTags("data"),
      },
      child,
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        name: "replication",
        role: role.name,
        policy: pulumi.all([source.keyArn, target.keyArn]).apply(([sourceKey, targetKey]) =>
          policyDocument(
            ...replicationStatements({
              source: { bucket: source.bucket, region: source.region, keyArn: sourceKey },
              target: { bucket: target.bucket, region: target.region, keyArn: targetKey },
            }),
          ),
        ),
      },
      child,
    );
    new s3.BucketReplicationConfig(
      `${name}-rules`,
      { bucket: source.bucket, role: role.arn, rules: [replicationRule(target)] },
      { ...child, dependsOn: [policy, source.versioning, target.versioning] },
    );
    this.registerOutputs();
  }
}

const replicationRule = (target: End): input.s3.BucketReplicationConfigRule => ({
  id: "dumps",
  status: "Enabled",
  priority: 1,
  filter: { prefix: "" },
  deleteMarkerReplication: { status: "Disabled" },
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
  destination: {
    bucket: bucketArn(target.bucket),
    storageClass: "STANDARD",
    encryptionConfiguration: { replicaKmsKeyId: target.keyArn },
    replicationTime: { status: "Enabled", time: { minutes: REPLICATION_MINUTES } },
    metrics: { status: "Enabled", eventThreshold: { minutes: REPLICATION_MINUTES } },
  },
});

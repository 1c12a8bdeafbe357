import { isRecord } from "../../wire.ts";
import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

/** https://docs.aws.amazon.com/general/latest/gr/s3.html: hosted zones of S3's website endpoints. */
const ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "ap-northeast-2": "Z3W03O7B5YMIYP",
  "us-east-1": "Z3AQBSTGFYJSTF",
};

const bucketId = (draft: Draft): string => draft.text("bucket");

/** A setting of a bucket, of which a bucket has one. */
const setting = (kind: string, file: string, replaceOn: readonly string[] = ["bucket"]): Row => ({
  type: `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  source: sourceOf(`s3/${file}`),
  replaceOn,
  id: bucketId,
  outputs: () => ({}),
});

const withOwner = ["bucket", "expectedBucketOwner"];

/** The bucket that an ARN or a name means. */
const nameOf = (arn: string): string => arn.split(":::").at(-1) ?? arn;

function isVersioned(draft: Draft, bucket: string): boolean {
  return draft.store.list("aws:s3/bucketVersioning:BucketVersioning").some(({ id, outputs }) => {
    const configuration: unknown = outputs["versioningConfiguration"];
    return id === bucket && isRecord(configuration) && configuration["status"] === "Enabled";
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html: both buckets keep versions. */
function refuseReplication(draft: Draft): string | undefined {
  if (!isVersioned(draft, draft.text("bucket"))) return "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration";
  const targets = draft.list("rules").map((rule) => {
    const destination = isRecord(rule) ? rule["destination"] : undefined;
    return isRecord(destination) ? nameOf(textOf(destination["bucket"])) : "";
  });
  return targets.every((target) => target === "" || isVersioned(draft, target)) ? undefined : "InvalidRequest: Destination bucket must have versioning enabled.";
}

export const s3: readonly Row[] = [
  {
    type: "aws:s3/bucket:Bucket",
    source: sourceOf("s3/bucket"),
    replaceOn: ["bucket", "bucketNamespace", "bucketPrefix", "objectLockEnabled"],
    unique: ["bucket"],
    scope: "world",
    exists: (name) => `BucketAlreadyExists: The requested bucket name is not available: ${name}. The bucket namespace is shared by all users of the system.`,
    autoname: "bucket",
    id: bucketId,
    outputs: (draft) => ({
      arn: `arn:aws:s3:::${draft.id}`,
      bucketDomainName: `${draft.id}.s3.amazonaws.com`,
      bucketRegion: draft.region,
      bucketRegionalDomainName: `${draft.id}.s3.${draft.region}.amazonaws.com`,
      hostedZoneId: ZONES[draft.region] ?? `Z${draft.upper(13, "zone")}`,
      objectLockEnabled: false,
    }),
    // No bucket here is a website.
    absent: ["websiteDomain", "websiteEndpoint"],
  },
  setting("BucketVersioning", "bucket_versioning", withOwner),
  setting("BucketPublicAccessBlock", "bucket_public_access_block"),
  setting("BucketServerSideEncryptionConfiguration", "bucket_server_side_encryption_configuration", withOwner),
  setting("BucketLifecycleConfiguration", "bucket_lifecycle_configuration", withOwner),
  setting("BucketOwnershipControls", "bucket_ownership_controls"),
  setting("BucketPolicy", "bucket_policy"),
  setting("BucketObjectLockConfiguration", "bucket_object_lock_configuration", withOwner),
  { ...setting("BucketReplicationConfig", "bucket_replication_configuration"), refuseCreate: refuseReplication },
  setting("BucketLogging", "bucket_logging", withOwner),
  setting("BucketNotification", "bucket_notification"),
];

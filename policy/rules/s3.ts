import { eachProperty, is, property } from "../expect.ts";
import { companion } from "../references.ts";
import { checkovGraph, checkovPython, every, rule, type Check, type Finding, type Rule, type RuleArgs } from "../rule.ts";
import { show, statementsOf, UNKNOWN, valueAt } from "../values.ts";

const BUCKET = "aws:s3/bucket:Bucket";

const missing = (what: string, fix: string): Finding => ({ found: `no ${what} names this bucket`, allowed: `a ${what} for every bucket`, fix });

/** A resource of the named type is about this bucket, and passes the check. */
const has = (name: string, fix: string, check?: Check): Check =>
  companion(`aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`, "bucket", missing(name, fix), check);

/** Requests without TLS are denied to everybody. */
const deniesPlainHttp: Check = ({ props }) => {
  const policy = valueAt(props, "policy");
  const denies = statementsOf(policy)?.some(
    ({ effect, principals, condition }) => effect === "Deny" && principals.includes("*") && String(valueAt(condition["Bool"], "aws:SecureTransport")) === "false",
  );
  if (denies === true || policy === UNKNOWN) return undefined;
  return {
    found: `the policy has no Deny for aws:SecureTransport false: ${show(policy)}`,
    allowed: "a statement that denies everybody what comes without TLS",
    fix: "S3 answers plain HTTP otherwise.",
  };
};

const BLOCKS = [
  ["CKV_AWS_53", "blockPublicAcls", "S3BlockPublicACLs"],
  ["CKV_AWS_54", "blockPublicPolicy", "S3BlockPublicPolicy"],
  ["CKV_AWS_55", "ignorePublicAcls", "S3IgnorePublicACLs"],
  ["CKV_AWS_56", "restrictPublicBuckets", "S3RestrictPublicBuckets"],
] as const;

/** Days, any number of them, in one of the rules. */
const aborts: Check = ({ props }) => {
  const path = "rules.abortIncompleteMultipartUpload.daysAfterInitiation";
  const days = valueAt(props, path);
  return typeof days === "number" ? undefined : { found: `${path} is ${show(days)}`, allowed: `${path}: a number of days`, fix: "They are invisible, and cost." };
};

const bucketRule = (args: Omit<RuleArgs, "types">): Rule => rule({ ...args, types: [BUCKET] });

export const S3_RULES: readonly Rule[] = [
  bucketRule({
    id: "CKV2_AWS_6",
    title: "public access to the bucket is blocked",
    source: checkovGraph("S3BucketHasPublicAccessBlock"),
    check: has("BucketPublicAccessBlock", "A policy written by mistake can open it otherwise."),
  }),
  ...BLOCKS.map(([id, name, file]) =>
    rule({
      id,
      title: `the bucket has ${name}`,
      source: checkovPython(file),
      types: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
      check: property(name, is(true), "Each of the four closes another door."),
    }),
  ),
  bucketRule({
    id: "CKV_AWS_145",
    title: "the bucket encrypts with a key of KMS",
    source: checkovGraph("S3KMSEncryptedByDefault"),
    check: has(
      "BucketServerSideEncryptionConfiguration",
      "S3's own key is everybody's who may read.",
      property("rules.applyServerSideEncryptionByDefault.sseAlgorithm", is("aws:kms", "aws:kms:dsse"), "Whoever reads then needs the key too."),
    ),
  }),
  bucketRule({
    id: "CKV_AWS_21",
    title: "the bucket keeps versions",
    source: checkovGraph("S3BucketVersioning"),
    check: has("BucketVersioning", "An overwritten object is lost otherwise.", property("versioningConfiguration.status", is("Enabled"), "An overwritten object is lost otherwise.")),
  }),
  bucketRule({
    id: "PS_S3_TLS_ONLY",
    title: "the bucket answers over TLS only",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    check: has("BucketPolicy", "S3 answers plain HTTP otherwise.", deniesPlainHttp),
  }),
  bucketRule({
    id: "CKV_AWS_18",
    title: "reads and writes of the bucket are logged",
    source: checkovGraph("S3BucketLogging"),
    check: has("BucketLogging", "Name a bucket that takes the access logs."),
  }),
  bucketRule({
    id: "CKV2_AWS_61",
    title: "the bucket has a lifecycle",
    source: checkovGraph("S3BucketLifecycle"),
    check: has("BucketLifecycleConfiguration", "Old versions and parts of broken uploads cost for ever otherwise."),
  }),
  rule({
    id: "CKV_AWS_300",
    title: "parts of broken uploads are removed",
    source: checkovPython("S3AbortIncompleteUploads"),
    types: ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
    check: every(aborts, eachProperty("rules.status", is("Enabled"), "A disabled rule does nothing.")),
  }),
  bucketRule({
    id: "CKV2_AWS_65",
    title: "the bucket has no access control lists",
    source: checkovGraph("AWSdisableS3ACL"),
    check: has("BucketOwnershipControls", "Policies alone decide then.", property("rule.objectOwnership", is("BucketOwnerEnforced"), "Policies alone decide then.")),
  }),
];

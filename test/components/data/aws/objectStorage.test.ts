import { describe, expect, test } from "vitest";
import { assetRules, dumpRules } from "../../../../components/data/aws/bucketLifecycle.ts";
import { bucketRefusals } from "../../../../components/data/aws/bucketPolicies.ts";
import { bucketName, ObjectStorage, type ObjectStorageArgs } from "../../../../components/data/aws/objectStorage.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only } from "../../../support/record.ts";
import { namesOf, ofKind, PLACE, run, SECOND, secondProvider, statementsOf } from "./support.ts";

const reader = {
  Sid: "Distribution",
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::privatesales-prod-123456789012-assets/*",
} as const;

const declare = (dumps: Partial<ObjectStorageArgs["dumps"]> = {}): ObjectStorage =>
  new ObjectStorage("objects", {
    ...PLACE,
    readers: [reader],
    assetVersionDays: 90,
    dumps: {
      classes: [
        { name: "daily", days: 35 },
        { name: "final", days: 365 },
      ],
      lock: { mode: "compliance", days: 35 },
      replica: { provider: secondProvider(), region: SECOND },
      ...dumps,
    },
    logRetentionDays: 365,
  });

const DATA_BUCKETS = ["objects-assets", "objects-dumps", "objects-dumps-replica"];

describe("buckets", () => {
  test("have plain names with the account in them", async () => {
    let storage: ObjectStorage | undefined;
    const { seen } = await run(() => (storage = declare()));
    expect(ofKind(seen, "Bucket").map(({ inputs }) => inputs["bucket"]).toSorted()).toEqual([
      "privatesales-prod-123456789012-access-logs",
      "privatesales-prod-123456789012-access-logs-replica",
      "privatesales-prod-123456789012-assets",
      "privatesales-prod-123456789012-dumps",
      "privatesales-prod-123456789012-dumps-replica",
    ]);
    expect(storage).toMatchObject({
      assetsBucket: "privatesales-prod-123456789012-assets",
      assetsBucketArn: "arn:aws:s3:::privatesales-prod-123456789012-assets",
      assetsDomain: "privatesales-prod-123456789012-assets.s3.ap-northeast-2.amazonaws.com",
      dumpsBucket: "privatesales-prod-123456789012-dumps",
      dumpsBucketArn: "arn:aws:s3:::privatesales-prod-123456789012-dumps",
    });
  });

  test.each(DATA_BUCKETS)("%s is private, versioned, encrypted under its key, logged and kept", async (name) => {
    const { seen } = await run(declare);
    expect(only(seen, "Bucket", `${name}-bucket`)).toMatchObject({ protect: true, retainOnDelete: true, inputs: { forceDestroy: false } });
    expect(only(seen, "BucketPublicAccessBlock", `${name}-public-access`).inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(only(seen, "BucketOwnershipControls", `${name}-ownership`).inputs).toMatchObject({ rule: { objectOwnership: "BucketOwnerEnforced" } });
    expect(only(seen, "BucketVersioning", `${name}-versioning`).inputs).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
    expect(listAt(only(seen, "BucketServerSideEncryptionConfiguration", `${name}-encryption`).inputs, "rules")).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:kms:key" }, bucketKeyEnabled: true },
    ]);
    expect(only(seen, "BucketLogging", `${name}-logging`).inputs["targetBucket"]).toBe(
      `privatesales-prod-123456789012-access-logs${name.endsWith("replica") ? "-replica" : ""}`,
    );
    expect(only(seen, "BucketNotification", `${name}-events`).inputs).toMatchObject({ eventbridge: true });
    expect(statementsOf(only(seen, "BucketPolicy", `${name}-policy`).inputs["policy"]).map(({ Sid }) => Sid)).toEqual(
      expect.arrayContaining(["TlsOnly", "Tls12", "KmsOnly", "OwnKeyOnly"]),
    );
  });

  test("assets alone have readers", async () => {
    const { seen } = await run(declare);
    const allowed = (name: string): readonly unknown[] =>
      statementsOf(only(seen, "BucketPolicy", `${name}-policy`).inputs["policy"]).filter(({ Effect }) => Effect === "Allow");
    expect(allowed("objects-assets")).toEqual([reader]);
    for (const name of DATA_BUCKETS.slice(1)) expect(allowed(name)).toEqual([]);
  });

  test("CloudFront may use the key of assets, and no other", async () => {
    const { seen } = await run(declare);
    const withCloudFront = ofKind(seen, "Key").filter(({ inputs }) => String(inputs["policy"]).includes("cloudfront.amazonaws.com"));
    expect(withCloudFront.map(({ name }) => name)).toEqual(["objects-assets-key-key"]);
    expect(namesOf(seen, "Key")).toEqual(["objects-assets-key-key", "objects-dumps-key-key", "objects-dumps-replica-key-key"]);
  });

  test("access logs are S3's own keys' and end", async () => {
    const { seen } = await run(declare);
    expect(listAt(only(seen, "BucketServerSideEncryptionConfiguration", "objects-access-logs-encryption").inputs, "rules")).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    expect(statementsOf(only(seen, "BucketPolicy", "objects-access-logs-policy").inputs["policy"])).toContainEqual({
      Sid: "AccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::privatesales-prod-123456789012-access-logs/*",
      Condition: {
        ArnLike: { "aws:SourceArn": ["arn:aws:s3:::privatesales-prod-123456789012-assets", "arn:aws:s3:::privatesales-prod-123456789012-dumps"] },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    });
  });
});

describe("dumps", () => {
  test.each([
    ["compliance", "COMPLIANCE"],
    ["governance", "GOVERNANCE"],
  ] as const)("are locked in mode %s, at both ends", async (mode, expected) => {
    const { seen } = await run(() => declare({ lock: { mode, days: 14 } }));
    expect(namesOf(seen, "BucketObjectLockConfiguration")).toEqual(["objects-dumps-lock", "objects-dumps-replica-lock"]);
    for (const lock of ofKind(seen, "BucketObjectLockConfiguration")) {
      expect(at(lock.inputs, "rule.defaultRetention")).toEqual({ mode: expected, days: 14 });
    }
    expect(ofKind(seen, "Bucket").filter(({ inputs }) => inputs["objectLockEnabled"] === true).map(({ name }) => name)).toEqual([
      "objects-dumps-bucket",
      "objects-dumps-replica-bucket",
    ]);
  });

  test("are copied to the second region under its key, deletions excepted", async () => {
    const { seen } = await run(declare);
    const config = only(seen, "BucketReplicationConfig");
    expect(config).toMatchObject({ provider: "", inputs: { bucket: "privatesales-prod-123456789012-dumps" } });
    expect(listAt(config.inputs, "rules")).toMatchObject([
      {
        status: "Enabled",
        deleteMarkerReplication: { status: "Disabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: "arn:aws:s3:::privatesales-prod-123456789012-dumps-replica",
          encryptionConfiguration: { replicaKmsKeyId: "arn:aws:kms:key" },
        },
      },
    ]);
    expect(config.dependsOn).toEqual(expect.arrayContaining(["objects-dumps-versioning", "objects-dumps-replica-versioning", "objects-replication-policy"]));
    const bySecond = seen.filter(({ provider, custom }) => custom && provider === "second").map(({ name }) => name);
    expect(bySecond.length).toBeGreaterThan(10);
    expect(bySecond.filter((name) => !name.includes("-replica"))).toEqual([]);
  });

  test("are copied by a role that names both buckets and both keys", async () => {
    const { seen } = await run(declare);
    const statements = statementsOf(only(seen, "RolePolicy").inputs["policy"]);
    expect(statements.map(({ Resource }) => Resource)).toEqual([
      "arn:aws:s3:::privatesales-prod-123456789012-dumps",
      "arn:aws:s3:::privatesales-prod-123456789012-dumps/*",
      "arn:aws:s3:::privatesales-prod-123456789012-dumps-replica/*",
      "arn:aws:kms:key",
      "arn:aws:kms:key",
    ]);
    expect(statements.at(-1)?.["Condition"]).toEqual({ StringEquals: { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" } });
  });

  test("stay in one region where there is no second", async () => {
    const { seen } = await run(() => declare({ replica: undefined }));
    expect(namesOf(seen, "Bucket")).toEqual(["objects-access-logs-bucket", "objects-assets-bucket", "objects-dumps-bucket"]);
    expect(ofKind(seen, "BucketReplicationConfig")).toEqual([]);
    expect(ofKind(seen, "Role")).toEqual([]);
  });
});

describe("lifecycle", () => {
  const byId = (rules: ReturnType<typeof dumpRules>, id: string): unknown => rules.find((rule) => rule.id === id);

  test.each([
    [35, false],
    [119, false],
    [120, true],
    [365, true],
  ])("a dump kept %i days moves to Glacier, which charges for 90: %s", (days, moves) => {
    const rule = byId(dumpRules([{ name: "x", days }]), "retention-x");
    expect(rule).toMatchObject({ status: "Enabled", filter: { tag: { key: "retention", value: "x" } }, expiration: { days } });
    expect(at(rule, "transitions")).toEqual(moves ? [{ days: 30, storageClass: "GLACIER_IR" }] : undefined);
  });

  test("unfinished uploads and old versions end everywhere", () => {
    for (const rules of [assetRules(90), dumpRules([])]) {
      expect(byId(rules, "unfinished-uploads")).toMatchObject({ abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } });
      expect(byId(rules, "old-versions")).toMatchObject({ filter: { prefix: "" } });
    }
    expect(byId(assetRules(90), "old-versions")).toMatchObject({ noncurrentVersionExpiration: { noncurrentDays: 90 } });
  });

  test("an asset or dump without a class never ends by itself", () => {
    for (const rules of [assetRules(90), dumpRules([])]) {
      expect(rules.filter((rule) => at(rule, "expiration.days") !== undefined)).toEqual([]);
    }
  });

  test("two classes of one name are refused", () => {
    expect(() => dumpRules([{ name: "daily", days: 7 }, { name: "daily", days: 14 }])).toThrow("twice there: daily");
    expect(() => dumpRules([{ name: "daily", days: 7 }, { name: "final", days: 14 }])).not.toThrow();
  });
});

test("a bucket refuses another key or algorithm, but not an upload that names none", () => {
  const uploads = bucketRefusals("b", "arn:key").filter(({ Action }) => Action === "s3:PutObject");
  expect(uploads.map(({ Condition }) => Condition)).toEqual([
    { Null: { "s3:x-amz-server-side-encryption": "false" }, StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
    {
      Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
      StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:key" },
    },
  ]);
});

test("names of buckets fit S3's 63 characters", () => {
  expect(bucketName("privatesales-prod", "123456789012", "access-logs-replica").length).toBeLessThanOrEqual(63);
});

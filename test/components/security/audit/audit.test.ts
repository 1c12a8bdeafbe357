import { describe, expect, test } from "vitest";
import { Audit, type AuditArgs } from "../../../../components/security/audit/audit.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const ARGS: AuditArgs = {
  prefix: "privatesales-prod",
  region: "ap-northeast-2",
  accountId: "111122223333",
  protection: "on",
  notifications: { emails: ["platform@privatesales.co.kr"] },
  buckets: ["arn:aws:s3:::privatesales-prod-assets"],
  retentionDays: 400,
  accountServices: "managed",
};

/** What AWS answers with, per type: enough for references to be told apart. */
const OUTPUTS = {
  "aws:kms/key:Key": { arn: "arn:aws:kms:ap-northeast-2:111122223333:key/1", keyId: "1" },
  "aws:sns/topic:Topic": { arn: "topic-arn" },
  "aws:cloudtrail/trail:Trail": { arn: "arn:aws:cloudtrail:ap-northeast-2:111122223333:trail/privatesales-prod-audit" },
  "aws:cloudwatch/logGroup:LogGroup": { arn: "arn:aws:logs:ap-northeast-2:111122223333:log-group:/privatesales-prod/audit/cloudtrail" },
  "aws:iam/role:Role": { arn: "arn:aws:iam::111122223333:role/privatesales-prod-audit-logs" },
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": { arn: "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig" },
};
const KEY = OUTPUTS["aws:kms/key:Key"].arn;

const declare = (over: Partial<AuditArgs> = {}): Promise<readonly Recorded[]> => record(() => new Audit("audit", { ...ARGS, ...over }), OUTPUTS);
const ofKind = (seen: readonly Recorded[], kind: string): readonly Recorded[] => seen.filter(({ type }) => type.endsWith(`:${kind}`));
const names = (seen: readonly Recorded[], kind: string): readonly string[] => ofKind(seen, kind).map(({ name }) => name);
const policyOf = (resource: Recorded, field = "policy"): readonly unknown[] => listAt(JSON.parse(String(resource.inputs[field])), "Statement");

describe("the trail", () => {
  test("covers every region, is validated, encrypted, queried and announced (CKV_AWS_35, 36, 67, 252; CKV2_AWS_10)", async () => {
    expect(only(await declare(), "Trail").inputs).toMatchObject(
      {
        name: "privatesales-prod-audit",
        kmsKeyId: KEY,
        enableLogging: true,
        enableLogFileValidation: true,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        cloudWatchLogsGroupArn: `${OUTPUTS["aws:cloudwatch/logGroup:LogGroup"].arn}:*`,
        cloudWatchLogsRoleArn: OUTPUTS["aws:iam/role:Role"].arn,
        snsTopicName: "topic-arn",
        insightSelectors: [{ insightType: "ApiCallRateInsight" }, { insightType: "ApiErrorRateInsight" }],
      },
    );
  });

  test("waits for what lets it write", async () => {
    const { dependsOn } = only(await declare(), "Trail");
    expect(dependsOn).toEqual(expect.arrayContaining(["audit-trail-files-policy", "audit-trail-deliveries-policy", "audit-trail-logs-policy"]));
  });

  test("alone writes to its bucket", async () => {
    const statements = policyOf(only(await declare(), "BucketPolicy", "audit-trail-files-policy"));
    const trail = "arn:aws:cloudtrail:ap-northeast-2:111122223333:trail/privatesales-prod-audit";
    expect(statements).toHaveLength(3);
    expect(statements[0]).toMatchObject({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    for (const allowed of statements.slice(1)) {
      expect(allowed).toMatchObject({ Principal: { Service: "cloudtrail.amazonaws.com" }, Condition: { StringEquals: { "aws:SourceArn": trail } } });
    }
    expect(statements[2]).toMatchObject({ Action: "s3:PutObject", Resource: "arn:aws:s3:::privatesales-prod-audit-111122223333/AWSLogs/111122223333/*" });
  });

  test("has a role that writes its own streams and nothing else", async () => {
    const seen = await declare();
    expect(policyOf(only(seen, "RolePolicy"))).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:ap-northeast-2:111122223333:log-group:/privatesales-prod/audit/cloudtrail:log-stream:111122223333_CloudTrail_ap-northeast-2*",
      },
    ]);
    expect(policyOf(only(seen, "Role"), "assumeRolePolicy")).toEqual([
      { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  test("keeps its log group a year at least, encrypted and protected (CKV_AWS_158, 338)", async () => {
    const group = only(await declare({ retentionDays: 30 }), "LogGroup");
    expect(group).toMatchObject({ inputs: { retentionInDays: 365, kmsKeyId: KEY, deletionProtectionEnabled: true }, protect: true, retainOnDelete: true });
    expect(only(await declare({ retentionDays: 800 }), "LogGroup").inputs["retentionInDays"]).toBe(1096);
  });
});

describe("the buckets", () => {
  const BUCKETS = ["audit-access-logs", "audit-trail-files", "audit-account-config-files"];

  test("are private, versioned, encrypted, TLS-only, expiring and protected", async () => {
    const seen = await declare();
    expect(names(seen, "Bucket")).toEqual(BUCKETS.map((name) => `${name}-bucket`));
    for (const name of BUCKETS) {
      expect(only(seen, "Bucket", `${name}-bucket`)).toMatchObject({ protect: true, retainOnDelete: true, inputs: { tags: { part: "security" } } });
      expect(only(seen, "BucketPublicAccessBlock", `${name}-public-access`).inputs).toMatchObject(
        { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      );
      expect(only(seen, "BucketVersioning", `${name}-versioning`).inputs).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
      expect(only(seen, "BucketOwnershipControls", `${name}-ownership`).inputs).toMatchObject({ rule: { objectOwnership: "BucketOwnerEnforced" } });
      expect(listAt(only(seen, "BucketLifecycleConfiguration", `${name}-lifecycle`).inputs, "rules")[0]).toMatchObject(
        { status: "Enabled", expiration: { days: 400 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
      );
      expect(policyOf(only(seen, "BucketPolicy", `${name}-policy`))[0]).toMatchObject({ Sid: "TlsOnly", Effect: "Deny" });
    }
  });

  test("use the audit's key, but for access logs, which S3 delivers under its own only", async () => {
    const seen = await declare();
    const algorithm = (name: string): unknown =>
      at(listAt(only(seen, "BucketServerSideEncryptionConfiguration", `${name}-encryption`).inputs, "rules")[0], "applyServerSideEncryptionByDefault");
    expect(BUCKETS.map(algorithm)).toEqual([
      { sseAlgorithm: "AES256" },
      { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
      { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
    ]);
  });

  test("log their access, but for the one that takes the logs", async () => {
    const seen = await declare();
    expect(ofKind(seen, "BucketLogging").map(({ inputs }) => [inputs["targetBucket"], inputs["targetPrefix"]])).toEqual([
      ["privatesales-prod-access-logs-111122223333", "privatesales-prod-audit-111122223333/"],
      ["privatesales-prod-access-logs-111122223333", "privatesales-prod-config-111122223333/"],
    ]);
  });

  test("lock the trail's files where that is asked for", async () => {
    const locked = await declare({ objectLock: { mode: "compliance", days: 365 } });
    expect(only(locked, "Bucket", "audit-trail-files-bucket").inputs["objectLockEnabled"]).toBe(true);
    expect(only(locked, "BucketObjectLockConfiguration").inputs["rule"]).toEqual({ defaultRetention: { mode: "COMPLIANCE", days: 365 } });
    const open = await declare();
    expect(only(open, "Bucket", "audit-trail-files-bucket").inputs["objectLockEnabled"]).toBe(false);
    expect(ofKind(open, "BucketObjectLockConfiguration")).toEqual([]);
  });

  test("can be given up where protection is off", async () => {
    for (const bucket of ofKind(await declare({ protection: "off" }), "Bucket")) {
      expect(bucket).toMatchObject({ protect: false, retainOnDelete: false });
    }
  });
});

describe("the topics", () => {
  test("are encrypted; people hear of alarms, and nobody of delivered files", async () => {
    const seen = await declare();
    expect(ofKind(seen, "Topic").map(({ inputs }) => [inputs["name"], inputs["kmsMasterKeyId"]])).toEqual([
      ["privatesales-prod-alerts", KEY],
      ["privatesales-prod-audit-deliveries", KEY],
    ]);
    expect(ofKind(seen, "TopicSubscription")).toHaveLength(1);
    expect(only(seen, "TopicSubscription", "audit-alerts-email-platform@privatesales.co.kr").inputs).toMatchObject(
      { protocol: "email", endpoint: "platform@privatesales.co.kr" },
    );
  });

  test("take messages of named services of this account, over TLS", async () => {
    const seen = await declare({ publishers: ["events.rds.amazonaws.com"] });
    const [services, tls, ...others] = policyOf(only(seen, "TopicPolicy", "audit-alerts-policy"));
    expect(others).toEqual([]);
    expect(services).toMatchObject({
      Principal: { Service: ["budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com", "events.amazonaws.com", "events.rds.amazonaws.com"] },
      Action: "sns:Publish",
      Resource: "arn:aws:sns:ap-northeast-2:111122223333:privatesales-prod-alerts",
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(tls).toMatchObject({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } });
  });

  test("have publishers whom the key lets in, for that topic: without it a message is lost without a trace", async () => {
    const seen = await declare({ publishers: ["events.rds.amazonaws.com"] });
    const key = policyOf(only(seen, "Key"));
    const byTopic = key.filter((statement) => at(statement, "Sid") === "AlertPublishers" || at(statement, "Sid") === "DeliveryPublisher");
    const topics = ofKind(seen, "TopicPolicy").map((policy) => policyOf(policy)[0]);
    expect(byTopic.map((statement) => at(statement, "Principal"))).toEqual(topics.map((statement) => at(statement, "Principal")));
    expect(byTopic.map((statement) => at(statement, "Condition"))).toEqual(
      topics.map((statement) => ({ StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": at(statement, "Resource") } })),
    );
    expect(topics).toHaveLength(2);
  });

  test("no service may use the key without a condition, but to describe it", async () => {
    const free = policyOf(only(await declare(), "Key")).filter(
      (statement) => at(statement, "Principal.Service") !== undefined && at(statement, "Condition") === undefined,
    );
    expect(free).toMatchObject([{ Sid: "TrailDescribes", Action: "kms:DescribeKey" }]);
  });
});

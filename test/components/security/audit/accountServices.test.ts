import { describe, expect, test } from "vitest";
import { Audit, type AuditArgs } from "../../../../components/security/audit/audit.ts";
import { CONFIG_RULES, detectorFeatures, findingRoutes, inspectorTypes } from "../../../../components/security/audit/findings.ts";
import { eventSelectors, logRetentionDays } from "../../../../components/security/audit/trail.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const declare = (over: Partial<AuditArgs> = {}): Promise<readonly Recorded[]> =>
  record(
    () =>
      new Audit("audit", {
        prefix: "privatesales-qa",
        region: "ap-northeast-2",
        accountId: "111122223333",
        protection: "on",
        notifications: { emails: ["platform@privatesales.co.kr"] },
        buckets: [],
        retentionDays: 90,
        accountServices: "managed",
        ...over,
      }),
    {
      "aws:kms/key:Key": { arn: "key-arn", keyId: "1" },
      "aws:sns/topic:Topic": { arn: "topic-arn" },
      "aws:iam/serviceLinkedRole:ServiceLinkedRole": { arn: "service-linked-role" },
    },
  );
const services = (seen: readonly Recorded[]): readonly string[] => [
  ...new Set(seen.map(({ type }) => type.split("/")[0] ?? "").filter((type) => /^aws:(cfg|guardduty|securityhub|inspector2)$/.test(type))),
].toSorted();

describe("account-wide services", () => {
  test("are this stack's when it manages them", async () => {
    expect(services(await declare())).toEqual(["aws:cfg", "aws:guardduty", "aws:inspector2", "aws:securityhub"]);
  });

  test("are left to whoever has them, with their findings, so that two stacks of one account do not collide", async () => {
    const seen = await declare({ accountServices: "external" });
    expect(services(seen)).toEqual([]);
    expect(seen.filter(({ type }) => /EventRule|ServiceLinkedRole/.test(type))).toEqual([]);
    expect(only(seen, "Trail").inputs).toMatchObject({ isMultiRegionTrail: true });
  });
});

describe("AWS Config", () => {
  test("records everything, global resources too, under the role that Security Hub asks for", async () => {
    const seen = await declare();
    expect(only(seen, "Recorder").inputs).toMatchObject({
      roleArn: "service-linked-role",
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
    });
    expect(only(seen, "DeliveryChannel").inputs).toMatchObject({ s3BucketName: "privatesales-qa-config-111122223333", s3KmsKeyArn: "key-arn" });
  });

  test("is switched on once its channel is there, and judged by rules after that", async () => {
    const seen = await declare();
    expect(only(seen, "DeliveryChannel").dependsOn).toEqual(expect.arrayContaining(["audit-account-config-recorder", "audit-account-config-files-policy"]));
    const status = only(seen, "RecorderStatus");
    expect(status).toMatchObject({ inputs: { isEnabled: true } });
    expect(status.dependsOn).toContain("audit-account-config-channel");
    const rules = seen.filter(({ type }) => type === "aws:cfg/rule:Rule");
    expect(rules.map(({ inputs }) => inputs["name"]).toSorted()).toEqual(Object.keys(CONFIG_RULES).map((rule) => `privatesales-qa-${rule}`).toSorted());
    for (const rule of rules) expect(rule.dependsOn).toContain("audit-account-config-status");
  });
});

describe("GuardDuty and Inspector", () => {
  test("watch S3, EKS, runtime, logins and malware", async () => {
    const seen = await declare();
    expect(only(seen, "Detector").inputs).toMatchObject({ enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" });
    expect(seen.filter(({ type }) => type.endsWith(":DetectorFeature")).map(({ inputs }) => [inputs["name"], inputs["status"]])).toEqual(
      ["S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING"].map((name) => [name, "ENABLED"]),
    );
  });

  test("watch functions where there are any", () => {
    expect(detectorFeatures("used").map(({ name }) => name)).toContain("LAMBDA_NETWORK_LOGS");
    expect(detectorFeatures("none").map(({ name }) => name)).not.toContain("LAMBDA_NETWORK_LOGS");
    expect([inspectorTypes("none"), inspectorTypes("used")]).toEqual([["EC2", "ECR"], ["EC2", "ECR", "LAMBDA"]]);
  });
});

test("Security Hub subscribes to the two standards of its region, after Config records", async () => {
  const seen = await declare();
  const subscriptions = seen.filter(({ type }) => type.endsWith(":StandardsSubscription"));
  expect(subscriptions.map(({ inputs }) => inputs["standardsArn"])).toEqual([
    "arn:aws:securityhub:ap-northeast-2::standards/aws-foundational-security-best-practices/v/1.0.0",
    "arn:aws:securityhub:ap-northeast-2::standards/cis-aws-foundations-benchmark/v/3.0.0",
  ]);
  for (const { dependsOn } of subscriptions) expect(dependsOn).toEqual(["audit-account-config-status", "audit-account-security-hub"]);
});

describe("findings", () => {
  test("go to the topic by one rule each", async () => {
    const seen = await declare();
    const rules = seen.filter(({ type }) => type.endsWith(":EventRule"));
    const targets = seen.filter(({ type }) => type.endsWith(":EventTarget"));
    expect(rules.map(({ inputs }) => inputs["name"])).toEqual(["guardduty", "security-hub", "config"].map((route) => `privatesales-qa-findings-${route}`));
    expect(targets.map(({ inputs }) => [inputs["rule"], inputs["arn"]])).toEqual(rules.map(({ inputs }) => [inputs["name"], "topic-arn"]));
  });

  test("of GuardDuty are not heard of twice, and low ones not at all", () => {
    const routes = findingRoutes("privatesales-qa-");
    expect(at(routes["guardduty"], "pattern.detail")).toEqual({ severity: [{ numeric: [">=", 7] }] });
    expect(at(routes["security-hub"], "pattern.detail.findings")).toMatchObject({
      ProductName: [{ "anything-but": ["GuardDuty"] }],
      Severity: { Label: ["HIGH", "CRITICAL"] },
    });
    expect(at(routes["config"], "pattern.detail.configRuleName")).toEqual([{ prefix: "privatesales-qa-" }]);
  });
});

describe("event selectors", () => {
  test("hold every call, and objects of the data buckets only", () => {
    const [calls, objects] = eventSelectors(["arn:aws:s3:::a", "arn:aws:s3:::b"]);
    expect(calls?.fieldSelectors).toEqual([{ field: "eventCategory", equals: ["Management"] }]);
    expect(listAt(objects, "fieldSelectors")).toContainEqual({ field: "resources.ARN", startsWiths: ["arn:aws:s3:::a/", "arn:aws:s3:::b/"] });
  });

  test("without a bucket hold no data events: an empty list would be all buckets of the account", () => {
    expect(eventSelectors([])).toHaveLength(1);
  });
});

test.each([[1, 1], [8, 14], [365, 365], [366, 400], [3653, 3653], [9999, 3653]])("%d days of logs are kept %d", (days, kept) => {
  expect(logRetentionDays(days)).toBe(kept);
});

import * as aws from "@pulumi/aws/provider.js";
import { describe, expect, test } from "vitest";
import { budgetNotices, budgetOf, limitAmount, tagFilter } from "../../../../components/monitoring/cost/budgets.ts";
import { Cost, type CostArgs } from "../../../../components/monitoring/cost/cost.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const PLANS = { starter: 50, business: 200, enterprise: 900 };

const declare = (over: Partial<CostArgs> = {}): Promise<readonly Recorded[]> =>
  record(
    () =>
      new Cost("cost", {
        prefix: "privatesales-prod",
        environment: "prod",
        region: "ap-northeast-2",
        accountId: "111122223333",
        usEast1: new aws.Provider("us-east-1", { region: "us-east-1" }),
        protection: "on",
        monthlyBudgetUsd: 12_000,
        tenantBudgetsUsd: PLANS,
        tenants: [
          { id: "dior", tier: "enterprise", costCenter: "brand-dior" },
          { id: "gucci", tier: "starter", costCenter: "brand-gucci", monthlyBudgetUsd: 75.5 },
        ],
        emails: ["platform@privatesales.co.kr"],
        topicArn: "topic-arn",
        anomalyUsd: 100,
        costAllocationTags: "managed",
        retentionDays: 800,
        accessLogBucket: "access-logs",
        ...over,
      }),
    { "aws:kms/key:Key": { arn: "key-arn", keyId: "1" }, "aws:costexplorer/anomalyMonitor:AnomalyMonitor": { arn: "monitor-arn" } },
  );
const ofKind = (seen: readonly Recorded[], kind: string): readonly Recorded[] => seen.filter(({ type }) => type.endsWith(`:${kind}`));

describe("budgets", () => {
  test("there is one for the stack and one a tenant, each by its tag", async () => {
    const budgets = ofKind(await declare(), "Budget");
    expect(budgets.map(({ name, inputs }) => [name, inputs["limitAmount"], inputs["costFilters"]])).toEqual([
      ["cost-budget-stack", "12000.00", [{ name: "TagKeyValue", values: ["user:environment$prod"] }]],
      ["cost-budget-tenant-dior", "900.00", [{ name: "TagKeyValue", values: ["user:tenant$dior"] }]],
      ["cost-budget-tenant-gucci", "75.50", [{ name: "TagKeyValue", values: ["user:tenant$gucci"] }]],
    ]);
    expect(budgets.map(({ inputs }) => at(inputs, "tags.tenant"))).toEqual([undefined, "dior", "gucci"]);
  });

  test("are heard of at 80 and 100 % spent, and at 100 % ahead, by mail and topic", async () => {
    for (const { inputs } of ofKind(await declare(), "Budget")) {
      expect(listAt(inputs, "notifications")).toEqual(
        ([["ACTUAL", 80], ["ACTUAL", 100], ["FORECASTED", 100]] as const).map(([notificationType, threshold]) => ({
          notificationType,
          threshold,
          thresholdType: "PERCENTAGE",
          comparisonOperator: "GREATER_THAN",
          subscriberEmailAddresses: ["platform@privatesales.co.kr"],
          subscriberSnsTopicArns: ["topic-arn"],
        })),
      );
    }
  });

  test("a tenant's own limit goes before its tier's", () => {
    const tenant = { id: "dior", tier: "business", costCenter: "brand-dior" } as const;
    expect([budgetOf(tenant, PLANS), budgetOf({ ...tenant, monthlyBudgetUsd: 10 }, PLANS)]).toEqual([200, 10]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a limit of %d is refused", (usd) => {
    expect(() => limitAmount(usd)).toThrow("it must be above 0");
  });

  test.each([0, 11])("%d addresses are refused", (count) => {
    const emails = Array.from({ length: count }, (_, index) => `a${index}@privatesales.co.kr`);
    expect(() => budgetNotices({ emails })).toThrow(`${count} addresses hear of budgets; AWS Budgets allows 1 to 10`);
    expect(budgetNotices({ emails: ["a@privatesales.co.kr"] })).toHaveLength(3);
  });

  test("a filter names the tag as the bill does", () => {
    expect(tagFilter("cost-center", "brand-dior").values).toEqual(["user:cost-center$brand-dior"]);
  });
});

describe("anomalies", () => {
  test("are looked for by one monitor, which a new tenant does not replace", async () => {
    const before = only(await declare(), "AnomalyMonitor").inputs;
    expect(before).toMatchObject({ monitorType: "CUSTOM" });
    expect(JSON.parse(String(before["monitorSpecification"]))).toEqual({
      And: null,
      CostCategories: null,
      Dimensions: null,
      Not: null,
      Or: null,
      Tags: { Key: "environment", MatchOptions: null, Values: ["prod"] },
    });
    expect(only(await declare({ tenants: [] }), "AnomalyMonitor").inputs).toEqual(before);
  });

  test("go to the topic at once and by mail once a day, from an amount on", async () => {
    const subscriptions = ofKind(await declare(), "AnomalySubscription").map(({ inputs }) => inputs);
    expect(subscriptions).toMatchObject([
      { frequency: "IMMEDIATE", monitorArnLists: ["monitor-arn"], subscribers: [{ type: "SNS", address: "topic-arn" }] },
      { frequency: "DAILY", monitorArnLists: ["monitor-arn"], subscribers: [{ type: "EMAIL", address: "platform@privatesales.co.kr" }] },
    ]);
    for (const inputs of subscriptions) {
      expect(at(inputs, "thresholdExpression.dimension")).toEqual({ key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE", matchOptions: ["GREATER_THAN_OR_EQUAL"], values: ["100"] });
    }
  });
});

describe("cost allocation tags", () => {
  test("are activated for every key that cost is reported by", async () => {
    expect(ofKind(await declare(), "CostAllocationTag").map(({ inputs }) => [inputs["tagKey"], inputs["status"]])).toEqual(
      ["environment", "tenant", "tier", "cost-center", "part"].map((key) => [key, "Active"]),
    );
  });

  test("are left to whoever does it", async () => {
    expect(ofKind(await declare({ costAllocationTags: "external" }), "CostAllocationTag")).toEqual([]);
  });
});

describe("the report", () => {
  test("has resources, pods and tags, in Parquet, once a period", async () => {
    const report = only(await declare(), "Export").inputs["export"];
    const [query] = listAt(report, "dataQueries");
    expect(at(query, "tableConfigurations.COST_AND_USAGE_REPORT")).toEqual({
      BILLING_VIEW_ARN: "arn:aws:billing::111122223333:billingview/primary",
      TIME_GRANULARITY: "DAILY",
      INCLUDE_RESOURCES: "TRUE",
      INCLUDE_SPLIT_COST_ALLOCATION_DATA: "TRUE",
      INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: "FALSE",
    });
    const statement = String(at(query, "queryStatement"));
    expect(statement).toMatch(/^SELECT [a-z_]+(, [a-z_]+)* FROM COST_AND_USAGE_REPORT$/);
    for (const column of ["resource_tags", "line_item_resource_id", "split_line_item_split_cost"]) expect(statement).toContain(column);
    expect(at(listAt(listAt(report, "destinationConfigurations")[0], "s3Destinations")[0], "s3OutputConfigurations")).toEqual([
      { format: "PARQUET", compression: "PARQUET", outputType: "CUSTOM", overwrite: "OVERWRITE_REPORT" },
    ]);
  });

  test("goes to an encrypted, protected bucket that takes this account's exports only", async () => {
    const seen = await declare();
    expect(only(seen, "Bucket")).toMatchObject({ protect: true, retainOnDelete: true, inputs: { bucket: "privatesales-prod-cost-reports-111122223333" } });
    expect(only(seen, "Export").dependsOn).toContain("cost-report-files-policy");
    const [tls, deliver] = listAt(JSON.parse(String(only(seen, "BucketPolicy").inputs["policy"])), "Statement");
    expect(tls).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(deliver).toMatchObject({
      Principal: { Service: ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"] },
      Condition: {
        StringEquals: { "aws:SourceAccount": "111122223333" },
        ArnLike: { "aws:SourceArn": expect.arrayContaining(["arn:aws:bcm-data-exports:us-east-1:111122223333:export/*"]) as unknown },
      },
    });
  });
});

test("billing is spoken to in us-east-1; the bucket and its key stay in the stack's region", async () => {
  const seen = await declare();
  const byProvider = (provider: string): readonly string[] => [
    ...new Set(seen.filter((one) => one.custom && one.provider === provider).map(({ type }) => type.split("/")[0] ?? "")),
  ];
  expect(byProvider("us-east-1").toSorted()).toEqual(["aws:bcmdata", "aws:budgets", "aws:costexplorer"]);
  expect(byProvider("us-east-1")).not.toContain("aws:s3");
  expect(only(seen, "Bucket").provider).not.toBe("us-east-1");
});

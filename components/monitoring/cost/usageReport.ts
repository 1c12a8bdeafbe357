import * as bcmdata from "@pulumi/aws/bcmdata/index.js";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../../security/encryptionKey.ts";
import { bucketArn, LogBucket } from "../../security/audit/logBucket.ts";
import { platformTags, type Statement } from "../../shared/aws.ts";

export interface UsageReportArgs {
  readonly prefix: string;
  /** Region of the bucket. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  /** Provider of us-east-1, the one region of AWS's billing. */
  readonly usEast1: aws.Provider;
  /** Days that reports are kept. */
  readonly retentionDays: number;
  readonly accessLogBucket: pulumi.Input<string>;
}

/**
 * Columns of the report: what was used, by which resource and pod, with which tags, and what it cost. `split_line_item_*`
 * hold a pod's share of its node. https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
 */
const COLUMNS = [
  "bill_billing_period_start_date",
  "identity_line_item_id",
  "identity_time_interval",
  "line_item_currency_code",
  "line_item_line_item_type",
  "line_item_operation",
  "line_item_product_code",
  "line_item_resource_id",
  "line_item_unblended_cost",
  "line_item_usage_account_id",
  "line_item_usage_amount",
  "line_item_usage_start_date",
  "line_item_usage_type",
  "pricing_unit",
  "product_region_code",
  "product_servicecode",
  "reservation_effective_cost",
  "resource_tags",
  "savings_plan_savings_plan_effective_cost",
  "split_line_item_actual_usage",
  "split_line_item_parent_resource_id",
  "split_line_item_reserved_usage",
  "split_line_item_split_cost",
  "split_line_item_split_usage",
  "split_line_item_split_usage_ratio",
  "split_line_item_unused_cost",
] as const;

export const reportBucket = ({ prefix, accountId }: Pick<UsageReportArgs, "prefix" | "accountId">): string =>
  `${prefix}-cost-reports-${accountId}`;

/** Services that deliver an export: it is made by the second under the name of the first. */
const DELIVERERS = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"];

/** Exports of this account are delivered, nobody else's: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-s3-bucket.html */
export function reportBucketStatements(args: Pick<UsageReportArgs, "prefix" | "accountId">): readonly Statement[] {
  const bucket = bucketArn(reportBucket(args));
  return [
    {
      Sid: "ExportsDeliver",
      Effect: "Allow",
      Principal: { Service: DELIVERERS },
      Action: ["s3:PutObject", "s3:GetBucketPolicy"],
      Resource: [bucket, `${bucket}/*`],
      Condition: {
        StringEquals: { "aws:SourceAccount": args.accountId },
        ArnLike: {
          "aws:SourceArn": [
            `arn:aws:bcm-data-exports:us-east-1:${args.accountId}:export/*`,
            `arn:aws:cur:us-east-1:${args.accountId}:definition/*`,
          ],
        },
      },
    },
  ];
}

const keyStatement = (accountId: string): Statement => ({
  Sid: "ExportsEncrypt",
  Effect: "Allow",
  Principal: { Service: DELIVERERS },
  Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
  Resource: "*",
  Condition: { StringEquals: { "aws:SourceAccount": accountId } },
});

type ExportDefinition = Exclude<bcmdata.ExportArgs["export"], PromiseLike<unknown> | pulumi.Output<unknown> | undefined>;

/** The export as AWS takes it: CUR 2.0 by day and resource, in Parquet, one version a period. */
export const exportDefinition = ({ prefix, accountId, region }: Pick<UsageReportArgs, "prefix" | "accountId" | "region">): ExportDefinition => ({
  name: `${prefix}-cost-and-usage`,
  description: "Cost and usage by day, resource, pod and tag",
  dataQueries: [
    {
      queryStatement: `SELECT ${COLUMNS.join(", ")} FROM COST_AND_USAGE_REPORT`,
      // All of them: AWS answers with those that are left out, and the definition would differ for ever.
      tableConfigurations: {
        COST_AND_USAGE_REPORT: {
          BILLING_VIEW_ARN: `arn:aws:billing::${accountId}:billingview/primary`,
          TIME_GRANULARITY: "DAILY",
          INCLUDE_RESOURCES: "TRUE",
          INCLUDE_SPLIT_COST_ALLOCATION_DATA: "TRUE",
          INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: "FALSE",
        },
      },
    },
  ],
  destinationConfigurations: [
    {
      s3Destinations: [
        {
          s3Bucket: reportBucket({ prefix, accountId }),
          s3Prefix: "cur2",
          s3Region: region,
          s3OutputConfigurations: [{ format: "PARQUET", compression: "PARQUET", outputType: "CUSTOM", overwrite: "OVERWRITE_REPORT" }],
        },
      ],
    },
  ],
  refreshCadences: [{ frequency: "SYNCHRONOUS" }],
});

/**
 * The bill in detail. A pod's share of its node appears once "split cost allocation data" for EKS is switched on in the
 * billing console's cost management preferences, which no API does; its namespace is then the tag `aws:eks:namespace`, and
 * a namespace is a tenant. https://docs.aws.amazon.com/cur/latest/userguide/enabling-split-cost-allocation-data.html
 */
export class UsageReport extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: UsageReportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:monitoring:UsageReport", name, {}, opts);
    const { prefix, accountId, protection } = args;
    const child = { parent: this };
    const key = new EncryptionKey(
      `${name}-encryption`,
      {
        description: "Cost and usage reports",
        alias: `${prefix}/cost-reports`,
        accountId,
        part: "monitoring",
        protection,
        statements: [keyStatement(accountId)],
      },
      child,
    );
    const files = new LogBucket(
      `${name}-files`,
      {
        bucket: reportBucket(args),
        part: "monitoring",
        protection,
        encryption: { kind: "kms", keyArn: key.arn },
        retentionDays: args.retentionDays,
        statements: reportBucketStatements(args),
        accessLogBucket: args.accessLogBucket,
      },
      child,
    );
    new bcmdata.Export(
      `${name}-export`,
      { export: exportDefinition(args), tags: platformTags("monitoring") },
      { ...child, provider: args.usEast1, dependsOn: [...files.ready] },
    );
    this.bucket = files.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

import type * as pulumi from "@pulumi/pulumi";
import { bucketName } from "../../components/data/aws/objectStorage.ts";
import { Cost } from "../../components/monitoring/cost/cost.ts";
import { Audit } from "../../components/security/audit/audit.ts";
import { bucketArn } from "../../components/security/audit/logBucket.ts";
import { NotificationTopic, topicArn } from "../../components/security/audit/notificationTopic.ts";
import { publisherStatement } from "../../components/security/audit/policies.ts";
import { EncryptionKey } from "../../components/security/encryptionKey.ts";
import type { Tenant, Tier } from "../../tenants/tenant.ts";
import type { Account } from "./account.ts";

/** Who watches the account, and the topics by which people hear of it. */
export interface Operations {
  readonly audit: Audit;
  /** ARNs of the topics of alarms, by region: an alarm speaks to its own region only. */
  readonly topics: { readonly main: pulumi.Output<string>; readonly second: pulumi.Output<string> | undefined };
}

/** Who publishes to the topics beside CloudWatch, EventBridge and billing. */
const PUBLISHERS = ["backup.amazonaws.com", "rds.amazonaws.com", "events.rds.amazonaws.com"] as const;

/** Alarms of the database's half in the second region. */
function declareSecondTopic({ names, config, there }: Account): NotificationTopic {
  const region = config.secondRegion.region;
  const topic = `${names.prefix}-alerts`;
  const publishers = ["cloudwatch.amazonaws.com", ...PUBLISHERS];
  const key = new EncryptionKey(
    "alerts-second-key",
    {
      description: "Alarms of the second region",
      alias: `${names.prefix}/alerts`,
      accountId: names.accountId,
      part: "security",
      protection: names.protection,
      statements: [publisherStatement("AlertPublishers", publishers, topicArn({ topic, region, accountId: names.accountId }))],
    },
    there,
  );
  return new NotificationTopic(
    "alerts-second",
    { topic, region, accountId: names.accountId, keyArn: key.arn, publishers, emails: config.emails },
    there,
  );
}

/** Trail, findings and alarms. Reads and writes of what tenants own are recorded one by one. */
export function declareOperations(account: Account): Operations {
  const { names, config, here } = account;
  const buckets = (["assets", "dumps"] as const).map((kind) => bucketArn(bucketName(names.prefix, names.accountId, kind)));
  const audit = new Audit(
    "audit",
    {
      ...names,
      notifications: { emails: config.emails },
      buckets,
      retentionDays: config.logRetentionDays,
      accountServices: config.accountServices,
      publishers: PUBLISHERS,
    },
    here,
  );
  const second = config.secondRegion.network === undefined ? undefined : declareSecondTopic(account).arn;
  return { audit, topics: { main: audit.topicArn, second } };
}

/** US dollars a month that a tenant of each tier may cost before somebody is told. */
const TENANT_BUDGETS_USD: Readonly<Record<Tier, number>> = { starter: 150, business: 500, enterprise: 2500 };

/** US dollars above what was expected, from which a cost is an anomaly. */
const ANOMALY_USD = 100;

/** Budgets, anomalies, and the bill in detail. */
export function declareCost({ names, config, providers, here }: Account, environment: string, tenants: readonly Tenant[], { audit }: Operations): Cost {
  return new Cost(
    "cost",
    {
      ...names,
      environment,
      usEast1: providers.edge,
      retentionDays: config.logRetentionDays,
      accessLogBucket: audit.accessLogBucket,
      monthlyBudgetUsd: config.monthlyBudgetUsd,
      tenantBudgetsUsd: TENANT_BUDGETS_USD,
      tenants,
      emails: config.emails,
      topicArn: audit.topicArn,
      anomalyUsd: ANOMALY_USD,
      costAllocationTags: config.costAllocationTags,
    },
    { ...here, dependsOn: [...audit.ready] },
  );
}

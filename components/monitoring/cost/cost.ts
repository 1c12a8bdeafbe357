import * as budgets from "@pulumi/aws/budgets/index.js";
import * as costexplorer from "@pulumi/aws/costexplorer/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tier } from "../../../tenants/tenant.ts";
import { COST_TAGS, platformTags, tenantTags, type Tags } from "../../shared/aws.ts";
import { budgetNotices, budgetOf, environmentCost, limitAmount, tagFilter, type CostTenant } from "./budgets.ts";
import { UsageReport, type UsageReportArgs } from "./usageReport.ts";

export interface CostArgs extends UsageReportArgs {
  /** Value of the tag `environment` on everything of the stack. */
  readonly environment: string;
  /** Limit of the whole stack, US dollars a month; AWS bills in dollars. */
  readonly monthlyBudgetUsd: number;
  /** Limit of a tenant that names none of its own, US dollars a month. */
  readonly tenantBudgetsUsd: Readonly<Record<Tier, number>>;
  readonly tenants: readonly CostTenant[];
  /** Who hears of budgets and anomalies; one to ten addresses. */
  readonly emails: readonly string[];
  /** Topic that hears of them too. */
  readonly topicArn: pulumi.Input<string>;
  /** An anomaly is heard of from this much above what was expected, US dollars. */
  readonly anomalyUsd: number;
  /**
   * Who activates the tags of `COST_TAGS` for billing. It is done once in the account that pays, and only for tags that
   * it has seen on a bill, which takes a day: `external` on the first deployment, and where another stack or account does it.
   */
  readonly costAllocationTags: "managed" | "external";
}

/** What the stack and each tenant may cost, who hears when it is more or unusual, and the bill in detail. */
export class Cost extends pulumi.ComponentResource {
  /** Bucket of the cost and usage reports. */
  readonly reports: pulumi.Output<string>;

  constructor(name: string, args: CostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:monitoring:Cost", name, {}, opts);
    if (args.costAllocationTags === "managed") this.declareTags(name, args);
    this.declareBudgets(name, args);
    this.declareAnomalies(name, args);
    const report = new UsageReport(`${name}-report`, args, { parent: this });
    this.reports = report.bucket;
    this.registerOutputs({ reports: this.reports });
  }

  private declareTags(name: string, { usEast1 }: CostArgs): void {
    for (const tagKey of COST_TAGS) {
      new costexplorer.CostAllocationTag(`${name}-tag-${tagKey}`, { tagKey, status: "Active" }, { parent: this, provider: usEast1 });
    }
  }

  private declareBudgets(name: string, args: CostArgs): void {
    const declare = (part: string, budget: { readonly name: string; readonly usd: number; readonly tag: readonly [string, string]; readonly tags: Tags }): void => {
      new budgets.Budget(
        `${name}-budget-${part}`,
        {
          accountId: args.accountId,
          name: budget.name,
          budgetType: "COST",
          timeUnit: "MONTHLY",
          limitAmount: limitAmount(budget.usd),
          limitUnit: "USD",
          costFilters: [tagFilter(...budget.tag)],
          notifications: budgetNotices(args).map((notice) => ({ ...notice, subscriberSnsTopicArns: [args.topicArn] })),
          tags: budget.tags,
        },
        { parent: this, provider: args.usEast1 },
      );
    };
    declare("stack", { name: args.prefix, usd: args.monthlyBudgetUsd, tag: ["environment", args.environment], tags: platformTags("monitoring") });
    for (const tenant of args.tenants) {
      declare(`tenant-${tenant.id}`, {
        name: `${args.prefix}-tenant-${tenant.id}`,
        usd: budgetOf(tenant, args.tenantBudgetsUsd),
        tag: ["tenant", tenant.id],
        tags: tenantTags(tenant),
      });
    }
  }

  /**
   * One monitor, by the tag `environment`. One that judges each value of the tag `tenant` by itself is of a kind that the
   * provider cannot declare, https://github.com/hashicorp/terraform-provider-aws/issues/48492, and one that lists tenants is
   * replaced, with all that it has learnt, whenever one is added. Tenants' own rises are heard of by their budgets' forecasts.
   */
  private declareAnomalies(name: string, args: CostArgs): void {
    const { prefix, accountId, anomalyUsd } = args;
    const options = { parent: this, provider: args.usEast1 };
    const monitor = new costexplorer.AnomalyMonitor(
      `${name}-anomalies`,
      { name: prefix, monitorType: "CUSTOM", monitorSpecification: environmentCost(args.environment), tags: platformTags("monitoring") },
      options,
    );
    const subscriptions = [
      // AWS sends single alerts to topics only, and mails summaries only.
      { part: "immediate", frequency: "IMMEDIATE", subscribers: [{ type: "SNS", address: args.topicArn }] },
      { part: "daily", frequency: "DAILY", subscribers: args.emails.map((address) => ({ type: "EMAIL", address })) },
    ] as const;
    for (const { part, frequency, subscribers } of subscriptions) {
      new costexplorer.AnomalySubscription(
        `${name}-anomalies-${part}`,
        {
          accountId,
          name: `${prefix}-${part}`,
          frequency,
          monitorArnLists: [monitor.arn],
          subscribers: [...subscribers],
          thresholdExpression: {
            dimension: { key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE", matchOptions: ["GREATER_THAN_OR_EQUAL"], values: [String(anomalyUsd)] },
          },
          tags: platformTags("monitoring"),
        },
        options,
      );
    }
  }
}

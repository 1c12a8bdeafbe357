import type { Tier } from "../../../tenants/tenant.ts";

/** A tenant as its budget needs it. */
export interface CostTenant {
  readonly id: string;
  readonly tier: Tier;
  readonly costCenter: string;
  /** US dollars a month. Default: that of its tier. */
  readonly monthlyBudgetUsd?: number;
}

export interface Subscribers {
  /** One to ten addresses. */
  readonly emails: readonly string[];
}

const MAX_EMAILS = 10;

/** When a budget is heard of, in percent of its limit: what was spent, and where the month is heading. */
const NOTICES = [
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "ACTUAL", threshold: 100 },
  { notificationType: "FORECASTED", threshold: 100 },
] as const;

interface BudgetNotice {
  readonly comparisonOperator: "GREATER_THAN";
  readonly notificationType: "ACTUAL" | "FORECASTED";
  readonly threshold: number;
  readonly thresholdType: "PERCENTAGE";
  readonly subscriberEmailAddresses: string[];
}

export function budgetNotices({ emails }: Subscribers): BudgetNotice[] {
  if (emails.length === 0 || emails.length > MAX_EMAILS) {
    throw new Error(`cost: ${emails.length} addresses hear of budgets; AWS Budgets allows 1 to ${MAX_EMAILS}, so use the address of a list`);
  }
  return NOTICES.map((notice) => ({
    comparisonOperator: "GREATER_THAN",
    ...notice,
    thresholdType: "PERCENTAGE",
    subscriberEmailAddresses: [...emails],
  }));
}

/** A limit as AWS Budgets takes it. */
export function limitAmount(usd: number): string {
  if (!Number.isFinite(usd) || usd <= 0) throw new Error(`cost: a budget of ${usd} US dollars; it must be above 0`);
  return usd.toFixed(2);
}

/** Filter of a budget: the cost of resources with this tag. `user:` marks tags that are not AWS's own. */
export const tagFilter = (key: string, value: string): { readonly name: "TagKeyValue"; readonly values: string[] } => ({
  name: "TagKeyValue",
  values: [`user:${key}$${value}`],
});

/** The tenant's own limit, else its tier's. */
export const budgetOf = (tenant: CostTenant, byTier: Readonly<Record<Tier, number>>): number =>
  tenant.monthlyBudgetUsd ?? byTier[tenant.tier];

/**
 * What an anomaly monitor looks at: all cost of the environment, tenants' and shared. Written with every key that Cost
 * Explorer answers with, since one that is left out is a difference for ever, and a difference replaces the monitor.
 */
export const environmentCost = (environment: string): string =>
  JSON.stringify({
    And: null,
    CostCategories: null,
    Dimensions: null,
    Not: null,
    Or: null,
    Tags: { Key: "environment", MatchOptions: null, Values: [environment] },
  });

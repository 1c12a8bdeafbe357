import type { input } from "@pulumi/aws/types/index.js";

type Rule = input.wafv2.WebAclRule;

/** A group of rules that AWS keeps, in the order in which they are asked. */
interface ManagedGroup {
  /** Name of ours, for the metric. */
  readonly name: string;
  readonly group: string;
  /** Rules of the group that count and do not block. */
  readonly counted: readonly string[];
}

/** @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const MANAGED: readonly ManagedGroup[] = [
  { name: "ip-reputation", group: "AWSManagedRulesAmazonIpReputationList", counted: [] },
  // Payment providers and warehouses call the shops' APIs from hosting providers.
  { name: "anonymous-ip", group: "AWSManagedRulesAnonymousIpList", counted: ["HostingProviderIPList"] },
  // Product pictures and imports are larger than 8 KiB.
  { name: "common", group: "AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"] },
  { name: "known-bad-inputs", group: "AWSManagedRulesKnownBadInputsRuleSet", counted: [] },
  { name: "sql-injection", group: "AWSManagedRulesSQLiRuleSet", counted: [] },
];

/** Every rule is seen in CloudWatch, with samples of what it matched. */
export const visibility = (prefix: string, name: string): input.wafv2.WebAclRuleVisibilityConfig => ({
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName: `${prefix}-${name}`,
});

const rateLimit = (prefix: string, limit: number): Rule => ({
  name: "rate-limit",
  priority: 0,
  action: { block: { customResponse: { responseCode: 429 } } },
  statement: { rateBasedStatement: { aggregateKeyType: "IP", limit, evaluationWindowSec: 300 } },
  visibilityConfig: visibility(prefix, "rate-limit"),
});

const managed = (prefix: string, { name, group, counted }: ManagedGroup, priority: number): Rule => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: "AWS",
      name: group,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visibility(prefix, name),
});

/** The rate limit first, since it is the cheapest to ask; then AWS's groups. */
export const firewallRules = (prefix: string, requestsPer5Minutes: number): Rule[] => [
  rateLimit(prefix, requestsPer5Minutes),
  ...MANAGED.map((group, position) => managed(prefix, group, position + 1)),
];

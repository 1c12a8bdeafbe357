import { expect, test } from "vitest";
import { Firewall } from "../../../components/edge/firewall.ts";
import { firewallRules } from "../../../components/edge/firewallRules.ts";
import { only } from "../../support/record.ts";
import { PREFIX, recordEdge } from "./support.ts";

const rules = firewallRules(PREFIX, 2000);

test("the rate limit first, by address, over five minutes", () => {
  expect(rules[0]).toMatchObject({
    name: "rate-limit",
    priority: 0,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: { rateBasedStatement: { aggregateKeyType: "IP", limit: 2000, evaluationWindowSec: 300 } },
  });
});

test("then AWS's groups, each in force, each with a metric and a priority of its own", () => {
  const managed = rules.slice(1);
  expect(managed.map(({ statement }) => statement)).toMatchObject([
    { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesAmazonIpReputationList", ruleActionOverrides: [] } },
    {
      managedRuleGroupStatement: {
        name: "AWSManagedRulesAnonymousIpList",
        ruleActionOverrides: [{ name: "HostingProviderIPList", actionToUse: { count: {} } }],
      },
    },
    {
      managedRuleGroupStatement: {
        name: "AWSManagedRulesCommonRuleSet",
        ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
      },
    },
    { managedRuleGroupStatement: { name: "AWSManagedRulesKnownBadInputsRuleSet", ruleActionOverrides: [] } },
    { managedRuleGroupStatement: { name: "AWSManagedRulesSQLiRuleSet", ruleActionOverrides: [] } },
  ]);
  expect(managed.map(({ overrideAction }) => overrideAction)).toEqual(managed.map(() => ({ none: {} })));
  expect(rules.map(({ priority }) => priority)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(new Set(rules.map(({ visibilityConfig }) => JSON.stringify(visibilityConfig))).size).toBe(rules.length);
});

test("all of it in us-east-1, and no login in the log", async () => {
  const seen = await recordEdge((usEast1) => {
    const log = { logRetentionDays: 90, logKeyArn: "arn:key", protection: "on" } as const;
    new Firewall("firewall", { prefix: PREFIX, requestsPer5Minutes: 2000, ...log, usEast1 });
  });
  expect(only(seen, "WebAcl")).toMatchObject({ provider: "us-east-1", inputs: { scope: "CLOUDFRONT", defaultAction: { allow: {} } } });
  expect(only(seen, "LogGroup")).toMatchObject({
    provider: "us-east-1",
    protect: true,
    retainOnDelete: true,
    inputs: { name: "aws-waf-logs-privatesales-prod", retentionInDays: 90, kmsKeyId: "arn:key" },
  });
  expect(only(seen, "WebAclLoggingConfiguration")).toMatchObject({
    provider: "us-east-1",
    inputs: {
      resourceArn: "arn:acl",
      logDestinationConfigs: ["arn:log-group"],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
    },
  });
});

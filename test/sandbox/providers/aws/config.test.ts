import { expect, test } from "vitest";
import { checkConfig, diffConfig, parseConfig } from "../../../../sandbox/providers/aws/config.ts";
import { UNKNOWN, type Properties } from "../../../../sandbox/providers/provider.ts";
import { ACCOUNT, REGION } from "./support.ts";

const faults = (news: Properties) => checkConfig(news).map(({ property, reason }) => `${property}: ${reason}`);

test("what an explicit provider gives is accepted", () => {
  const given = { region: REGION, allowedAccountIds: JSON.stringify([ACCOUNT]), defaultTags: '{"tags":{"project":"shop"}}', skipCredentialsValidation: "false", version: "7.48.0" };
  expect(faults(given)).toEqual([]);
  expect(parseConfig(given, ACCOUNT)).toEqual({ region: REGION, account: ACCOUNT, defaultTags: { project: "shop" } });
  expect(faults({ region: UNKNOWN, allowedAccountIds: UNKNOWN })).toEqual([]);
});

test.each<[Properties, string]>([
  [{}, "region: Missing region information"],
  [{ region: "seoul" }, 'region: invalid AWS Region: "seoul"'],
  [{ region: REGION, regoin: "x" }, 'regoin: the aws provider has no argument "regoin"; it has: accessKey, '],
  [{ region: REGION, endpoints: '[{"s3":"http://x"}]' }, "endpoints: is not simulated in the sandbox"],
])("%j is refused", (news, expected) => {
  expect(faults(news)).toEqual([expect.stringContaining(expected)]);
  expect(() => parseConfig(news, ACCOUNT)).toThrow(expected.split(": ").slice(1).join(": "));
});

test.each<[Properties, string]>([
  [{ allowedAccountIds: '["999999999999"]' }, `aws provider, allowedAccountIds: AWS account ID not allowed: ${ACCOUNT}; allowed: 999999999999`],
  [{ forbiddenAccountIds: `["${ACCOUNT}"]` }, `aws provider, forbiddenAccountIds: AWS account ID not allowed: ${ACCOUNT}`],
])("%j is refused when the provider is used, as by the plugin, and not before", (news, expected) => {
  expect(faults({ region: REGION, ...news })).toEqual([]);
  expect(() => parseConfig({ region: REGION, ...news }, ACCOUNT)).toThrow(expected);
});

test("no argument replaces the provider", () => {
  expect(diffConfig({ region: REGION, version: "1" }, { region: "us-east-1", version: "2" }).changes).toEqual([{ path: "region", kind: "update", replace: false }]);
});

import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../stacks/config.ts";
import type { StackName } from "../../sandbox/arguments.ts";
import { configOf } from "../support/program.ts";

type Values = Readonly<Record<string, unknown>>;

const valueOf = (stack: StackName, key: string): Values => JSON.parse(configOf(stack)[`privatesales:${key}`] ?? "{}") as Values;

/** Faults of a stack's own file with `over` over the keys of its maps; a key that is undefined is left out. */
function faultsOf(stack: StackName, over: Readonly<Record<string, Values | string | undefined>>): readonly string[] {
  const changed = Object.entries(over).map(([key, value]) => [
    `privatesales:${key}`,
    typeof value === "object" ? JSON.stringify({ ...valueOf(stack, key), ...value }) : value,
  ]) as readonly (readonly [string, string | undefined])[];
  const merged: Readonly<Record<string, string | undefined>> = { ...configOf(stack), ...Object.fromEntries(changed) };
  const all = Object.fromEntries(Object.entries(merged).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  try {
    parseConfig(all, stack);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n  ").slice(1);
    throw error;
  }
}

describe.each(["qa", "prod"] as const)("%s as it stands", (stack) => {
  test("has no fault", () => {
    expect(faultsOf(stack, {})).toEqual([]);
  });
});

const NETWORK = { cidr: "10.11.0.0/16", zones: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"] };
const second = (more: Values): Values => ({ secondRegion: { region: "ap-northeast-1", network: NETWORK, ...more } });

/** Each with what is refused, the reason, and a neighbour that is allowed. */
test.each<[string, Readonly<Record<string, Values>>, RegExp, Readonly<Record<string, Values>>]>([
  ["an unknown key", { aws: { regoin: "x" } }, /^Pulumi\.prod\.yaml: privatesales:aws\.regoin is not a known key$/, {}],
  ["an account id that YAML read as a number", { aws: { accountId: 111122223333 } }, /privatesales:aws\.accountId is 111122223333; /, { aws: { accountId: "111122223333" } }],
  ["a zone of another region", { aws: { zones: ["ap-northeast-2a", "ap-northeast-2b", "us-east-1c"] } }, /aws\.zones has "us-east-1c", which is no zone of ap-northeast-2/, { aws: { zones: ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2d"] } }],
  ["a zone twice", { aws: { zones: ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2b"] } }, /aws\.zones has "ap-northeast-2b" twice/, {}],
  ["a second zone list of the first region", { aws: second({ network: { ...NETWORK, zones: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-2a"] } }) }, /aws\.secondRegion\.network\.zones has "ap-northeast-2a", which is no zone of ap-northeast-1/, { aws: second({}) }],
  ["networks that overlap", { aws: second({ network: { ...NETWORK, cidr: "10.10.0.0/16" } }) }, /aws\.secondRegion\.network\.cidr is 10\.10\.0\.0\/16, which overlaps aws\.cidr \(10\.10\.0\.0\/16\)/, { aws: second({ network: { ...NETWORK, cidr: "10.12.0.0/16" } }) }],
  ["a network over the cluster's Services", { aws: { cidr: "172.20.0.0/16" } }, /aws\.cidr is 172\.20\.0\.0\/16, which overlaps the cluster's Services/, { aws: { cidr: "172.21.0.0/16" } }],
  ["a range that is no /16", { aws: { cidr: "10.10.0.0/20" } }, /aws\.cidr is "10\.10\.0\.0\/20"; a \/16 such as/, { aws: { cidr: "10.30.0.0/16" } }],
  ["a range that begins within another /16", { aws: { cidr: "10.10.1.0/16" } }, /aws\.cidr is "10\.10\.1\.0\/16"; a \/16 such as/, { aws: { cidr: "10.10.0.0/16" } }],
  ["copies in the same region", { aws: second({ region: "ap-northeast-2" }) }, /aws\.secondRegion\.region is ap-northeast-2, the first one/, { aws: second({}) }],
  ["a role of another account", { cluster: { admins: ["arn:aws:iam::444455556666:role/admin"] } }, /cluster names the role arn:aws:iam::444455556666:role\/admin, which is not of account 111122223333/, { cluster: { admins: ["arn:aws:iam::111122223333:role/admin"] } }],
  ["a registry of another account", { images: { registry: "444455556666.dkr.ecr.ap-northeast-2.amazonaws.com/x" } }, /images\.registry is 444455556666\S+, of account 444455556666; allowed is a registry of aws\.accountId, 111122223333/, {}],
  ["half of a global database", { aws: { secondRegion: { region: "ap-northeast-1" } } }, /database\.secondInstances and aws\.secondRegion\.network belong together/, { aws: second({}) }],
  ["a warm cluster without a network", { aws: { secondRegion: { region: "ap-northeast-1", cluster: "warm" } } }, /aws\.secondRegion\.cluster is warm, and network is missing/, { aws: second({ cluster: "warm" }) }],
])("%s is refused", (_what, refused, reason, allowed) => {
  const faults = faultsOf("prod", refused);
  expect(faults.join("\n")).toMatch(reason);
  expect(faults.every((fault) => fault.startsWith("Pulumi.prod.yaml: privatesales:"))).toBe(true);
  expect(faultsOf("prod", allowed)).toEqual([]);
});

test("parts on AWS want the account, and the account wants parts", () => {
  expect(faultsOf("prod", { aws: undefined })).toHaveLength(4);
  expect(faultsOf("prod", { aws: undefined })[0]).toBe(
    "Pulumi.prod.yaml: privatesales:aws is missing, and cluster.kind is eks; give account, region, zones and network under aws",
  );
  const local = faultsOf("local", { aws: configOf("qa")["privatesales:aws"], databasePassword: undefined });
  expect(local).toEqual(["Pulumi.local.yaml: privatesales:aws is set, and nothing of this stack stands there; remove it"]);
});

test("parts that stand in the cluster's network want the cluster", () => {
  const cluster = JSON.stringify({ kind: "kubeconfig", kubeconfig: "~/.kube/config" });
  const faults = faultsOf("qa", { cluster });
  expect(faults).toHaveLength(4);
  expect(faults[0]).toMatch(/database\.kind is aurora, which stands in the network of an EKS cluster; set cluster\.kind to eks/);
  expect(faultsOf("qa", { dns: JSON.stringify({ kind: "none" }) })).toEqual([
    expect.stringMatching(/certificates\.issuer is acmeDns01/),
    expect.stringMatching(/mesh\.ingress\.kind is targetGroup/),
  ]);
});

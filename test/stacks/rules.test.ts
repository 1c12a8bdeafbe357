import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { beforeAll, describe, expect, test } from "vitest";
import { STACKS } from "../../sandbox/arguments.ts";
import { recordProgram } from "../support/program.ts";
import { at } from "../support/objects.ts";
import type { Recorded } from "../support/record.ts";
import { tenantEntries, TEST_DATA } from "../support/sandbox.ts";

const names = (resources: readonly Recorded[]): readonly string[] => resources.map(({ name }) => name).toSorted();
const byName = (resources: readonly Recorded[]): ReadonlyMap<string, unknown> =>
  new Map(resources.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));

const TENANT_LABEL = "privatesales.co.kr/tenant";
const labelOf = ({ inputs }: Recorded): unknown => {
  const labels = at(inputs, "metadata.labels");
  return typeof labels === "object" && labels !== null ? Object.getOwnPropertyDescriptor(labels, TENANT_LABEL)?.value : undefined;
};
const tenantsIn = (resources: readonly Recorded[]): readonly string[] =>
  names(resources.filter(({ type }) => type === "privatesales:tenant:TenantEnvironment"));

const HERMES = { id: "hermes", tier: "starter", release: { version: "1.0.0" }, api: { runtime: "node" }, contacts: ["ops@hermes.example"] };

function tenantsFile(name: string, entries: readonly Readonly<Record<string, unknown>>[]): string {
  const folder = join(TEST_DATA, "rules");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({ version: 1, tenants: entries }));
  return file;
}

const AWS_PROVIDERS = ["aws", "aws-edge", "aws-second"];
/** Makes nothing: it asks whose credentials these are. */
const CALLER = "aws-caller";

describe.each(STACKS)("in %s", (stack) => {
  let resources: readonly Recorded[];
  beforeAll(async () => {
    resources = await recordProgram(stack);
  });

  test("every object goes through the stack's one provider of its kind, and for AWS of its region", () => {
    const providers = { kubernetes: ["cluster-kubernetes"], postgresql: ["database-provider"], aws: AWS_PROVIDERS, random: [""] };
    const wrong = resources.filter(({ custom, type, provider }) => {
      if (!custom || type.startsWith("pulumi:providers:")) return false;
      return !Object.entries(providers).some(([kind, own]) => type.startsWith(`${kind}:`) && own.some((name) => name === provider));
    });
    expect(names(wrong)).toEqual([]);
    const declared = names(resources.filter(({ type }) => type.startsWith("pulumi:providers:")));
    expect(declared).toEqual([...(stack === "local" ? [] : [...AWS_PROVIDERS, CALLER].toSorted()), "cluster-kubernetes", "database-provider"]);
  });

  test("a child carries the name of its component, or of the tenant that it is for", () => {
    const ids = tenantsIn(resources);
    expect(ids).toEqual(["chanel", "dior", "gucci"]);
    const wrong = resources.filter(
      ({ name, parent }) => parent !== "" && ![parent, ...ids].some((prefix) => name.startsWith(`${prefix}-`)),
    );
    expect(names(wrong)).toEqual([]);
    // Nothing but components stands at the top, and the account's providers.
    expect(names(resources.filter(({ custom, parent }) => custom && parent === ""))).toEqual(stack === "local" ? [] : [...AWS_PROVIDERS, CALLER].toSorted());
  });

  test("what belongs to a tenant wears its label, wherever it stands, and nothing else does", () => {
    const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    const ids = tenantsIn(resources);
    const ownerOf = ({ inputs, parent }: Recorded): string | undefined =>
      ids.find((id) => parent === id || at(inputs, "metadata.namespace") === `tenant-${id}` || at(inputs, "metadata.name") === `tenant-${id}`);
    expect(names(objects.filter((resource) => labelOf(resource) !== ownerOf(resource)))).toEqual([]);
    expect(objects.filter((resource) => labelOf(resource) === "dior").length).toBeGreaterThan(30);
  });

  test("schemas and roles of tenants are kept and protected where the stack says so, and only there", () => {
    const ids = tenantsIn(resources);
    const data = resources.filter(({ type, parent }) => /^postgresql:.*:(Role|Schema)$/.test(type) && ids.includes(parent));
    expect(data).toHaveLength(ids.length * 4);
    const on = stack !== "local";
    expect(names(data.filter(({ protect, retainOnDelete }) => protect !== on || retainOnDelete !== on))).toEqual([]);
  });

  test("no resource is named by its place in a list", () => {
    // A region, an address range, a port and a major version say what a thing is.
    const identity = /-(?:[a-z]{2}-[a-z]+-\d|\d+-\d+-\d+-\d+-\d+|internet-\d+|parameters-\d+)$/;
    expect(names(resources).filter((name) => /-\d+$/.test(name) && !identity.test(name))).toEqual([]);
  });
});

test("with external charts no release is declared, and everything else is", async () => {
  const managed = await recordProgram("local");
  const external = await recordProgram("local", { config: { charts: "external" } });
  expect(external.filter(({ type }) => type.endsWith(":Release"))).toEqual([]);
  const releases = managed.filter(({ type }) => type.endsWith(":Release"));
  expect(releases).toHaveLength(9);
  const gone = names(managed).filter((name) => !names(external).includes(name));
  // The logins and secrets of what a chart installs go with it.
  expect(gone).toEqual(
    [...names(releases), "prometheus-grafana-login", "prometheus-grafana-password", "prometheus-notifications"].toSorted(),
  );
});

test("the order of the tenants file matters to nobody", async () => {
  const entries = tenantEntries();
  const forward = await recordProgram("local", { tenantsFile: tenantsFile("forward", entries) });
  const backward = await recordProgram("local", { tenantsFile: tenantsFile("backward", entries.toReversed()) });
  expect(byName(backward)).toEqual(byName(forward));
});

test("one more tenant adds its own resources and changes only what lists tenants", async () => {
  const before = byName(await recordProgram("local", { tenantsFile: tenantsFile("three", tenantEntries()) }));
  const after = byName(await recordProgram("local", { tenantsFile: tenantsFile("four", [...tenantEntries(), HERMES]) }));
  const added = [...after.keys()].filter((key) => !before.has(key));
  expect(added.filter((key) => !/ hermes(-|$)/.test(key))).toEqual([]);
  expect(added).toHaveLength(44);
  const changed = [...before.keys()].filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));
  expect(changed.map((key) => key.split(" ")[1]).toSorted()).toEqual([
    "cache-users",
    "control-plane-tenants",
    "gateway-www",
    "logging-retention",
    "logging-retention-files",
    "pooler-config",
    "pooler-deployment",
    "pooler-users",
  ]);
});

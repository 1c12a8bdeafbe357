import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { STACKS } from "../../sandbox/arguments.ts";
import { recordProgram } from "../support/program.ts";
import type { Recorded } from "../support/record.ts";
import { tenantEntries, TEST_DATA } from "../support/sandbox.ts";

const names = (resources: readonly Recorded[]): readonly string[] => resources.map(({ name }) => name).toSorted();
const byName = (resources: readonly Recorded[]): ReadonlyMap<string, unknown> =>
  new Map(resources.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));

const HERMES = { id: "hermes", tier: "starter", release: { version: "1.0.0" }, api: { runtime: "node" }, contacts: ["ops@hermes.example"] };

function tenantsFile(name: string, entries: readonly Readonly<Record<string, unknown>>[]): string {
  const folder = join(TEST_DATA, "rules");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({ version: 1, tenants: entries }));
  return file;
}

describe.each(STACKS)("in %s", (stack) => {
  test("every object goes through the stack's one provider of its kind", async () => {
    const resources = await recordProgram(stack);
    const wrong = resources.filter(({ custom, type, provider }) => {
      if (!custom || type.startsWith("pulumi:providers:")) return false;
      const expected = type.startsWith("kubernetes:") ? "cluster-kubernetes" : type.startsWith("postgresql:") ? "database-provider" : "";
      return provider !== expected;
    });
    expect(names(wrong)).toEqual([]);
    expect(names(resources.filter(({ type }) => type.startsWith("pulumi:providers:")))).toEqual(["cluster-kubernetes", "database-provider"]);
  });

  test("no resource is named by its place in a list", async () => {
    expect(names(await recordProgram(stack)).filter((name) => /-\d+$/.test(name))).toEqual([]);
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

import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../stacks/config.ts";
import { assertPromoted } from "../../stacks/gates.ts";
import { configOf, recordProgram } from "../support/program.ts";
import { tenantsOf } from "../support/tenants.ts";

/** Answers for the engine, which reads another stack's outputs. */
function withOutputs(outputs: Readonly<Record<string, unknown>>): Promise<void> {
  return pulumi.runtime.setMocks({
    newResource: () => {
      throw new Error("nothing may be registered");
    },
    call: ({ token, inputs }) => {
      expect([token, inputs]).toEqual(["pulumi:pulumi:readStackOutputs", { name: "organization/privatesales/qa" }]);
      return { outputs };
    },
  });
}

const prod = parseConfig(configOf("prod"), "prod");
const DIOR = tenantsOf({ id: "dior", release: { version: "2.0.0" } });
const passed = (...versions: readonly string[]): Readonly<Record<string, unknown>> => ({
  gates: Object.fromEntries(["integration", "load", "performance", "scan"].map((gate) => [gate, { dior: versions }])),
});

describe("prod takes a version", () => {
  test("that qa has passed", async () => {
    await withOutputs(passed("1.9.0", "2.0.0"));
    await expect(assertPromoted(prod, DIOR)).resolves.toBeUndefined();
  });

  test("and no other: the tenant, the version, what has passed and what to do are said", async () => {
    await withOutputs(passed("1.9.0"));
    const said = assertPromoted(prod, DIOR);
    await expect(said).rejects.toThrow("tenants/tenants.yaml names versions that organization/privatesales/qa has not passed:");
    await expect(said).rejects.toThrow(/tenant dior: release\.version is 2\.0\.0, which has not passed integration, load, performance, scan in qa; allowed is 1\.9\.0; deploy 2\.0\.0 to qa first/);
  });

  test("and none while qa was never deployed", async () => {
    await withOutputs({});
    await expect(assertPromoted(prod, DIOR)).rejects.toThrow(/no version of it has passed in qa/);
  });

  test("of tenants that serve only: an archived one has no version that runs", async () => {
    await withOutputs({});
    await expect(assertPromoted(prod, tenantsOf({ id: "dior", state: "archived" }))).resolves.toBeUndefined();
  });
});

test("a stack without promotion asks nobody", async () => {
  await withOutputs({});
  await expect(assertPromoted({ ...prod, promotion: { kind: "none" } }, DIOR)).resolves.toBeUndefined();
});

describe("qa's gates", () => {
  let jobs: readonly string[] = [];
  beforeAll(async () => {
    const resources = await recordProgram("qa");
    jobs = resources.filter(({ type, parent }) => type.endsWith(":Job") && parent === "gates").map(({ name }) => name);
  });

  test("are Jobs that the run waits for, test data for every tenant among them", () => {
    expect(jobs.toSorted()).toEqual(["gates-integration", "gates-load", "gates-performance", "gates-scan", "gates-test-data-chanel", "gates-test-data-dior", "gates-test-data-gucci"]);
  });

  test("are qa's alone", async () => {
    const resources = await recordProgram("prod");
    expect(resources.filter(({ name }) => name.startsWith("gates"))).toEqual([]);
  });
});

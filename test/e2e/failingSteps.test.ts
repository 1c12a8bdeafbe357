import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../sandbox/report.ts";
import { failPods, refuse, stopFailing } from "../support/failures.ts";
import { kubectl, lines, query } from "../support/inspect.ts";
import { ALL_DONE, shop } from "../support/runs.ts";
import { sandbox, script, succeed, TEST_DATA, writeTenants, type Outcome } from "../support/sandbox.ts";

/** Steps of the provisioning flow that fail on purpose, each for a tenant of its own, in one run that a person reads. */

const DATA = join(TEST_DATA, "failing");
const FIRST = writeTenants("failing-first", [shop("first")]);
const ALL = writeTenants("failing-all", ["first", "bad-c", "bad-d", "bad-f", "bad-g", "fine"].map(shop));
const POLICIES = ["fail-c", "fail-d", "fail-f", "fail-g"] as const;

/** Policies are in effect when the API server's own cache has them. */
const POLICY_DELAY_MS = 3_000;

let outcome: Outcome;

beforeAll(async () => {
  await sandbox(DATA, "remove");
  await succeed(DATA, "up", "--tenants", FIRST);
  const job = (value: string): { key: string; value: string } => ({ key: "privatesales.co.kr/job", value });
  const storefront = { key: "app.kubernetes.io/name", value: "storefront" };
  await refuse(DATA, "fail-c", "tenant-bad-c", "resourcequotas", "no quota is left in this cluster");
  await failPods(DATA, { name: "fail-d", namespace: "tenant-bad-d", label: storefront, reason: "ImagePullBackOff" });
  await failPods(DATA, { name: "fail-f", namespace: "tenant-bad-f", label: job("migrate"), reason: "MigrationBroke" });
  await failPods(DATA, { name: "fail-g", namespace: "tenant-bad-g", label: job("verify"), reason: "HostDoesNotAnswer" });
  await wait(POLICY_DELAY_MS);
  outcome = await script("test/support/impatientUp.ts", { IMPATIENT_FOR: "bad-d" }, "--data", DATA, "up", "--tenants", ALL);
});

afterAll(async () => {
  await sandbox(DATA, "remove");
});

/** What the run said of one tenant's failures: the line with the place, and the lines of the reason below it. */
const failuresOf = (tenant: string): readonly string[] =>
  outcome.stderr
    .split(/^(?=failed {2})/m)
    .filter((text) => text.startsWith(`failed  tenant ${tenant},`))
    .map((text) => /^.*\n(?: {8}.*\n?)*/.exec(text)?.[0] ?? "");

const rowOf = (tenant: string): string => lines(outcome.stdout).find((line) => line.startsWith(`${tenant} `)) ?? "";

describe("a run in which four tenants fail", () => {
  test.each([
    ["bad-c", "C (namespace, quota, policies, access), resource bad-c-quota", /ResourceQuota tenant-bad-c\/quota was not created: .*no quota is left in this cluster/],
    ["bad-d", "D (workloads), resource bad-d-storefront-deployment", /Deployment tenant-bad-d\/storefront is not ready after 20 s: 0 of \d pods are available.*\n +Pod storefront-.*: container storefront: ImagePullBackOff/],
    ["bad-f", "F (database and migration), resource bad-f-migrate", /Job tenant-bad-f\/migrate-\w+ failed: BackoffLimitExceeded.*\n +Pod migrate-.*MigrationBroke.*\(and 2 more like it\)\n$/],
    ["bad-g", "G (verification), resource bad-g-verify", /Job tenant-bad-g\/verify-\w+ failed: BackoffLimitExceeded.*\n +Pod verify-.*HostDoesNotAnswer/],
  ])("names tenant %s, step %s and the reason, once", (tenant, place, reason) => {
    const failures = failuresOf(tenant);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(`failed  tenant ${tenant}, step ${place}\n`);
    expect(failures[0]).toMatch(reason);
    expect(failures[0]).not.toContain("errors occurred");
  });

  test("says nothing that a person cannot use", () => {
    const rest = lines(outcome.stderr).filter((line) => !/^(failed {2}|        |\d+ s {2}up local: \d+ resources$)/.test(line));
    expect(rest).toEqual([]);
    expect(outcome.stderr.match(/^failed/gm)).toHaveLength(4);
    expect(outcome.stdout + outcome.stderr).not.toMatch(/\n\s+at |node_modules|Unhandled|undefined/);
  });

  test("ends with a code that is not 0 and tells what to do", () => {
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/up of local failed after [\d.]+ s: 4 reported above\. .*the same command completes the rest/);
    // What is replaced is the job that sets how long logs of each tenant are kept.
    expect(lines(outcome.stdout).at(-1)).toMatch(/^\d+ created, \d+ updated, 1 replaced, 0 deleted, \d+ unchanged$/);
  });

  test("completes all others, the old one and the new one", () => {
    expect(rowOf("first")).toMatch(/^first +active +ok +ok +ok +ok +ok /);
    expect(rowOf("fine")).toMatch(/^fine +active +ok +ok +ok +ok +ok /);
  });

  test("goes as far as it can for those that fail", () => {
    expect(rowOf("bad-c")).toMatch(/^bad-c +active +FAILED +- +- +/);
    expect(rowOf("bad-d")).toMatch(/^bad-d +active +ok +FAILED +- +ok +- /);
    expect(rowOf("bad-f")).toMatch(/^bad-f +active +ok +ok +ok +FAILED +- /);
    expect(rowOf("bad-g")).toMatch(/^bad-g +active +ok +ok +ok +ok +FAILED /);
  });
});

describe("after the causes are gone", () => {
  const storefront = (): Promise<string> =>
    kubectl(DATA, "get", "deployment", "storefront", "-n", "tenant-first", "-o", "jsonpath={.metadata.uid} {.metadata.generation}");
  let before = "";
  let repaired: RunReport;

  beforeAll(async () => {
    await query(DATA, "CREATE TABLE tenant_first.orders (id int); INSERT INTO tenant_first.orders VALUES (1), (2)");
    before = await storefront();
    await stopFailing(DATA, ...POLICIES);
    await wait(POLICY_DELAY_MS);
    await kubectl(DATA, "delete", "pods", "-n", "tenant-bad-d", "-l", "app.kubernetes.io/name=storefront");
    repaired = await succeed(DATA, "up", "--tenants", ALL);
  });

  test("the next run completes every tenant", () => {
    expect(repaired.failures).toEqual([]);
    expect(repaired.tenants.map(({ steps }) => steps)).toEqual(repaired.tenants.map(() => ALL_DONE));
  });

  test("by making the failed jobs anew", async () => {
    const jobs = await kubectl(DATA, "get", "jobs", "-A", "-o", "jsonpath={range .items[?(@.status.failed)]}{.metadata.name}{end}");
    expect(jobs).toBe("");
    for (const tenant of ["bad-f", "bad-g"]) {
      expect(await kubectl(DATA, "get", "jobs", "-n", `tenant-${tenant}`, "-o", "jsonpath={.items[*].status.succeeded}")).toBe("1 1");
    }
  });

  test("and what worked all along was not touched", async () => {
    expect(await storefront()).toBe(before);
    expect(await query(DATA, "SELECT count(*) FROM tenant_first.orders")).toBe("2");
  });
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitUntil } from "../../sandbox/process.ts";
import { madeTwice } from "../support/auditLog.ts";
import { kubectl, lines, witness } from "../support/inspect.ts";
import { ctrlC, enginesOf, interruptedUp, terminate, type Interrupt, type Interrupted } from "../support/interrupt.ts";
import { ALL_DONE, nothingBut, shop } from "../support/runs.ts";
import { sandbox, succeed, TEST_DATA, writeTenants } from "../support/sandbox.ts";

/** A run that is interrupted ends soon, and the next one goes on from there with nobody's help. */

const DATA = join(TEST_DATA, "kill");
const IDS = ["shopa", "shopb", "shopc", "shopd", "shope", "shopf"] as const;
const tenants = (count: number): string => writeTenants(`kill-${count}`, IDS.slice(0, count).map(shop));

async function remove(): Promise<void> {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
}

beforeAll(remove);
afterAll(remove);

const twice: Interrupt = (run) => {
  ctrlC(run);
  setTimeout(() => {
    if (run.exitCode === null) ctrlC(run);
  }, 100);
};

/** In this order: each case adds tenants to what the one before it left. */
describe.each([
  { name: "Ctrl-C", count: 2, resource: "deployments", interrupt: ctrlC, code: 130 },
  { name: "SIGTERM to the one process", count: 4, resource: "jobs", interrupt: terminate, code: 143 },
])("$name", ({ count, resource, interrupt, code }) => {
  let run: Interrupted;

  beforeAll(async () => {
    run = await interruptedUp(DATA, tenants(count), resource, interrupt);
  });

  test("ends the run within 20 s, with the signal's exit code, and the engine with it", () => {
    expect(run.code).toBe(code);
    expect(run.seconds).toBeLessThan(20);
    expect(enginesOf(DATA)).toEqual([]);
  });

  test("says that it was interrupted, and nothing of failures", () => {
    expect(lines(run.stderr).filter((line) => line.startsWith("interrupted"))).toEqual([
      "interrupted: what is under way is brought to its end, nothing new is begun (once more ends at once) …",
    ]);
    expect(run.stderr).not.toMatch(/failed|cancell?ed|Error/);
    expect(run.stdout).toMatch(/^\nup of local interrupted after [\d.]+ s\. What was made is recorded; the same command takes up from here\.\n\d+ created, .* unchanged\n$/);
  });

  test("leaves what the next run completes", async () => {
    const report = await succeed(DATA, "up", "--tenants", tenants(count));
    expect(report.interrupted).toBe(false);
    expect(report.counts.created).toBeGreaterThan(0);
    expect(report.tenants.map(({ steps }) => steps)).toEqual(Array.from({ length: count }, () => ALL_DONE));
  });

  test("and nothing is there twice", async () => {
    expect(madeTwice(witness(DATA, "start").writes())).toEqual([]);
    for (const id of IDS.slice(0, count)) {
      expect(await kubectl(DATA, "get", "jobs", "-n", `tenant-${id}`, "-o", "jsonpath={.items[*].status.succeeded}")).toBe("1 1");
    }
    expect((await succeed(DATA, "up", "--tenants", tenants(count))).counts).toMatchObject(nothingBut());
  });
});

describe("Ctrl-C twice", () => {
  test("ends everything at once, and the lock that stays behind stops nobody", async () => {
    const run = await interruptedUp(DATA, tenants(6), "serviceaccounts", twice);
    expect(run.code).toBe(130);
    expect(run.seconds).toBeLessThan(5);
    expect(await waitUntil(() => enginesOf(DATA).length === 0, 10_000)).toBe(true);
    const next = await sandbox(DATA, "up", "--tenants", tenants(6));
    expect(next.stdout).toMatch(/\d+ created, .* unchanged\n$/);
    expect(next.stdout).not.toMatch(/^0 created/m);
    expect(next.stderr).not.toMatch(/lock/);
  });
});

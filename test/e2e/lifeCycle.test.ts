import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { State } from "../../tenants/tenant.ts";
import { changesIn } from "../support/auditLog.ts";
import { kubectl, query, witness } from "../support/inspect.ts";
import { ALL_DONE, shop } from "../support/runs.ts";
import { sandbox, succeed, TEST_DATA, writeTenants, type Outcome } from "../support/sandbox.ts";

/** A tenant from its first day to its archive and back, and every edit of the file that would lose it. */

const DATA = join(TEST_DATA, "life-cycle");
const KEEPER = shop("keeper");
const inState = (state: State): ReturnType<typeof shop> => ({ ...shop("shopa"), state });
const file = (name: string, ...entries: readonly ReturnType<typeof shop>[]): string => writeTenants(`life-cycle-${name}`, entries);

const BOTH = file("both", KEEPER, shop("shopa"));
const uid = (kind: string, name: string): Promise<string> => kubectl(DATA, "get", kind, name, "-o", "jsonpath={.metadata.uid}");
const rows = (): Promise<string> => query(DATA, "SELECT count(*) FROM tenant_shopa.orders");
const passwordOf = (): Promise<string> => query(DATA, "SELECT rolpassword FROM pg_authid WHERE rolname = 'tenant_shopa__app'");

/** Runs `up`, which has to be refused before anything is written; returns what it said. */
async function refused(tenants: string, command: "up" | "preview" = "up"): Promise<string> {
  const seen = witness(DATA);
  const outcome: Outcome = await sandbox(DATA, command, "--tenants", tenants);
  expect(outcome.code).toBe(1);
  expect(changesIn(seen.writes())).toEqual([]);
  expect(seen.postgresLog()).not.toMatch(/statement: (?:CREATE|ALTER|DROP|GRANT|REVOKE)/);
  expect(await rows()).toBe("2");
  return outcome.stdout + outcome.stderr;
}

let namespace = "";
let password = "";

beforeAll(async () => {
  await succeed(DATA, "up", "--tenants", BOTH);
  await query(DATA, "CREATE TABLE tenant_shopa.orders (id int); INSERT INTO tenant_shopa.orders VALUES (1), (2)");
  namespace = await uid("namespace", "tenant-shopa");
  password = await passwordOf();
});

afterAll(async () => {
  await sandbox(DATA, "remove");
});

describe("is refused before any write", () => {
  test("an entry that is gone, and what to write instead is said", async () => {
    const said = await refused(file("gone", KEEPER));
    expect(said).toMatch(/life-cycle-gone\.yaml:2:1 {2}field tenants/);
    expect(said).toMatch(/tenant shopa is deployed in local \(active\) and has no entry/);
    expect(said).toMatch(/allowed {2}its entry, with state: suspended/);
    expect(said).not.toMatch(/\n\s+at |node_modules/);
  });

  test("in a preview too, and a second time", async () => {
    expect(await refused(file("gone", KEEPER), "preview")).toMatch(/tenant shopa is deployed in local/);
    expect(await refused(file("gone", KEEPER))).toMatch(/tenant shopa is deployed in local/);
  });

  test("another id, a file with other shops only, and a state that leaves a step out", async () => {
    expect(await refused(file("renamed", KEEPER, shop("shopa-paris")))).toMatch(/no entry with id: shopa\n/);
    const other = await refused(file("other", shop("stranger")));
    expect(other).toMatch(/no entry with id: keeper\n[^]*no entry with id: shopa\n/);
    expect(await refused(file("hurried", KEEPER, inState("archived")))).toMatch(/tenant shopa, field state\s+problem {2}comes after active, which local has deployed: deploy suspended, then archived\./);
  });

  test("a healthy new tenant's entry that is gone after a run in which another failed", async () => {
    const foreign = join(DATA, "foreign.json");
    writeFileSync(foreign, JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "tenant-poisoned" } }));
    await kubectl(DATA, "apply", "-f", foreign);
    const failed = await sandbox(DATA, "up", "--tenants", file("failed", KEEPER, shop("shopa"), shop("healthy"), shop("poisoned")));
    expect(failed.code).toBe(1);
    const said = await refused(file("without-healthy", KEEPER, shop("shopa"), shop("poisoned")));
    expect(said).toMatch(/tenant healthy is deployed in local \(active\) and has no entry/);
    await kubectl(DATA, "delete", "namespace", "tenant-poisoned");
    const { tenants } = await succeed(DATA, "up", "--tenants", file("whole", KEEPER, shop("shopa"), shop("healthy"), shop("poisoned")));
    expect(tenants.map(({ id, steps }) => [id, steps])).toEqual(["healthy", "keeper", "poisoned", "shopa"].map((id) => [id, ALL_DONE]));
  });
});

const REST = [KEEPER, shop("healthy"), shop("poisoned")] as const;

describe("step by step", () => {
  test("suspended: no pods, data as it was, and only this tenant's and shared objects are written", async () => {
    const seen = witness(DATA);
    await succeed(DATA, "up", "--tenants", file("suspended", ...REST, inState("suspended")));
    expect(await kubectl(DATA, "get", "deployment", "api", "-n", "tenant-shopa", "-o", "jsonpath={.spec.replicas}")).toBe("0");
    expect(await rows()).toBe("2");
    const others = seen.writes().filter(({ namespace: where }) => /^tenant-(?!shopa$)/.test(where ?? ""));
    expect(changesIn(others)).toEqual([]);
  });

  test("archived: no workloads and no routes, login closed, data as it was", async () => {
    await succeed(DATA, "up", "--tenants", file("archived", ...REST, inState("archived")));
    expect(await kubectl(DATA, "get", "deployments,virtualservices", "-n", "tenant-shopa", "-o", "name")).toBe("");
    expect(await query(DATA, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'tenant_shopa__app'")).toBe("f");
    expect(await rows()).toBe("2");
    expect(await refused(file("archived-gone", ...REST))).toMatch(/is deployed in local \(archived\)[^]*with state: purged, when the shop is to go/);
  });

  test("back again: the same namespace, schema and password, and everything works", async () => {
    const { tenants } = await succeed(DATA, "up", "--tenants", file("back", ...REST, shop("shopa")));
    expect(tenants.find(({ id }) => id === "shopa")?.steps).toEqual(ALL_DONE);
    expect(await uid("namespace", "tenant-shopa")).toBe(namespace);
    expect(await passwordOf()).toBe(password);
    expect(await query(DATA, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'tenant_shopa__app'")).toBe("t");
    expect(await rows()).toBe("2");
  });
});

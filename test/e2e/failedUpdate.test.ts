import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubectl, query } from "../support/inspect.ts";
import { ALL_DONE, shop } from "../support/runs.ts";
import { reportOf, sandbox, succeed, TEST_DATA, writeTenants } from "../support/sandbox.ts";

/**
 * An update that fails must not take anything along. Whatever depends on a failed resource is not registered in that run, and
 * the engine would delete it as removed from the program: workloads, routes, and the schema with its tables.
 */

const DATA = join(TEST_DATA, "failed-update");
const BEFORE = writeTenants("failed-update-before", [shop("shopa")]);
const AFTER = writeTenants("failed-update-after", [{ ...shop("shopa"), quota: { cpu: "6" } }]);

/** More than are declared at a time: those behind wait for those before. */
const MANY = writeTenants("failed-update-many", "a b c d e f g h i j k".split(" ").map((letter) => shop(`shop${letter}`)));

const uid = (kind: string, name: string): Promise<string> => kubectl(DATA, "get", kind, name, "-n", "tenant-shopa", "-o", "jsonpath={.metadata.uid}");

/** Somebody else takes over the field that the next run wants to change, or gives it up again. */
async function otherOwner(hard: Readonly<Record<string, string>>): Promise<void> {
  const file = join(DATA, "quota.json");
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace: "tenant-shopa" }, spec: { hard } }),
  );
  await kubectl(DATA, "apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "-f", file);
}

let deployment = "";

beforeAll(async () => {
  await succeed(DATA, "up", "--tenants", BEFORE);
  await query(DATA, "CREATE TABLE tenant_shopa.orders (id int); INSERT INTO tenant_shopa.orders VALUES (1), (2)");
  deployment = await uid("deployment", "storefront");
});

afterAll(async () => {
  await sandbox(DATA, "remove");
});

test("is reported with field and owner, and deletes nothing", async () => {
  await otherOwner({ "requests.cpu": "5" });
  const outcome = await sandbox(DATA, "up", "--tenants", AFTER, "--json");
  const { counts, failures } = reportOf(outcome);
  expect(outcome.code).toBe(1);
  expect(failures).toMatchObject([{ tenant: "shopa", step: "C", resource: "shopa-quota" }]);
  expect(failures[0]?.reason).toMatch(/spec\.hard\.requests\.cpu.* owned by somebody/);
  expect(counts).toMatchObject({ created: 0, replaced: 0, deleted: 0 });
  expect(await uid("deployment", "storefront")).toBe(deployment);
  expect(await query(DATA, "SELECT count(*) FROM tenant_shopa.orders")).toBe("2");
});

test("is completed by the next run once the cause is gone", async () => {
  await otherOwner({});
  const { counts, tenants } = await succeed(DATA, "up", "--tenants", AFTER);
  expect(counts).toMatchObject({ created: 0, replaced: 0, deleted: 0 });
  expect(tenants).toMatchObject([{ id: "shopa", steps: ALL_DONE }]);
  expect(await kubectl(DATA, "get", "quota", "quota", "-n", "tenant-shopa", "-o", "jsonpath={.spec.hard.requests\\.cpu}")).toBe("6");
  expect(await uid("deployment", "storefront")).toBe(deployment);
  expect(await query(DATA, "SELECT count(*) FROM tenant_shopa.orders")).toBe("2");
});

test("of what all tenants wait for ends the run, names it, and leaves the tenant that is there alone", async () => {
  const file = join(DATA, "www.json");
  const http = [{ name: "somebodys", directResponse: { status: 503 } }];
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "www", namespace: "istio-ingress" }, spec: { http } }),
  );
  await kubectl(DATA, "apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "-f", file);
  const outcome = await sandbox(DATA, "up", "--tenants", MANY, "--json");
  const { failures, tenants, counts, changes } = reportOf(outcome);
  expect(outcome.code).toBe(1);
  expect(failures).toMatchObject([{ resource: "gateway-www" }]);
  expect(failures[0]?.reason).toMatch(/spec\.http.* owned by somebody/);
  expect(counts.deleted).toBe(0);
  expect(changes.filter(({ name }) => name.startsWith("shopa-"))).toEqual([]);
  expect(tenants.map(({ id }) => id)).toContain("shopk");
  expect(await uid("deployment", "storefront")).toBe(deployment);
  expect(await query(DATA, "SELECT count(*) FROM tenant_shopa.orders")).toBe("2");
});

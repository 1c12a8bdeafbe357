import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitUntil } from "../../sandbox/process.ts";
import { changesIn, leftOver } from "../support/auditLog.ts";
import { clusterWideOf, kubectl, lines, namespacesOf, objectsOf, query, witness } from "../support/inspect.ts";
import { changingStatementsIn, entriesAbout } from "../support/postgresLog.ts";
import { ALL_DONE, fieldsByName, named, nothingBut, shop } from "../support/runs.ts";
import { reportOf, sandbox, succeed, TEST_DATA, tenantEntries, writeTenants } from "../support/sandbox.ts";

/** One stack from its first deployment to its end. Each test goes on where the one before it stopped. */

const DATA = join(TEST_DATA, "life");
const FIRST = ["chanel", "dior", "gucci"] as const;

const four = [...tenantEntries(), shop("fendi")];
const wider = four.map((entry) => (entry.id === "gucci" ? { ...entry, quota: { cpu: "5" } } : entry));
const six = [...wider, shop("prada"), shop("zegna")];

const FOUR = writeTenants("life-four", four);
const REORDERED = writeTenants("life-reordered", four.toReversed());
const WIDER = writeTenants("life-wider", wider);
const SIX = writeTenants("life-six", six);

const PLATFORM_NAMESPACES = ["cert-manager", "istio-ingress", "istio-system", "logging", "monitoring", "privatesales-data", "privatesales-system"];

/** What lists the tenants, and so is changed when there is one more: registry, www, cache, pooler, log retention. */
const SHARED_RESOURCES = [
  "cache-users",
  "control-plane-tenants",
  "gateway-www",
  "logging-retention-files",
  "pooler-config",
  "pooler-deployment",
  "pooler-users",
];

/** The same as the API server sees them. The log retention is a Job, which is never changed but made anew. */
const SHARED_WRITES = [
  "create logging/jobs/log-retention-#",
  "delete logging/jobs/log-retention-#",
  "patch istio-ingress/virtualservices/www",
  "patch logging/configmaps/log-retention",
  "patch privatesales-data/configmaps/pooler",
  "patch privatesales-data/deployments/pooler",
  "patch privatesales-data/secrets/cache",
  "patch privatesales-data/secrets/pooler",
  "patch privatesales-system/configmaps/tenants",
];

const withoutHash = (object: string): string => object.replace(/(\/jobs\/[a-z-]+)-[0-9a-f]{10}$/, "$1-#");
async function remove(): Promise<void> {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
}

beforeAll(remove);
afterAll(remove);

const life = witness(DATA, "start");

test("the first run makes everything and says so in its last line", async () => {
  const { code, stdout } = await sandbox(DATA, "up");
  expect(code).toBe(0);
  const printed = lines(stdout);
  const [, created] = /^(\d+) created, 0 updated, 0 replaced, 0 deleted, 0 unchanged$/.exec(printed.at(-1) ?? "") ?? [];
  const rows = FIRST.map((id) => printed.find((line) => line.startsWith(`${id} `))?.split(/ {2,}/) ?? []);
  expect(rows.map((row) => row.slice(0, 7))).toEqual(FIRST.map((id) => [id, "active", "ok", "ok", "ok", "ok", "ok"]));
  for (const [, , , , , , , resources] of rows) {
    expect(Number(resources)).toBeGreaterThan(35);
    expect(Number(resources)).toBeLessThanOrEqual(45);
  }
  expect(Number(created)).toBeGreaterThan(3 * 35);
  expect(await namespacesOf(DATA)).toEqual(expect.arrayContaining([...PLATFORM_NAMESPACES, ...FIRST.map((id) => `tenant-${id}`)]));
  expect(changesIn(life.writes())).toContain("create tenant-dior/deployments/api");
  expect(changingStatementsIn(life.postgresLog())).toContain('CREATE SCHEMA "tenant_dior" AUTHORIZATION "tenant_dior__owner"');
});

test("the second run changes nothing, on no server", async () => {
  const seen = witness(DATA);
  const { counts, changes, tenants } = await succeed(DATA, "up");
  expect(counts).toMatchObject(nothingBut());
  expect(counts.unchanged).toBeGreaterThan(3 * 35);
  expect(changes).toEqual([]);
  expect(tenants.map(({ id, steps }) => [id, steps])).toEqual(FIRST.map((id) => [id, ALL_DONE]));
  expect(changesIn(seen.writes())).toEqual([]);
  // A refused write is one that was tried: only the sandbox's own start asks for its nodes and storage class anew.
  expect(seen.writes().filter(({ object }) => !/^(nodes|storageclasses)\//.test(object))).toEqual([]);
  expect(seen.postgresLog()).not.toBe("");
  expect(changingStatementsIn(seen.postgresLog())).toEqual([]);
});

test("a fourth tenant only creates, and of what is shared only what lists tenants is changed", async () => {
  const seen = witness(DATA);
  const report = await succeed(DATA, "up", "--tenants", FOUR);
  const fendi = report.tenants.find(({ id }) => id === "fendi");
  expect(fendi?.steps).toEqual(ALL_DONE);
  expect(named(report, "create").filter((name) => name !== "fendi" && !name.startsWith("fendi-"))).toEqual([]);
  expect(report.counts).toMatchObject({ created: fendi?.resources, updated: SHARED_RESOURCES.length, replaced: 1, deleted: 0 });
  expect(named(report, "update")).toEqual(SHARED_RESOURCES);
  expect(named(report, "replace")).toEqual(["logging-retention"]);
  expect(report.changes.map(({ op }) => op).filter((op) => !["create", "update", "replace"].includes(op))).toEqual([]);

  const writes = changesIn(seen.writes()).map(withoutHash);
  const inside = writes.filter((write) => write.includes(" tenant-fendi/"));
  const own = ["create namespaces/tenant-fendi", "create istio-ingress/envoyfilters/rate-limit-fendi"];
  expect(inside.length).toBeGreaterThan(25);
  expect(inside.filter((write) => !write.startsWith("create "))).toEqual([]);
  expect(writes.filter((write) => !inside.includes(write))).toEqual([...SHARED_WRITES, ...own].toSorted());
  expect(entriesAbout(seen.postgresLog(), ["fendi"]).length).toBeGreaterThan(10);
  expect(entriesAbout(seen.postgresLog(), FIRST)).toEqual([]);
  expect(changingStatementsIn(seen.postgresLog()).filter((statement) => !statement.includes('"tenant_fendi'))).toEqual([]);
});

test("another order of the entries changes nothing", async () => {
  const seen = witness(DATA);
  const { counts, changes } = await succeed(DATA, "up", "--tenants", REORDERED);
  expect(counts).toMatchObject(nothingBut());
  expect(changes).toEqual([]);
  expect(changesIn(seen.writes())).toEqual([]);
});

// Two objects by design: no container may be larger than the whole quota, so the bound of the LimitRange follows it.
const QUOTA_FIELDS = {
  "update gucci-limit-range": ["spec.limits[0].max.cpu"],
  "update gucci-quota": ['spec.hard["limits.cpu"]', 'spec.hard["requests.cpu"]'],
} as const;
const cpuOfGucci = (): Promise<string> => kubectl(DATA, "get", "resourcequota", "quota", "-n", "tenant-gucci", "-o", String.raw`jsonpath={.spec.hard.requests\.cpu}`);

test("a preview of a larger quota shows what would change, and writes nothing", async () => {
  const seen = witness(DATA);
  const report = await succeed(DATA, "preview", "--tenants", WIDER);
  expect(fieldsByName(report)).toEqual(QUOTA_FIELDS);
  expect(report.counts).toMatchObject(nothingBut({ updated: 2 }));
  const asked = seen.writes().filter(({ outcome }) => outcome === "done");
  expect(asked.map(({ object }) => object).toSorted()).toEqual(["tenant-gucci/limitranges/limits", "tenant-gucci/resourcequotas/quota"]);
  expect(asked.every(({ dryRun }) => dryRun)).toBe(true);
  expect(changingStatementsIn(seen.postgresLog())).toEqual([]);
  expect(await cpuOfGucci()).toBe("4");
});

test("the larger quota is set in place, and no pod is restarted", async () => {
  const before = await objectsOf(DATA, "pods,replicasets,resourcequotas,limitranges");
  expect(before.filter((line) => line.startsWith("Pod tenant-gucci/")).length).toBeGreaterThan(2);
  const seen = witness(DATA);
  const report = await succeed(DATA, "up", "--tenants", WIDER);
  expect(fieldsByName(report)).toEqual(QUOTA_FIELDS);
  expect(report.counts).toMatchObject(nothingBut({ updated: 2 }));
  expect(changesIn(seen.writes())).toEqual(["patch tenant-gucci/limitranges/limits", "patch tenant-gucci/resourcequotas/quota"]);
  expect(await cpuOfGucci()).toBe("5");
  expect(await objectsOf(DATA, "pods,replicasets,resourcequotas,limitranges")).toEqual(before);
});

const DRIFT = {
  "update chanel-settings": ["data.CURRENCY"],
  "update dior-database-app-usage": ["privileges"],
  "update dior-network-base": ["spec.policyTypes[1]"],
  "update gucci-database-app": ["connectionLimit"],
} as const;
const driftingState = async (): Promise<readonly string[]> => [
  await kubectl(DATA, "get", "networkpolicy", "base", "-n", "tenant-dior", "-o", "jsonpath={.spec.policyTypes}"),
  await kubectl(DATA, "get", "configmap", "settings", "-n", "tenant-chanel", "-o", "jsonpath={.data.CURRENCY}"),
  await query(DATA, "SELECT has_schema_privilege('tenant_dior__app', 'tenant_dior', 'USAGE'), rolconnlimit FROM pg_roles WHERE rolname = 'tenant_gucci__app'"),
];

test("what was changed behind the engine's back is reported by refresh, and put right by the next run", async () => {
  const before = await driftingState();
  await kubectl(DATA, "patch", "networkpolicy", "base", "-n", "tenant-dior", "--type=merge", '-p={"spec":{"policyTypes":["Ingress"]}}');
  await kubectl(DATA, "patch", "configmap", "settings", "-n", "tenant-chanel", "--type=merge", '-p={"data":{"CURRENCY":"XXX"}}');
  await query(DATA, "REVOKE USAGE ON SCHEMA tenant_dior FROM tenant_dior__app; ALTER ROLE tenant_gucci__app CONNECTION LIMIT 99");
  expect(await driftingState()).toEqual(['["Ingress"]', "XXX", "f|99"]);
  const seen = witness(DATA);
  expect(fieldsByName(await succeed(DATA, "refresh", "--tenants", WIDER))).toEqual(DRIFT);
  expect(changesIn(seen.writes())).toEqual([]);
  expect(changingStatementsIn(seen.postgresLog())).toEqual([]);
  const repair = await succeed(DATA, "up", "--tenants", WIDER);
  expect(fieldsByName(repair)).toEqual(DRIFT);
  expect(repair.counts).toMatchObject(nothingBut({ updated: 4 }));
  expect(await driftingState()).toEqual(before);
});

test("a tenant whose namespace is somebody else's fails alone and is named; the others complete", async () => {
  await kubectl(DATA, "create", "namespace", "tenant-prada");
  const foreign = await kubectl(DATA, "get", "namespace", "tenant-prada", "-o", "json");
  const seen = witness(DATA);
  const outcome = await sandbox(DATA, "up", "--tenants", SIX, "--json");
  expect(outcome.code).toBe(1);
  const report = reportOf(outcome);
  expect(report.failures.map(({ resource, tenant, step }) => [resource, tenant, step])).toEqual([["prada-namespace", "prada", "C"]]);
  expect(report.failures[0]?.reason).toMatch(/^Namespace tenant-prada was not created: .*already exists/);
  expect(outcome.stderr).toContain("tenant prada, step C (namespace, quota, policies, access)");
  expect(report.tenants.find(({ id }) => id === "prada")?.steps).toEqual({ C: "failed", D: "not reached", E: "not reached", F: "not reached", G: "not reached" });
  const others = report.tenants.filter(({ id }) => id !== "prada");
  expect(others.map(({ id, steps }) => [id, steps])).toEqual([...FIRST, "fendi", "zegna"].toSorted().map((id) => [id, ALL_DONE]));
  expect(report.counts.deleted).toBe(0);
  expect(changesIn(seen.writes()).filter((write) => / (namespaces\/)?tenant-(?!zegna)/.test(write))).toEqual([]);
  expect(entriesAbout(seen.postgresLog(), [...FIRST, "fendi", "prada"])).toEqual([]);
  expect(await kubectl(DATA, "get", "namespace", "tenant-prada", "-o", "json")).toBe(foreign);
});

test("… and is completed by the next run once the cause is mended", async () => {
  await kubectl(DATA, "delete", "namespace", "tenant-prada");
  const report = await succeed(DATA, "up", "--tenants", SIX);
  expect(report.tenants.map(({ steps }) => steps)).toEqual(report.tenants.map(() => ALL_DONE));
  expect(named(report, "create").filter((name) => !name.startsWith("prada-"))).toEqual([]);
  expect(report.counts.created).toBeGreaterThan(35);
  expect(report.counts).toMatchObject(nothingBut({ created: report.counts.created }));
});

test("the same objects are there after stop and up", async () => {
  const kinds = "namespaces,pods,services,configmaps,secrets,serviceaccounts,deployments,jobs,networkpolicies,resourcequotas,virtualservices,authorizationpolicies";
  const inDatabase = "SELECT oid, nspname FROM pg_namespace UNION ALL SELECT oid, rolname FROM pg_roles ORDER BY 1";
  // The autoscalers bring the tenants of the last run up to their plan's minimum in their own time.
  const scaled = async (): Promise<boolean> => {
    const replicas = await kubectl(DATA, "get", "hpa", "-A", "-o", "jsonpath={range .items[*]}{.spec.minReplicas} {.status.currentReplicas}{\"\\n\"}{end}");
    return lines(replicas).every((line) => {
      const [min = 0, current = 0] = line.split(" ").map(Number);
      return current >= min;
    });
  };
  expect(await waitUntil(scaled, 60_000, 1_000)).toBe(true);
  const before = [await objectsOf(DATA, kinds), await query(DATA, inDatabase)];
  expect((await sandbox(DATA, "stop")).code).toBe(0);
  expect((await sandbox(DATA, "status")).code).toBe(1);
  const seen = witness(DATA);
  expect((await succeed(DATA, "up", "--tenants", SIX)).counts).toMatchObject(nothingBut());
  expect(changesIn(seen.writes())).toEqual([]);
  expect([await objectsOf(DATA, kinds), await query(DATA, inDatabase)]).toEqual(before);
});

test("destroy leaves nothing that the program made", async () => {
  expect((await clusterWideOf(DATA)).length).toBeGreaterThan(20);
  const report = await succeed(DATA, "destroy", "--tenants", SIX);
  expect(report.counts).toMatchObject({ ...nothingBut({ deleted: report.counts.deleted }), unchanged: 0 });
  expect(report.counts.deleted).toBeGreaterThan(6 * 35);
  expect(await namespacesOf(DATA)).toEqual(["default", "kube-node-lease", "kube-public", "kube-system"]);
  expect(await clusterWideOf(DATA)).toEqual([]);
  expect(await query(DATA, "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'")).toBe("public");
  expect(await query(DATA, "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'")).toBe("postgres");
  // Nodes, storage class and CRDs are the sandbox's own.
  expect(leftOver(life.writes()).filter((object) => !/^(nodes|storageclasses|customresourcedefinitions)\//.test(object))).toEqual([]);
});

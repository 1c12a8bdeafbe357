import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readEnvironment } from "../../sandbox/environment.ts";
import { tenantSchema } from "../../components/shared/names.ts";
import { parseManifest } from "../../tools/manifest.ts";
import { RawApi } from "../support/rawApi.ts";
import { type Outcome } from "../support/sandbox.ts";
import { SHOP_OBJECTS, SHOP_TABLES, SHOP_TEARDOWN } from "../support/shopObjects.ts";
import { copyOfStore, editManifest, fileOf, moveBackup, openBench, rowsOf, traces, type Bench } from "../support/tenantBackups.ts";
import { connectAs, connectAsOwner, DATABASE, loginConfig, sqlstateOf } from "../support/tenantLogins.ts";

/** One tenant's schema is dumped and restored on the server where two others work, by the program that the platform's image runs. */

const OTHERS = ["chanel", "gucci"] as const;
const TENANTS = ["dior", ...OTHERS] as const;
const SCHEMA = "tenant_dior";

const api = new RawApi();
const close: (() => unknown)[] = [];
let owner: Client;
let bench: Bench;
let ownerUrl: string;

const clientOf = async (tenant: string, login: "app" | "migration"): Promise<Client> => {
  const client = await connectAs(api, tenant, login);
  close.push(() => client.end());
  return client;
};

function urlOf({ user, password }: { readonly user: string; readonly password: string }): string {
  const env = readEnvironment(process.env["SANDBOX_DATA"] ?? "");
  if (env === undefined) throw new Error("SANDBOX_DATA names no sandbox");
  return `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${env.ports.postgres}/${DATABASE}?sslmode=disable`;
}

const backup = async (tenant: string): Promise<Outcome> =>
  bench.tool({ TENANT_ID: tenant, MIGRATION_DATABASE_URL: urlOf(await loginConfig(api, tenant, "migration")) }, "backup", "--retention-days=7");

const asOwner = (...args: readonly string[]): Promise<Outcome> => bench.tool({ OWNER_DATABASE_URL: ownerUrl, TENANT_ID: "dior" }, ...args);

/** With the text of a failure where one succeeded is expected. */
const succeeded = (outcome: Outcome): Outcome => {
  expect({ code: outcome.code, said: outcome.code === 0 ? "" : outcome.stderr }).toEqual({ code: 0, said: "" });
  return outcome;
};

beforeAll(async () => {
  bench = await openBench();
  owner = await connectAsOwner();
  const password = readFileSync(readEnvironment(process.env["SANDBOX_DATA"] ?? "")?.paths.postgresPassword ?? "", "utf8");
  ownerUrl = urlOf({ user: "postgres", password });
  for (const tenant of TENANTS) {
    const migration = await clientOf(tenant, "migration");
    for (const sql of SHOP_OBJECTS) await migration.query(sql.replaceAll("?", tenantSchema(tenant)));
  }
  for (const end of close.splice(0)) await end();
  succeeded(await backup("dior"));
  succeeded(await backup("gucci"));
});

afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

afterAll(async () => {
  const { rows } = await owner.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^tenant_[a-z]+__'");
  for (const { name } of rows) await owner.query(`DROP SCHEMA ${name} CASCADE`);
  for (const tenant of TENANTS) {
    const migration = await clientOf(tenant, "migration");
    for (const sql of SHOP_TEARDOWN) await migration.query(sql);
  }
  for (const end of close.splice(0)) await end();
  await owner.end();
  api.close();
  bench.close();
});

describe("what is refused changes nothing", () => {
  let before: readonly string[];
  let rows: string;

  beforeEach(async () => {
    [before, rows] = [await traces(owner), await rowsOf(owner, SCHEMA, SHOP_TABLES)];
  });

  const refused = async (outcome: Outcome, why: RegExp): Promise<void> => {
    expect(outcome.stderr).toMatch(why);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/\n {4}given {4}.*\n {4}allowed {2}.*\n {4}do {7}./);
    expect(await traces(owner)).toEqual(before);
    expect(await rowsOf(owner, SCHEMA, SHOP_TABLES)).toBe(rows);
  };

  const flip = (file: string, at: (length: number) => number): void => {
    const bytes = readFileSync(file);
    const index = at(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
    writeFileSync(file, bytes);
  };

  test.each<readonly [string, (store: string) => void, RegExp]>([
    ["another tenant's backup", (store) => { moveBackup(store, "gucci", "dior"); }, /The manifest is another tenant's\.\n.*gucci/],
    ["another tenant's dump beside its own manifest", (store) => { writeFileSync(fileOf(store, "dior", ".dump.age"), readFileSync(fileOf(store, "gucci", ".dump.age"))); }, /is not the one that its manifest is about/],
    ["a truncated dump", (store) => { truncateSync(fileOf(store, "dior", ".dump.age"), 20_000); }, /is not the one that its manifest is about\.\n.*20000 of \d+ bytes: it is truncated/],
    ["a dump without its last byte", (store) => { const file = fileOf(store, "dior", ".dump.age"); truncateSync(file, readFileSync(file).length - 1); }, /it is truncated/],
    ["an altered byte of data", (store) => { flip(fileOf(store, "dior", ".dump.age"), (length) => length - 500); }, /is not the one that its manifest is about\.\n.*SHA-256/],
    ["an altered byte of the header", (store) => { flip(fileOf(store, "dior", ".dump.age"), () => 60); }, /is not the one that its manifest is about\.\n.*SHA-256/],
    ["a manifest of a later version", (store) => { editManifest(store, "dior", (manifest) => { manifest["version"] = 2; }); }, /has a version that this program does not know/],
    ["a backup of a later server", (store) => { editManifest(store, "dior", (manifest) => { manifest["server"] = 190_001; }); }, /The server is older than the one that was backed up/],
    ["another backup's id", (store) => { editManifest(store, "dior", (manifest) => { manifest["id"] = crypto.randomUUID(); }); }, /is not the one that its manifest is about/],
    ["contents that are not the manifest's", (store) => { editManifest(store, "dior", (manifest) => {
      const { tables } = manifest["contents"] as { tables: { name: string; rows: string }[] };
      for (const table of tables) if (table.name === "goods") table.rows = "2999";
    }); }, /is not what the manifest says; the live schema is as it was\.\n.*table goods has 3000 rows instead of 2999/],
  ])("%s", async (name, spoil, why) => {
    const copy = copyOfStore(bench, name.replaceAll(/\W/g, "-"));
    // The same command with the same copy before it is spoilt.
    succeeded(await asOwner("restore", `--store=${copy.url}`, "--replace"));
    spoil(copy.folder);
    await refused(await asOwner("restore", `--store=${copy.url}`, "--replace", "--apply"), why);
  });

  test("a live schema without --replace", async () => {
    await refused(await asOwner("restore", "--apply"), /tenant_dior is live/);
    await refused(await asOwner("restore"), /tenant_dior is live/);
    const { stdout } = succeeded(await asOwner("restore", "--replace"));
    expect(stdout).toMatch(/can be restored.*Nothing was written/);
    expect(await traces(owner)).toEqual(before);
  });

  test("tables that are in use: the swap gives up in time", async () => {
    const app = await clientOf("dior", "app");
    await app.query("BEGIN");
    await app.query("SELECT FROM goods LIMIT 1");
    await refused(await asOwner("restore", "--replace", "--apply"), /in use all the time; nothing has changed/);
    await app.query("COMMIT");
  });

  test("a second restore while one is under way", async () => {
    await owner.query("CREATE DATABASE restore_tenant_dior");
    const working = await connectAsOwner("restore_tenant_dior");
    before = await traces(owner);
    await refused(await asOwner("restore", "--replace", "--apply"), /Another restore of this tenant is under way/);
    await working.end();
    await owner.query("DROP DATABASE restore_tenant_dior WITH (FORCE)");
  });

  test("the tenant's own login, for a restore", async () => {
    const url = urlOf(await loginConfig(api, "dior", "migration"));
    await refused(await bench.tool({ OWNER_DATABASE_URL: url, TENANT_ID: "dior" }, "restore", "--replace", "--apply"), /This login may not restore\.\n.*tenant_dior__migration/);
  });

  test("another tenant's schema, for a backup", async () => {
    const url = urlOf(await loginConfig(api, "chanel", "migration"));
    const { code, stderr } = await bench.tool({ MIGRATION_DATABASE_URL: url, TENANT_ID: "dior" }, "backup", "--retention-days=7");
    expect({ code, refused: /permission denied for schema tenant_dior/.test(stderr) }).toEqual({ code: 1, refused: true });
  });
});

/** Writes as a shop does, a row a transaction, until it is told to end; returns what it has written. */
async function write(tenant: string, until: () => boolean): Promise<readonly string[]> {
  const app = await clientOf(tenant, "app");
  const written: string[] = [];
  while (!until()) {
    const name = `${tenant} ${written.length} ${crypto.randomUUID()}`;
    await app.query("INSERT INTO goods (name, price) VALUES ($1, 1)", [name]);
    written.push(name);
  }
  return written;
}

test("one of three is restored while the other two are written to", async () => {
  const [app, migration] = [await clientOf("dior", "app"), await clientOf("dior", "migration")];
  const kept = await rowsOf(owner, SCHEMA, SHOP_TABLES);
  // The accident: rows changed, deleted, added, and a table gone.
  await app.query("UPDATE goods SET price = 0; DELETE FROM sold WHERE id > 100; INSERT INTO goods (name, price) VALUES ('later', 1)");
  await migration.query("DROP TABLE visits");
  // What a restore leaves that was killed.
  for (const sql of ["CREATE DATABASE restore_tenant_dior", "CREATE SCHEMA tenant_dior__restore", "CREATE TABLE tenant_dior__restore.goods ()", "CREATE ROLE tenant_dior__restorer"]) await owner.query(sql);
  let ended = false;
  const writing = Promise.all(OTHERS.map((tenant) => write(tenant, () => ended)));
  const started = performance.now();
  const { stdout } = succeeded(await asOwner("restore", "--replace", "--apply"));
  console.log(`restore of one of three tenants, the others written to: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  ended = true;
  const written = await writing;

  expect(await rowsOf(owner, SCHEMA, SHOP_TABLES)).toBe(kept);
  const manifest = parseManifest(readFileSync(fileOf(bench.store, "dior", ".manifest.json"), "utf8"), "manifest");
  for (const { name, rows } of manifest.contents.tables) {
    expect((await owner.query<{ rows: string }>(`SELECT count(*)::text AS rows FROM ${SCHEMA}.${name}`)).rows).toEqual([{ rows }]);
  }
  expect((await owner.query(`SELECT n, turnover = ${SCHEMA}.turnover() AS same FROM ${SCHEMA}.summary`)).rows).toEqual([{ n: "3000", same: true }]);

  for (const [index, tenant] of OTHERS.entries()) {
    const { rows } = await owner.query<{ name: string }>(`SELECT name FROM ${tenantSchema(tenant)}.goods WHERE id > 3000 ORDER BY id`);
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.map(({ name }) => name)).toEqual(written[index]);
  }

  // Connections from before the restore go on, on the restored tables, with the same rights.
  expect((await app.query("SELECT count(*) AS n FROM goods")).rows).toEqual([{ n: "3000" }]);
  await app.query("INSERT INTO goods (name, price) VALUES ('new', 1)");
  expect((await app.query("SELECT id FROM goods WHERE name = 'new'")).rows).toEqual([{ id: "3001" }]);
  expect((await app.query("SELECT turnover() > 0 AS is, for_all() AS f")).rows).toEqual([{ is: true, f: 1 }]);
  for (const [sql, state] of [["DELETE FROM goods", "42501"], ["SELECT FROM nothing_yet", "42501"], ["SELECT counted()", "42501"], ["DELETE FROM sold", "allowed"]] as const) {
    expect([sql, await sqlstateOf(app.query(sql))]).toEqual([sql, state]);
  }
  for (const tenant of OTHERS) {
    const other = await clientOf(tenant, "app");
    expect(await sqlstateOf(other.query(`SELECT FROM ${SCHEMA}.goods`))).toBe("42501");
    expect(await sqlstateOf(other.query("SELECT FROM goods"))).toBe("allowed");
  }
  // What a later migration makes is the application's to use, as before.
  await migration.query("CREATE TABLE made_later (x int)");
  expect(await sqlstateOf(app.query("INSERT INTO made_later VALUES (1)"))).toBe("allowed");
  await migration.query("DROP TABLE made_later");

  const aside = /tenant_dior__before_\d{14}/.exec(stdout)?.[0] ?? "";
  expect((await owner.query(`SELECT count(*) AS n FROM ${aside}.sold`)).rows).toEqual([{ n: "100" }]);
  for (const client of [app, migration]) expect(await sqlstateOf(client.query(`SELECT FROM ${aside}.goods`))).toBe("42501");
  const left = await traces(owner);
  expect(left.filter((one) => /restore|scratch_/.test(one))).toEqual([]);
});

test("a tested backup says so in metrics; one that is not good fails the run and says nothing", async () => {
  const before = await traces(owner);
  const good = succeeded(await asOwner("verify-backup", "--tenant=dior,gucci"));
  expect(good.stderr).toMatch(/good {2}dior .*pg_amcheck clean/);
  for (const tenant of ["dior", "gucci"]) {
    for (const metric of ["backup_last_verified_timestamp_seconds", "backup_rpo_seconds", "backup_rto_seconds"]) {
      expect(good.stdout).toMatch(new RegExp(`^${metric}\\{tenant="${tenant}",namespace="tenant-${tenant}"\\} [1-9]?\\d*\\.?\\d+$`, "m"));
    }
  }
  const copy = copyOfStore(bench, "untested");
  truncateSync(fileOf(copy.folder, "gucci", ".dump.age"), 20_000);
  const bad = await asOwner("verify-backup", "--tenant=dior,gucci", `--store=${copy.url}`);
  expect(bad.code).toBe(1);
  expect(bad.stderr).toMatch(/FAILED {2}gucci: .*not the one that its manifest is about/);
  expect(bad.stdout).toMatch(/^backup_rto_seconds\{tenant="dior"/m);
  expect(bad.stdout).not.toMatch(/gucci/);
  expect(await traces(owner)).toEqual(before);
});

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment } from "../../sandbox/environment.ts";
import { ensureToolchain } from "../../sandbox/toolchain.ts";
import { libpqEnvironment } from "../../tools/postgres/server.ts";
import { RawApi } from "../support/rawApi.ts";
import { openBench, type Bench } from "../support/tenantBackups.ts";
import { connectAs, connectAsOwner, DATABASE, loginConfig } from "../support/tenantLogins.ts";

const TENANT = "dior";
const SCHEMA = "tenant_dior";
/** A row of `filled` with its place in the index, in bytes. */
const ROW_BYTES = 290;

export interface DumpCost {
  /** Size of the schema. */
  readonly mib: number;
  /** Of backup, and restore to the end of the swap. */
  readonly seconds: number;
  readonly ratio: number;
}

async function timed(work: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Rows of which a third compresses well, as a shop's do. */
const FILL = `
  CREATE TABLE filled (id bigint PRIMARY KEY, name text NOT NULL, price numeric, added timestamptz, note text, about jsonb);
  INSERT INTO filled SELECT n, md5(n::text) || md5((n + 1)::text), n / 7.0, timestamptz '2026-01-01' + n * interval '1 second',
                            repeat('words of a customer ', 3), jsonb_build_object('size', n % 9, 'colour', md5((n % 99)::text)) FROM generate_series(1, $rows) AS n;
  CREATE INDEX filled_name ON filled (name)`;

/** What PostgreSQL's own programs need for the same schema, into a database of its own. */
async function plainSeconds(owner: URL, folder: string, bench: Bench): Promise<number> {
  const file = join(bench.folder, "plain");
  const call = (program: string, database: string, ...args: readonly string[]): void => {
    const target = new URL(owner);
    target.pathname = `/${database}`;
    const { status, stderr } = spawnSync(join(folder, program), args, { env: { ...process.env, ...libpqEnvironment({ url: target }) }, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  };
  return timed(() => {
    call("pg_dump", DATABASE, "--format=custom", `--schema=${SCHEMA}`, `--file=${file}`);
    call("pg_restore", "bench_plain", "--exit-on-error", "--dbname=bench_plain", file);
  });
}

/** Backup and restore by the tool, beside pg_dump and pg_restore of the same schema on the same server. */
export async function dumpRatio(data: string, wantedMib: number): Promise<DumpCost> {
  const env = readEnvironment(data);
  if (env === undefined) throw new Error(`${data} is no sandbox`);
  process.env["SANDBOX_DATA"] = data;
  const api = new RawApi(env.paths.kubeconfig);
  const bench = await openBench();
  const { postgresBin } = await ensureToolchain({ log: () => undefined });
  const owner = await connectAsOwner();
  const urlOf = (user: string, password: string): URL => new URL(`postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${env.ports.postgres}/${DATABASE}?sslmode=disable`);
  const superuser = urlOf("postgres", readFileSync(env.paths.postgresPassword, "utf8"));
  const login = await loginConfig(api, TENANT, "migration");
  const urls = { TENANT_ID: TENANT, OWNER_DATABASE_URL: superuser.href, MIGRATION_DATABASE_URL: urlOf(login.user, login.password).href };
  const asMigration = async (sql: string): Promise<void> => {
    const migration = await connectAs(api, TENANT, "migration");
    await migration.query(sql).finally(() => migration.end());
  };
  const tool = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await bench.tool(urls, ...args);
    if (code !== 0) throw new Error(stderr);
  };
  try {
    await asMigration(FILL.replace("$rows", String(Math.round((wantedMib * 1_048_576) / ROW_BYTES))));
    await owner.query("CREATE DATABASE bench_plain");
    await owner.query("CHECKPOINT");
    const plain = await plainSeconds(superuser, postgresBin, bench);
    await owner.query("CHECKPOINT");
    const backup = await timed(() => tool("backup", "--retention-days=7"));
    const restore = await timed(() => tool("restore", "--replace", "--apply"));
    const { rows } = await owner.query<{ bytes: string }>("SELECT pg_total_relation_size('tenant_dior.filled') AS bytes");
    console.error(`plain ${plain.toFixed(1)} s; backup ${backup.toFixed(1)} s, restore ${restore.toFixed(1)} s`);
    return { mib: Math.round(Number(rows[0]?.bytes ?? 0) / 1_048_576), seconds: backup + restore, ratio: (backup + restore) / plain };
  } finally {
    await asMigration("DROP TABLE IF EXISTS filled");
    await owner.query("DROP DATABASE IF EXISTS bench_plain WITH (FORCE)");
    const { rows } = await owner.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'tenant\\_dior\\_\\_before\\_%'");
    for (const { name } of rows) await owner.query(`DROP SCHEMA ${name} CASCADE`);
    await owner.end();
    api.close();
    bench.close();
  }
}

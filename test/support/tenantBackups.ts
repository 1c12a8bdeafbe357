import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { Client } from "pg";
import { ensureToolchain } from "../../sandbox/toolchain.ts";
import { script, type Outcome } from "./sandbox.ts";

/** What a tool run of a test needs: a store, a key, PostgreSQL's programs. All of it is below one folder that `close` removes. */
export interface Bench {
  readonly folder: string;
  readonly store: string;
  /** Runs `npm run tools -- …` as a process of its own. */
  readonly tool: (env: Readonly<Record<string, string>>, ...args: readonly string[]) => Promise<Outcome>;
  readonly close: () => void;
}

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "privatesales-backup-"));
  const identity = await generateIdentity();
  const identityFile = join(folder, "identity");
  writeFileSync(identityFile, `# a key of a test\n${identity}\n`, { mode: 0o600 });
  const { postgresBin } = await ensureToolchain({ log: () => undefined });
  const store = join(folder, "store");
  const own = {
    BACKUP_STORE: pathToFileURL(store).href,
    BACKUP_RECIPIENT: await identityToRecipient(identity),
    BACKUP_IDENTITY_FILE: identityFile,
    PG_BIN: postgresBin,
  };
  return {
    folder,
    store,
    tool: (env, ...args) => script("tools/main.ts", { ...own, ...env }, ...args),
    close: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A copy of the store that a test may spoil. */
export function copyOfStore({ folder, store }: Bench, name: string): { readonly folder: string; readonly url: string } {
  const copy = join(folder, name);
  cpSync(store, copy, { recursive: true });
  return { folder: copy, url: pathToFileURL(copy).href };
}

/** The file of a tenant's only backup. */
export function fileOf(store: string, tenant: string, ending: ".dump.age" | ".manifest.json"): string {
  const folder = join(store, "dumps", tenant);
  const [file, ...more] = readdirSync(folder).filter((name) => name.endsWith(ending));
  if (file === undefined || more.length > 0) throw new Error(`${folder} has not one ${ending}`);
  return join(folder, file);
}

/** Changes a manifest as text of JSON. */
export function editManifest(store: string, tenant: string, edit: (manifest: Record<string, unknown>) => void): void {
  const file = fileOf(store, tenant, ".manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  edit(manifest);
  writeFileSync(file, JSON.stringify(manifest));
}

/** Puts one tenant's backup where another's would be. */
export function moveBackup(store: string, from: string, to: string): void {
  const target = join(store, "dumps", to);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const ending of [".dump.age", ".manifest.json"] as const) {
    const file = fileOf(store, from, ending);
    cpSync(file, join(target, file.slice(file.lastIndexOf("/") + 1)));
  }
}

/** A tenant's rows, in order, as one hash that owes nothing to the tool's own sums. */
export async function rowsOf(client: Client, schema: string, tables: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const table of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT (t.*)::text COLLATE "C" AS row FROM ${schema}.${table} AS t ORDER BY 1`);
    hash.update(`${table} ${rows.map(({ row }) => JSON.stringify(row)).join("\n")}\n`);
  }
  return hash.digest("hex");
}

/** Everything on the server that a restore could have left or changed, but for rows. */
export async function traces(owner: Client): Promise<readonly string[]> {
  const { rows } = await owner.query<{ one: string }>(
    `SELECT concat_ws(' ', 'schema', oid, nspname, nspowner::regrole, nspacl::text) AS one FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
     UNION ALL SELECT 'database ' || datname FROM pg_database
     UNION ALL SELECT concat_ws(' ', 'role', rolname, rolcanlogin) FROM pg_roles
     UNION ALL SELECT concat_ws(' ', 'member', roleid::regrole, member::regrole) FROM pg_auth_members
     UNION ALL SELECT concat_ws(' ', 'relation', oid::regclass, oid, relfilenode, relacl::text) FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'tenant\\_%')
     ORDER BY 1`,
  );
  return rows.map(({ one }) => one);
}

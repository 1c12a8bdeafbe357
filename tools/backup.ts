import { createHash, randomUUID } from "node:crypto";
import type { Client } from "pg";
import { tenantRoles, tenantSchema } from "../components/shared/names.ts";
import { ToolError } from "./errors.ts";
import { MANIFEST_VERSION, manifestHash, manifestText, type Contents, type Manifest } from "./manifest.ts";
import { FOREIGN_OWNERS } from "./postgres/catalogue.ts";
import { lookAt, outlineOf, tablesOf } from "./postgres/contents.ts";
import { majorOf, start, type Programs } from "./postgres/programs.ts";
import { withClient, type Login } from "./postgres/server.ts";
import { frontOf } from "./front.ts";
import { abandonedDumps, backupName, backupsIn, dumpKey, expired, manifestKey } from "./retention.ts";
import { seal } from "./seal.ts";
import { writeText, type Store } from "./store/store.ts";

export interface BackupOptions {
  readonly tenant: string;
  /** The tenant's migration login: it owns what it dumps, and reaches nothing else. Two connections. */
  readonly login: Login;
  readonly store: Store;
  /** Public half of the key, `age1…`. */
  readonly recipient: string;
  readonly retentionDays: number;
  readonly programs: Programs;
  readonly log: (line: string) => void;
}

export interface BackupResult {
  readonly name: string;
  readonly manifest: Manifest;
  /** SHA-256 of the manifest's text. */
  readonly hash: string;
  readonly removed: readonly string[];
  /** Too old, but the store does not let this login delete. */
  readonly kept: readonly string[];
}

/** Writes a dump, then its manifest, both of one snapshot, and ends what is older than the plan says. */
export async function backup(options: BackupOptions): Promise<BackupResult> {
  const { store, log } = options;
  const made = await withClient(options.login, (client) => dump(options, client));
  log(`backup  ${store.place}/${made.name}: ${made.manifest.contents.tables.length} tables, ${made.manifest.dump.bytes} bytes`);
  const ended = await endOld(options, new Date(made.manifest.created));
  return { ...made, ...ended };
}

type Made = Pick<BackupResult, "name" | "manifest" | "hash">;

async function dump(options: BackupOptions, client: Client): Promise<Made> {
  const { tenant, store, programs } = options;
  const schema = tenantSchema(tenant);
  const { text: tool } = await majorOf(programs, "pg_dump");
  await lookAt(client, schema);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  const snapshot = await snapshotOf(client, schema);
  await refuseForeignOwners(client, tenant, schema);
  const id = randomUUID();
  const created = snapshot.created.toISOString();
  const name = backupName(snapshot.created, id);
  const front = { id, tenant, schema, created };
  // Before the dump: a sequence goes on meanwhile, and what a restore brings must not be behind what stands here.
  const outline = await outlineOf(client, schema);
  const [written, tables] = await Promise.all([writeDump(options, frontOf(front), snapshot.name, dumpKey(name)), tablesOf(client, schema)]);
  await client.query("COMMIT");
  const contents: Contents = { tables, ...outline };
  const manifest: Manifest = { version: MANIFEST_VERSION, ...front, server: snapshot.server, tool, contents, dump: written };
  const text = manifestText(manifest);
  await writeText(store, manifestKey(name), text);
  return { name, manifest, hash: manifestHash(text) };
}

async function snapshotOf(client: Client, schema: string): Promise<{ readonly name: string; readonly created: Date; readonly server: number }> {
  const { rows } = await client.query<{ name: string; created: Date; server: number; there: boolean }>(
    `SELECT pg_export_snapshot() AS name, now() AS created, current_setting('server_version_num')::int AS server,
            EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS there`,
    [schema],
  );
  const [row] = rows;
  if (row?.there === true) return row;
  throw new ToolError({
    problem: "There is no such schema to back up.",
    given: schema,
    allowed: "the schema of a tenant that this database holds",
    advice: "check --tenant and the database that MIGRATION_DATABASE_URL names.",
  });
}

/** What a tenant's migration login has not made cannot be given back by a restore: better known now than then. */
async function refuseForeignOwners(client: Client, tenant: string, schema: string): Promise<void> {
  const { migration } = tenantRoles(tenant);
  const { rows } = await client.query<{ name: string; owner: string }>(FOREIGN_OWNERS, [schema, migration]);
  if (rows.length === 0) return;
  throw new ToolError({
    problem: `${schema} has objects that are not the tenant's own.`,
    given: rows.map(({ name, owner }) => `${name} of ${owner}`).join(", "),
    allowed: `objects of ${migration}`,
    advice: `give them to it, ALTER … OWNER TO ${migration}, or move them to another schema.`,
  });
}

/** Encrypts while pg_dump writes; returns the object as it lies in the store. */
async function writeDump({ store, recipient, programs, login, tenant }: BackupOptions, front: Buffer, snapshot: string, key: string): Promise<Manifest["dump"]> {
  const args = ["--format=custom", "--compress=gzip:1", `--schema=${tenantSchema(tenant)}`, `--snapshot=${snapshot}`, "--lock-wait-timeout=60s"];
  const { stdout, done } = start(programs, "pg_dump", args, login);
  const hash = createHash("sha256");
  let bytes = 0;
  async function* plain(): AsyncGenerator<Uint8Array> {
    yield front;
    for await (const chunk of stdout as AsyncIterable<Buffer>) yield chunk;
    // A dump that pg_dump did not finish must not become an object.
    await done;
  }
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of seal(plain(), recipient)) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await store.write(key, measured());
  return { key, bytes, sha256: hash.digest("hex") };
}

/** Manifests go first: a dump without one is no backup, a manifest without its dump would look like one. */
async function endOld({ store, retentionDays }: BackupOptions, now: Date): Promise<Pick<BackupResult, "removed" | "kept">> {
  const keys = await store.list();
  const [removed, kept]: [string[], string[]] = [[], []];
  const remove = async (key: string): Promise<boolean> => {
    const done = (await store.remove(key)) === "removed";
    (done ? removed : kept).push(key);
    return done;
  };
  for (const { name } of expired(backupsIn(keys), now, retentionDays)) {
    if (await remove(manifestKey(name))) await remove(dumpKey(name));
  }
  for (const key of abandonedDumps(keys, now)) await remove(key);
  return { removed, kept };
}

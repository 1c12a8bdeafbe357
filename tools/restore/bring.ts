import { writeFile } from "node:fs/promises";
import { escapeIdentifier as ident, type Client } from "pg";
import type { Contents } from "../manifest.ts";
import { lookAt, outlineOf, tablesOf } from "../postgres/contents.ts";
import { output, start, type Programs } from "../postgres/programs.ts";
import { databaseOf, withClient, type Login } from "../postgres/server.ts";
import { readList, type ArchiveList } from "./archiveList.ts";
import { copyData } from "./copyData.ts";
import type { RestoreNames } from "./names.ts";
import { createTenantSchema, type Workplace } from "./restorer.ts";

/** Indexes and constraints under way at a time, on a server that others work on. */
const INDEX_JOBS = 2;

/** A dump on this machine, and its table of contents as pg_restore is to follow it. */
export interface Archive extends ArchiveList {
  readonly file: string;
  readonly listFile: string;
}

/** Reads the table of contents; refuses what is not of the schema. */
export async function openArchive(programs: Programs, file: string, schema: string): Promise<Archive> {
  const list = readList(await output(programs, "pg_restore", ["--list", file]), schema);
  const listFile = `${file}.list`;
  await writeFile(listFile, list.text, { mode: 0o600 });
  return { ...list, file, listFile };
}

/** Runs pg_restore as the login, which owns what it makes. */
export async function pgRestore(programs: Programs, login: Login, { file, listFile }: Archive, ...args: readonly string[]): Promise<void> {
  const common = ["--no-owner", "--exit-on-error", `--dbname=${databaseOf(login)}`, `--use-list=${listFile}`];
  await output(programs, "pg_restore", [...common, ...args, file], login);
}

/**
 * Brings a dump into the side schema. pg_restore cannot give a schema another name, so the structure alone goes through a scratch
 * database, where ALTER SCHEMA can: views, defaults and constraints follow, texts of functions keep the name that is right after
 * the swap. It is dumped again from there, which takes as long as the structure is large, and the rows are copied straight across.
 * Returns what is there then.
 */
export async function bring(owner: Client, workplace: Workplace, names: RestoreNames, programs: Programs, archive: Archive): Promise<Contents> {
  const { schema, side } = names;
  const structure = await renamedStructure(workplace, names, programs, archive);
  await createTenantSchema(owner, side, names);
  await pgRestore(programs, workplace.live, structure, "--section=pre-data");
  await withClient(workplace.live, async (client) => {
    const rows = start(programs, "pg_restore", ["--data-only", `--use-list=${archive.listFile}`, "--file=-", archive.file]);
    await copyData(client, rows, { from: schema, to: side });
  });
  return withClient(workplace.live, async (client) => {
    await lookAt(client, side);
    // What follows the rows does not change them: they are summed while indexes are built.
    const indexes = pgRestore(programs, workplace.live, structure, "--section=post-data", `--jobs=${INDEX_JOBS}`);
    const [tables] = await Promise.all([tablesOf(client, side), indexes]);
    await executeForAll(client, workplace.scratchOwner, side);
    await analyze(client, side);
    return { tables, ...(await outlineOf(client, side)) };
  });
}

async function renamedStructure(workplace: Workplace, names: RestoreNames, programs: Programs, archive: Archive): Promise<Archive> {
  const { scratchOwner, scratch } = workplace;
  const { schema, side } = names;
  await createTenantSchema(scratchOwner, schema, names);
  await pgRestore(programs, scratch, archive, "--schema-only");
  await scratchOwner.query(`ALTER SCHEMA ${ident(schema)} RENAME TO ${ident(side)}`);
  const file = `${archive.file}.structure`;
  await output(programs, "pg_dump", ["--format=custom", "--schema-only", `--schema=${side}`, `--file=${file}`], scratch);
  return openArchive(programs, file, side);
}

/**
 * A routine that everybody may execute has the server's own default rights, of which a dump says nothing; the platform's default
 * for tenants is nobody, so it is said here.
 */
async function executeForAll(client: Client, scratch: Client, side: string): Promise<void> {
  await scratch.query("SELECT set_config('search_path', $1, false)", [ident(side)]);
  const { rows } = await scratch.query<{ routine: string }>(
    `SELECT format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)) AS routine
       FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
      WHERE nspname = $1 AND EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)`,
    [side],
  );
  for (const { routine } of rows) await client.query(`GRANT EXECUTE ON ROUTINE ${routine} TO PUBLIC`);
}

/** Without statistics the first hours of a restored shop would be slow ones. */
async function analyze(client: Client, side: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'", [ident(side)]);
  for (const { name } of rows) await client.query(`ANALYZE ${ident(side)}.${ident(name)}`);
}

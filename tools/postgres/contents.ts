import { escapeIdentifier, type Client } from "pg";
import type { Contents, Sequence, Table } from "../manifest.ts";
import { CATALOGUE } from "./catalogue.ts";

/** How values are written as text, whatever the login's own defaults: the checksums are of that text. */
const SETTINGS = {
  datestyle: "ISO, YMD",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  xmloption: "content",
  extra_float_digits: "1",
  row_security: "off",
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
} as const;

/** Readies a connection to look at a schema. Names of the schema's own are then written without it, so that they compare. */
export async function lookAt(client: Client, schema: string): Promise<void> {
  for (const [name, value] of Object.entries(SETTINGS)) await client.query("SELECT set_config($1, $2, false)", [name, value]);
  await client.query("SELECT set_config('search_path', $1, false)", [escapeIdentifier(schema)]);
}

async function column(client: Client, sql: string, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ one: string }>(sql, [schema]);
  return rows.map(({ one }) => one).toSorted();
}

const relations = (kind: "r" | "S"): string =>
  `SELECT relname AS one FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind = '${kind}'`;

/**
 * Rows and their checksum: the sum of a 64-bit hash of each row's text, so in any order. It is the hash by which PostgreSQL
 * distributes rows to partitions, so it stays the same from version to version. It tells whether a restore is complete; that nobody
 * has altered a dump is for SHA-256 and the cipher to say.
 */
async function tableOf(client: Client, schema: string, name: string): Promise<Table> {
  const { rows } = await client.query<{ rows: string; checksum: string }>(
    `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended((t.*)::text COLLATE "C", 0)), 0)::text AS checksum
       FROM ONLY ${escapeIdentifier(schema)}.${escapeIdentifier(name)} AS t`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no sums of ${schema}.${name}`);
  return { name, ...row };
}

async function sequenceOf(client: Client, schema: string, name: string): Promise<Sequence> {
  const sequence = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
  const { rows } = await client.query<{ value: string; step: string }>(
    `SELECT (last_value - CASE WHEN is_called THEN 0 ELSE seqincrement END)::text AS value, seqincrement::text AS step
       FROM ${sequence}, pg_sequence WHERE seqrelid = $1::regclass`,
    [sequence],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no sequence ${sequence}`);
  return { name, ...row };
}

/** Names and rights: quick, and to be read before a dump begins. */
export async function outlineOf(client: Client, schema: string): Promise<Omit<Contents, "tables">> {
  const sequences: Sequence[] = [];
  for (const name of await column(client, relations("S"), schema)) sequences.push(await sequenceOf(client, schema, name));
  return { sequences, objects: [...(await column(client, CATALOGUE, schema))] };
}

/** Counts and checksums: reads every row. */
export async function tablesOf(client: Client, schema: string): Promise<Table[]> {
  const tables: Table[] = [];
  for (const name of await column(client, relations("r"), schema)) tables.push(await tableOf(client, schema, name));
  return tables;
}

export const contentsOf = async (client: Client, schema: string): Promise<Contents> => ({
  ...(await outlineOf(client, schema)),
  tables: await tablesOf(client, schema),
});

import { readFileSync } from "node:fs";
import { Client, DatabaseError, type ClientConfig } from "pg";
import { z } from "zod";
import { readEnvironment } from "../../sandbox/environment.ts";
import { tenantRoles } from "../../components/shared/names.ts";
import type { RawApi } from "./rawApi.ts";

/** Connections to the sandbox's PostgreSQL as tenants' own logins, with the passwords that their pods are given. */

export const DATABASE = "privatesales";

export type Login = "app" | "migration";

const secretSchema = z.object({ data: z.object({ DATABASE_URL: z.base64(), MIGRATION_DATABASE_URL: z.base64() }) });

function environment(): { readonly port: number; readonly password: string } {
  const data = process.env.SANDBOX_DATA;
  const env = data === undefined ? undefined : readEnvironment(data);
  if (env === undefined) throw new Error("SANDBOX_DATA names no sandbox: these tests run inside one");
  return { port: env.ports.postgres, password: readFileSync(env.paths.postgresPassword, "utf8") };
}

/** A connection to the stack's database, if its configuration names no other. */
export async function connectWith(config: ClientConfig): Promise<Client> {
  const client = new Client({ host: "127.0.0.1", port: environment().port, database: DATABASE, ...config });
  await client.connect();
  return client;
}

/** What a pod of the tenant would connect with; pooler and server are the sandbox's one server. */
export async function loginConfig(api: RawApi, tenant: string, login: Login): Promise<{ readonly user: string; readonly password: string }> {
  const { data } = await api.ask(secretSchema, "GET", `/api/v1/namespaces/tenant-${tenant}/secrets/data-access`);
  const url = new URL(Buffer.from(login === "app" ? data.DATABASE_URL : data.MIGRATION_DATABASE_URL, "base64").toString("utf8"));
  const user = tenantRoles(tenant)[login];
  if (decodeURIComponent(url.username) !== user) throw new Error(`the Secret of ${tenant} names ${url.username}, not ${user}`);
  return { user, password: decodeURIComponent(url.password) };
}

export const connectAs = async (api: RawApi, tenant: string, login: Login, database = DATABASE): Promise<Client> =>
  connectWith({ ...(await loginConfig(api, tenant, login)), database });

/** The server's superuser. */
export const connectAsOwner = (database = DATABASE): Promise<Client> => connectWith({ user: "postgres", password: environment().password, database });

/** SQLSTATE of an error of the server; an error of another kind goes on. */
export async function sqlstateOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "allowed";
  } catch (error) {
    if (error instanceof DatabaseError && error.code !== undefined) return error.code;
    throw error;
  }
}

/** Statements that PostgreSQL refuses inside a transaction, whoever sends them. */
const ALONE = /^(VACUUM|CREATE DATABASE|DROP DATABASE|ALTER SYSTEM|CREATE TABLESPACE|CREATE SUBSCRIPTION|REINDEX (SCHEMA|DATABASE)|CLUSTER$)/;

/**
 * What came of a statement: `allowed`, the SQLSTATE of the error, or that of a warning, by which GRANT says that it granted
 * nothing. It is rolled back, so that one that is wrongly allowed leaves no trace.
 */
export async function attempt(client: Client, sql: string): Promise<string> {
  const warnings: string[] = [];
  const listen = ({ severity, code }: { severity: string | undefined; code: string | undefined }): void => {
    if (severity === "WARNING" && code !== undefined) warnings.push(code);
  };
  client.on("notice", listen);
  try {
    if (ALONE.test(sql)) return await sqlstateOf(client.query(sql));
    await client.query("BEGIN");
    const state = await sqlstateOf(client.query(sql));
    await client.query("ROLLBACK");
    return state === "allowed" ? (warnings[0] ?? state) : state;
  } finally {
    client.off("notice", listen);
  }
}

import { randomBytes } from "node:crypto";
import { escapeIdentifier as ident, escapeLiteral as literal, type Client } from "pg";
import { codeOf, ToolError } from "../errors.ts";
import { connect, scramVerifier, withChanges, type Login } from "../postgres/server.ts";
import type { RestoreNames } from "./names.ts";

const OBJECT_IN_USE = "55006";

/** What exists while a restore runs, and is gone after it. */
export interface Workplace {
  /** The tenant's rights, in the live database and in the scratch one. */
  readonly live: Login;
  readonly scratch: Login;
  /** The owner's connection to the scratch database. While it is open no second restore of the tenant begins. */
  readonly scratchOwner: Client;
  readonly close: () => Promise<void>;
}

/**
 * A dump is a program, and its functions are the tenant's: it must not run with more rights than the tenant has. So a login is made
 * that is a member of the tenant's migration role, acts as it from its first statement, and ends with the restore.
 */
export async function openWorkplace(owner: Client, login: Login, names: RestoreNames): Promise<Workplace> {
  const { scratch, side, restorer, roles } = names;
  await dropScratch(owner, scratch);
  const returnRoles = await borrowRoles(owner, [roles.owner, roles.migration]);
  const password = randomBytes(24).toString("base64url");
  const close: (() => Promise<unknown>)[] = [returnRoles];
  const closeAll = async (): Promise<void> => {
    for (const step of close.splice(0).toReversed()) await step();
  };
  try {
    // What a killed restore has left.
    await owner.query(`DROP SCHEMA IF EXISTS ${ident(side)} CASCADE`);
    await owner.query(`DROP ROLE IF EXISTS ${ident(restorer)}`);
    // Closed in reverse: a role that a database has granted something to cannot be dropped before it.
    await owner.query(`CREATE ROLE ${ident(restorer)} LOGIN CONNECTION LIMIT 6 PASSWORD ${literal(scramVerifier(password))} IN ROLE ${ident(roles.migration)}`);
    close.push(() => owner.query(`DROP ROLE ${ident(restorer)}`));
    await owner.query(`CREATE DATABASE ${ident(scratch)} TEMPLATE template0`);
    close.push(() => owner.query(`DROP DATABASE ${ident(scratch)} WITH (FORCE)`));
    await owner.query(`REVOKE ALL ON DATABASE ${ident(scratch)} FROM PUBLIC`);
    await owner.query(`GRANT CONNECT ON DATABASE ${ident(scratch)} TO ${ident(restorer)}`);
    const scratchOwner = await connect(withChanges(login, { database: scratch }));
    close.push(() => scratchOwner.end());
    await installExtensions(owner, scratchOwner);
    const live = withChanges(login, { user: restorer, password, role: roles.migration });
    return { live, scratch: withChanges(live, { database: scratch }), scratchOwner, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A restore that still runs is connected to its scratch database, which then cannot be dropped: that keeps a second one out. */
async function dropScratch(owner: Client, scratch: string): Promise<void> {
  try {
    await owner.query(`DROP DATABASE IF EXISTS ${ident(scratch)}`);
  } catch (error) {
    if (codeOf(error) !== OBJECT_IN_USE) throw error;
    throw new ToolError({
      problem: "Another restore of this tenant is under way.",
      given: `sessions in the database ${scratch}`,
      allowed: "one restore of a tenant at a time",
      advice: "wait for it to end.",
    });
  }
}

/**
 * The user that made the tenant's roles administers them, which is not yet the right to act as them; it may give itself that
 * (PostgreSQL 16 and later). A superuser needs nothing. Returns what takes it back.
 */
async function borrowRoles(owner: Client, roles: readonly string[]): Promise<() => Promise<void>> {
  const borrowed: string[] = [];
  for (const role of roles) {
    const { rows } = await owner.query<{ may: boolean }>("SELECT pg_has_role(current_user, $1, 'SET') AND pg_has_role(current_user, $1, 'USAGE') AS may", [role]);
    if (rows[0]?.may === true) continue;
    await owner.query(`GRANT ${ident(role)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
    borrowed.push(role);
  }
  return async () => {
    for (const role of borrowed) await owner.query(`REVOKE ${ident(role)} FROM CURRENT_USER GRANTED BY CURRENT_USER`);
  };
}

/** The structure may use types and functions of extensions, which lie outside the tenants' schemas. */
async function installExtensions(owner: Client, scratch: Client): Promise<void> {
  const { rows } = await owner.query<{ name: string; schema: string; version: string }>(
    `SELECT extname AS name, nspname AS schema, extversion AS version FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
      WHERE extname <> 'plpgsql' ORDER BY pg_extension.oid`,
  );
  for (const { name, schema, version } of rows) {
    if (schema !== "pg_catalog") await scratch.query(`CREATE SCHEMA IF NOT EXISTS ${ident(schema)}`);
    await scratch.query(`CREATE EXTENSION ${ident(name)} SCHEMA ${ident(schema)} VERSION ${literal(version)}`);
  }
}

/** A tenant's schema as the platform makes it, without the default privileges, which the dump brings. */
export async function createTenantSchema(client: Client, schema: string, { roles }: RestoreNames): Promise<void> {
  await client.query(`CREATE SCHEMA ${ident(schema)} AUTHORIZATION ${ident(roles.owner)}`);
  await client.query(`GRANT USAGE ON SCHEMA ${ident(schema)} TO ${ident(roles.app)}`);
  await client.query(`GRANT CREATE, USAGE ON SCHEMA ${ident(schema)} TO ${ident(roles.migration)}`);
}

import type { Session } from "./server.ts";
import { ident } from "./sql.ts";

export async function isSuperuser(session: Session, role: string): Promise<boolean> {
  const [row] = await session.rows<{ rolsuper: boolean }>(
    "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = $1", [role]);
  if (row === undefined) throw new Error(`role "${role}" does not exist`);
  return row.rolsuper;
}

async function isMember(session: Session, role: string, member: string): Promise<boolean> {
  const rows = await session.rows(
    `SELECT 1 FROM pg_catalog.pg_auth_members
      WHERE pg_get_userbyid(roleid) = $1 AND pg_get_userbyid(member) = $2 AND set_option`, [role, member]);
  return rows.length > 0;
}

/** True if the member was not one before. */
export async function join(session: Session, role: string, member: string): Promise<boolean> {
  if (role === member || await isMember(session, role, member)) return false;
  await session.rows(`GRANT ${ident(role)} TO ${ident(member)}`);
  return true;
}

/** True if the member was one before. */
export async function leave(session: Session, role: string, member: string): Promise<boolean> {
  if (role === member || !(await isMember(session, role, member))) return false;
  await session.rows(`REVOKE ${ident(role)} FROM ${ident(member)}`);
  return true;
}

/**
 * Runs `work` as a member of the given roles. A superuser needs no membership; anybody else (the administrator of a
 * managed server) joins for the time of the work, and where the role is a member of the administrator, PostgreSQL
 * forbids the circle, so that is undone for as long.
 */
export async function asMemberOf<T>(session: Session, roles: readonly string[], work: () => Promise<T>): Promise<T> {
  const [me] = await session.rows<{ user: string }>(`SELECT current_user::text AS "user"`);
  const user = me?.user ?? "";
  if (roles.length === 0 || await isSuperuser(session, user)) return work();
  const joined: string[] = [];
  const parted: string[] = [];
  for (const role of new Set(roles)) {
    if (await isSuperuser(session, role)) continue;
    if (await leave(session, user, role)) parted.push(role);
    if (await join(session, role, user)) joined.push(role);
  }
  const result = await work();
  for (const role of joined) await leave(session, role, user);
  for (const role of parted) {
    const rows = await session.rows("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", [role]);
    if (rows.length > 0) await join(session, user, role);
  }
  return result;
}

/** The database's owner, whom pg_database_owner stands for. */
export async function databaseOwner(session: Session): Promise<string> {
  const [row] = await session.rows<{ owner: string }>(
    "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_catalog.pg_database WHERE datname = current_database()");
  return row?.owner ?? "";
}

/** Owners of a schema and, if asked for, of its tables: whose rights a change of privileges needs. */
export async function schemaOwners(session: Session, schema: string, tables: boolean): Promise<readonly string[]> {
  const found = await session.rows<{ owner: string }>(
    `SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_catalog.pg_namespace WHERE nspname = $1`, [schema]);
  if (found.length === 0) throw new Error(`schema "${schema}" does not exist`);
  const owners = tables
    ? await session.rows<{ owner: string }>(
      "SELECT DISTINCT tableowner::text AS owner FROM pg_catalog.pg_tables WHERE schemaname = $1", [schema])
    : [];
  const dbOwner = await databaseOwner(session);
  return [...owners, ...found].map(({ owner }) => owner === "pg_database_owner" ? dbOwner : owner);
}

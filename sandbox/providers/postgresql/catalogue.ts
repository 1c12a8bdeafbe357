import type { Server, Session } from "./server.ts";

/** Asked on the provider's own database: a connection to one that is gone would be an error. */
export async function databaseExists(server: Server, name: string): Promise<boolean> {
  if (name === server.connection.database) return true;
  const rows = await server.read(server.connection.database, (session) =>
    session.rows("SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1", [name]));
  return rows.length > 0;
}

/** A role's object id; 0 stands for all roles (`public`), undefined for none of that name. */
export async function roleOid(session: Session, role: string): Promise<string | undefined> {
  if (role === PUBLIC) return "0";
  const [row] = await session.rows<{ oid: string }>(
    "SELECT oid::text AS oid FROM pg_catalog.pg_roles WHERE rolname = $1", [role]);
  return row?.oid;
}

export async function schemaExists(session: Session, schema: string): Promise<boolean> {
  return (await session.rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [schema])).length > 0;
}

export const PUBLIC = "public";

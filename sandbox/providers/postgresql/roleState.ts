import type { Properties } from "../provider.ts";
import { md5Verifier } from "./scram.ts";
import type { Session } from "./server.ts";

interface RoleRow {
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly create_role: boolean;
  readonly create_database: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypass: boolean;
  readonly connection_limit: number;
  readonly valid_until: string;
  readonly config: readonly string[];
  readonly roles: readonly string[];
}

const QUERY = `
SELECT rolname::text AS name, rolsuper AS superuser, rolinherit AS inherit, rolcreaterole AS create_role,
       rolcreatedb AS create_database, rolcanlogin AS login, rolreplication AS replication, rolbypassrls AS bypass,
       rolconnlimit AS connection_limit, COALESCE(rolvaliduntil::text, 'infinity') AS valid_until,
       COALESCE(rolconfig, '{}') AS config,
       ARRAY(SELECT DISTINCT pg_get_userbyid(roleid)::text FROM pg_catalog.pg_auth_members m
              WHERE m.member = r.oid ORDER BY 1) AS roles
  FROM pg_catalog.pg_roles r WHERE rolname = $1`;

/** The value of one `ALTER ROLE … SET` of the role. */
export function roleSetting(config: readonly string[], name: string): string | undefined {
  return config.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** A search path as PostgreSQL stores it, without the quotes. */
export function parsedSearchPath(setting: string | undefined): readonly string[] {
  if (setting === undefined || setting === "") return [];
  return setting.split(", ").map((part) => part.replace(/^"(.*)"$/u, "$1").replaceAll("\"\"", "\""));
}

/** A role as the catalogues show it, in the official provider's outputs; undefined when there is none. */
export async function readRole(session: Session, name: string): Promise<Properties | undefined> {
  const [role] = await session.rows<RoleRow>(QUERY, [name]);
  if (role === undefined) return undefined;
  return {
    name: role.name,
    superuser: role.superuser,
    inherit: role.inherit,
    createRole: role.create_role,
    createDatabase: role.create_database,
    login: role.login,
    replication: role.replication,
    bypassRowLevelSecurity: role.bypass,
    connectionLimit: role.connection_limit,
    validUntil: role.valid_until,
    encryptedPassword: true,
    roles: role.roles,
    searchPaths: parsedSearchPath(roleSetting(role.config, "search_path")),
    statementTimeout: Number(roleSetting(role.config, "statement_timeout") ?? 0),
    idleInTransactionSessionTimeout: Number(roleSetting(role.config, "idle_in_transaction_session_timeout") ?? 0),
    assumeRole: roleSetting(role.config, "role") ?? "",
  };
}

/**
 * The password of the state, unless the server shows that it is another one. A SCRAM verifier is taken as a match, as
 * the official provider does. Throws when the user may not look and the provider was not told so.
 */
export async function readPassword(session: Session, role: string, known: string): Promise<string> {
  const [me] = await session.rows<{ rolsuper: boolean; user: string }>(
    `SELECT rolsuper, rolname::text AS "user" FROM pg_catalog.pg_roles WHERE rolname = current_user`);
  if (me?.rolsuper !== true) {
    throw new Error(`user "${me?.user ?? ""}" is no superuser and cannot read role "${role}"'s password; `
      + "set superuser: false on the postgresql provider, so that it does not try");
  }
  const [row] = await session.rows<{ passwd: string }>(
    "SELECT COALESCE(passwd, '') AS passwd FROM pg_catalog.pg_shadow WHERE usename = $1", [role]);
  const stored = row?.passwd ?? "";
  if (known.startsWith("md5") || known.startsWith("SCRAM-SHA-256")) return stored;
  if (stored.startsWith("SCRAM-SHA-256") || stored === md5Verifier(known, role)) return known;
  return stored;
}

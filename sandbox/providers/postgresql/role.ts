import { z } from "zod";
import type { Properties } from "../provider.ts";
import { asMemberOf } from "./membership.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import { readPassword, readRole } from "./roleState.ts";
import { isVerifier, scramVerifier } from "./scram.ts";
import type { Server, Session } from "./server.ts";
import { ident, identifier, literal, names } from "./sql.ts";

const flag = (usual: boolean) => z.boolean("must be true or false").default(usual);
const milliseconds = z.int("must be a whole number of milliseconds").min(0, "must be 0 (none) or more").optional();

const password = z.string("must be text")
  .refine((value) => /^\p{ASCII}*$/u.test(value), "must be of ASCII characters: the sandbox hashes it without SASLprep")
  .refine((value) => value.toUpperCase() !== "NULL", "must not be the word NULL; leave the password out instead");

const shape = {
  name: identifier,
  login: flag(false),
  password: password.optional(),
  encryptedPassword: z.literal(true, "must be true: PostgreSQL 10 and later store no clear passwords").default(true),
  superuser: flag(false),
  createDatabase: flag(false),
  createRole: flag(false),
  inherit: flag(true),
  replication: flag(false),
  bypassRowLevelSecurity: flag(false),
  connectionLimit: z.int("must be a whole number").min(-1, "must be -1 (no limit) or more").default(-1),
  validUntil: z.string().default("infinity"),
  roles: names.optional(),
  searchPaths: z.array(identifier.refine((path) => !path.includes(", "), "must not contain \", \"")).optional(),
  statementTimeout: milliseconds,
  idleInTransactionSessionTimeout: milliseconds,
  assumeRole: z.string().optional(),
  skipDropRole: flag(false),
  skipReassignOwned: flag(false),
} as const;

type RoleArgs = Args<typeof shape>;

const ATTRIBUTES = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  inherit: "INHERIT",
  login: "LOGIN",
  replication: "REPLICATION",
  bypassRowLevelSecurity: "BYPASSRLS",
} as const;

function attribute(role: RoleArgs, key: keyof typeof ATTRIBUTES): string {
  return role[key] ? ATTRIBUTES[key] : `NO${ATTRIBUTES[key]}`;
}

const attributeKeys = ["superuser", "createDatabase", "createRole", "inherit", "login", "replication",
  "bypassRowLevelSecurity"] as const satisfies readonly (keyof typeof ATTRIBUTES)[];

function validUntil(role: RoleArgs): string {
  const infinite = role.validUntil === "" || role.validUntil.toLowerCase() === "infinity";
  return `VALID UNTIL ${literal(infinite ? "infinity" : role.validUntil)}`;
}

async function passwordOption(clear: string | undefined): Promise<string[]> {
  if (clear === undefined || clear === "") return [];
  return [`PASSWORD ${literal(isVerifier(clear) ? clear : await scramVerifier(clear))}`];
}

/** `ALTER ROLE … SET` lines; a setting that was taken away is reset. */
function settings(role: RoleArgs, changed: (key: keyof RoleArgs) => boolean): string[] {
  const set = (key: keyof RoleArgs, name: string, value: string | undefined): string[] => {
    if (!changed(key)) return [];
    return [`ALTER ROLE ${ident(role.name)} ${value === undefined ? `RESET ${name}` : `SET ${name} TO ${value}`}`];
  };
  const number = (value: number | undefined): string | undefined => value === undefined || value === 0
    ? undefined
    : String(value);
  const paths = role.searchPaths ?? [];
  const assumed = role.assumeRole === undefined || role.assumeRole === "" ? undefined : ident(role.assumeRole);
  return [
    ...set("searchPaths", "search_path", paths.length === 0 ? undefined : paths.map(ident).join(", ")),
    ...set("statementTimeout", "statement_timeout", number(role.statementTimeout)),
    ...set("idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout",
      number(role.idleInTransactionSessionTimeout)),
    ...set("assumeRole", "role", assumed),
  ];
}

async function run(session: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.rows(statement);
}

function grants(role: RoleArgs): string[] {
  return (role.roles ?? []).map((granted) => `GRANT ${ident(granted)} TO ${ident(role.name)}`);
}

async function found(session: Session, server: Server, role: RoleArgs): Promise<Properties | undefined> {
  const state = await readRole(session, role.name);
  if (state === undefined || role.password === undefined || role.password === "") return state;
  if (state.login !== true || !server.connection.superuser) return state;
  return { ...state, password: await readPassword(session, role.name, role.password) };
}

async function made(session: Session, server: Server, role: RoleArgs): Promise<Properties> {
  const state = await found(session, server, role);
  if (state === undefined) throw new Error(`role "${role.name}" was gone at once`);
  return state;
}

async function create(server: Server, role: RoleArgs): Promise<Properties> {
  const options = [
    ...await passwordOption(role.password),
    validUntil(role),
    `CONNECTION LIMIT ${String(role.connectionLimit)}`,
    ...attributeKeys.map((key) => attribute(role, key)),
  ];
  const set = (key: keyof RoleArgs): boolean => {
    const value = role[key];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== 0 && value !== "";
  };
  return server.write(server.connection.database, async (session) => {
    await run(session, [`CREATE ROLE ${ident(role.name)} WITH ${options.join(" ")}`, ...grants(role)]);
    await run(session, settings(role, set));
    return made(session, server, role);
  });
}

async function memberships(session: Session, role: RoleArgs): Promise<string[]> {
  const rows = await session.rows<{ granted: string }>(
    `SELECT DISTINCT pg_get_userbyid(roleid)::text AS granted FROM pg_catalog.pg_auth_members m
       JOIN pg_catalog.pg_roles r ON m.member = r.oid WHERE rolname = $1 ORDER BY 1`, [role.name]);
  return rows.map(({ granted }) => granted);
}

async function update(
  server: Server,
  old: RoleArgs,
  role: RoleArgs,
  changed: (key: keyof RoleArgs) => boolean,
): Promise<Properties> {
  const renamed = changed("name");
  const secret = renamed || changed("password") ? await passwordOption(role.password) : [];
  const options = [
    ...secret,
    ...(changed("validUntil") ? [validUntil(role)] : []),
    ...(changed("connectionLimit") ? [`CONNECTION LIMIT ${String(role.connectionLimit)}`] : []),
    ...attributeKeys.filter(changed).map((key) => attribute(role, key)),
  ];
  return server.write(server.connection.database, async (session) => {
    if (renamed) await session.rows(`ALTER ROLE ${ident(old.name)} RENAME TO ${ident(role.name)}`);
    if (options.length > 0) await session.rows(`ALTER ROLE ${ident(role.name)} WITH ${options.join(" ")}`);
    // The official provider takes all memberships away and gives the listed ones: those of a GrantRole go too.
    const revokes = (await memberships(session, role)).map((from) => `REVOKE ${ident(from)} FROM ${ident(role.name)}`);
    await run(session, [...revokes, ...grants(role), ...settings(role, changed)]);
    return made(session, server, role);
  });
}

async function remove(server: Server, role: RoleArgs): Promise<void> {
  const { database, databaseUsername } = server.connection;
  await server.write(database, async (session) => {
    if (!role.skipReassignOwned) {
      await asMemberOf(session, [role.name], () => run(session, [
        `REASSIGN OWNED BY ${ident(role.name)} TO ${ident(databaseUsername)}`,
        `DROP OWNED BY ${ident(role.name)}`,
      ]));
    }
    if (!role.skipDropRole) await session.rows(`DROP ROLE ${ident(role.name)}`);
  });
}

/** Log-ins and groups; nothing replaces a role, a new name renames it. */
export const role = resource({
  type: "postgresql:index/role:Role",
  shape,
  sets: ["roles"],
  refused: {
    encrypted: "it is deprecated; use encryptedPassword",
    passwordWo: "write-only passwords are not built; use password",
    passwordWoVersion: "write-only passwords are not built; use password",
  },
  autoname: true,
  deleteBeforeReplace: "sameName",
}, {
  label: ({ name }) => `role "${name}"`,
  id: ({ name }) => name,
  create,
  update,
  read: (server, args) => server.read(server.connection.database, (session) => found(session, server, args)),
  delete: remove,
  imported: (id) => ({ name: id }),
});

import { z } from "zod";
import type { CheckFailure, Properties } from "../provider.ts";
import { databaseExists, PUBLIC, roleOid, schemaExists } from "./catalogue.ts";
import { asMemberOf } from "./membership.ts";
import { matches, privilegeFaults } from "./privileges.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import type { Server, Session } from "./server.ts";
import { ident, identifier } from "./sql.ts";

/** The letters of pg_default_acl.defaclobjtype. */
const LETTERS = { table: "r", sequence: "S", function: "f", routine: "f", type: "T", schema: "n" } as const;
const TYPES = ["table", "sequence", "function", "routine", "type", "schema"] as const;

const shape = {
  role: identifier,
  database: identifier,
  owner: identifier,
  schema: identifier.optional(),
  objectType: z.enum(TYPES, `must be one of ${TYPES.join(", ")}`),
  privileges: z.array(z.string(), "must be a list of privileges"),
  withGrantOption: z.boolean("must be true or false").default(false),
} as const;

type DefaultArgs = Args<typeof shape>;

function faults(inputs: Properties): readonly CheckFailure[] {
  const found: CheckFailure[] = [...privilegeFaults(inputs)];
  if (inputs.objectType === "schema" && inputs.schema !== undefined) {
    found.push({ property: "schema", reason: "must be absent when objectType is \"schema\"" });
  }
  if (inputs.withGrantOption === true && String(inputs.role).toLowerCase() === PUBLIC) {
    found.push({ property: "withGrantOption", reason: "must be false for role \"public\"" });
  }
  return found;
}

function alter(args: DefaultArgs): string {
  const within = args.schema === undefined ? "" : ` IN SCHEMA ${ident(args.schema)}`;
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(args.owner)}${within}`;
}

function objects(args: DefaultArgs): string {
  return `${args.objectType.toUpperCase()}S`;
}

function revoke(args: DefaultArgs): string {
  return `${alter(args)} REVOKE ALL ON ${objects(args)} FROM ${ident(args.role)}`;
}

function grant(args: DefaultArgs): string {
  const option = args.withGrantOption ? " WITH GRANT OPTION" : "";
  return `${alter(args)} GRANT ${args.privileges.join(", ")} ON ${objects(args)} TO ${ident(args.role)}${option}`;
}

async function granted(session: Session, args: DefaultArgs, oid: string): Promise<readonly string[]> {
  const rows = await session.rows<{ privilege: string }>(
    `SELECT DISTINCT acl.privilege_type AS privilege
       FROM pg_catalog.pg_default_acl d
       CROSS JOIN LATERAL aclexplode(d.defaclacl) acl
       LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
      WHERE d.defaclobjtype = $1 AND acl.grantee = $2::oid AND pg_get_userbyid(acl.grantor) = $3
        AND n.nspname IS NOT DISTINCT FROM $4 ORDER BY 1`,
    [LETTERS[args.objectType], oid, args.owner, args.schema ?? null]);
  return rows.map(({ privilege }) => privilege);
}

/** Nothing found where something was wanted counts as gone, so that the next run makes it again. */
async function found(session: Session, args: DefaultArgs): Promise<Properties | undefined> {
  const oid = await roleOid(session, args.role);
  if (oid === undefined || (args.schema !== undefined && !(await schemaExists(session, args.schema)))) return undefined;
  const privileges = await granted(session, args, oid);
  if (privileges.length === 0 && args.privileges.length > 0) return undefined;
  return await matches(session, args.objectType, args.privileges, privileges) ? {} : { privileges };
}

/** The old default is revoked in the same transaction: nobody sees a moment without. */
async function apply(server: Server, args: DefaultArgs): Promise<Properties> {
  return server.write(args.database, async (session) => {
    await asMemberOf(session, [args.owner], async () => {
      await session.rows(revoke(args));
      if (args.privileges.length > 0) await session.rows(grant(args));
    });
    const state = await found(session, args);
    if (state === undefined) {
      throw new Error(`the server keeps no such default: role "${args.role}" has these privileges anyway`);
    }
    return state;
  });
}

/** What a role will be granted on objects that `owner` creates later; an empty list takes all defaults away. */
export const defaultPrivileges = resource({
  type: "postgresql:index/defaultPrivileges:DefaultPrivileges",
  shape,
  replace: ["role", "database", "owner", "schema", "objectType", "withGrantOption"],
  sets: ["privileges"],
  refused: {},
  deleteBeforeReplace: "never",
}, {
  label: ({ role, owner, objectType, schema }) => `default privileges of role "${role}" on ${objectType}s of "${owner}"`
    + (schema === undefined ? "" : ` in schema "${schema}"`),
  id: ({ role, database, schema, owner, objectType }) =>
    [role, database, schema ?? "noschema", owner, objectType].join("_"),
  create: apply,
  update: (server, _old, args) => apply(server, args),
  read: async (server, args) => {
    if (!(await databaseExists(server, args.database))) return undefined;
    return server.read(args.database, (session) => found(session, args));
  },
  delete: async (server, args) => {
    await server.write(args.database, (session) =>
      asMemberOf(session, [args.owner], () => session.rows(revoke(args))));
  },
  faults,
});

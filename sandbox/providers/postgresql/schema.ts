import { z } from "zod";
import type { Properties } from "../provider.ts";
import { asMemberOf, databaseOwner } from "./membership.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import type { Server, Session } from "./server.ts";
import { databaseExists } from "./catalogue.ts";
import { ident, identifier } from "./sql.ts";

const shape = {
  name: identifier,
  owner: identifier.optional(),
  database: identifier.optional(),
  ifNotExists: z.boolean("must be true or false").default(true),
  dropCascade: z.boolean("must be true or false").default(false),
} as const;

type SchemaArgs = Args<typeof shape>;

function databaseOf(server: Server, { database }: SchemaArgs): string {
  return database ?? server.connection.database;
}

async function ownerOf(session: Session, schema: string): Promise<string | undefined> {
  const [row] = await session.rows<{ owner: string }>(
    "SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_catalog.pg_namespace WHERE nspname = $1", [schema]);
  return row?.owner;
}

async function found(session: Session, server: Server, args: SchemaArgs): Promise<Properties | undefined> {
  const owner = await ownerOf(session, args.name);
  // `policies` is deprecated and refused as an input, but the official provider always gives it out.
  return owner === undefined
    ? undefined
    : { name: args.name, owner, database: databaseOf(server, args), policies: [] };
}

async function made(session: Session, server: Server, args: SchemaArgs): Promise<Properties> {
  const state = await found(session, server, args);
  if (state === undefined) throw new Error(`schema "${args.name}" was gone at once`);
  return state;
}

async function create(server: Server, args: SchemaArgs): Promise<Properties> {
  return server.write(databaseOf(server, args), async (session) => {
    const owner = await databaseOwner(session);
    const roles = args.owner === undefined || args.owner === owner ? [owner] : [owner, args.owner];
    const exists = await ownerOf(session, args.name) !== undefined;
    await asMemberOf(session, roles, async () => {
      if (!exists) {
        const authorization = args.owner === undefined ? "" : ` AUTHORIZATION ${ident(args.owner)}`;
        const condition = args.ifNotExists ? "IF NOT EXISTS " : "";
        await session.rows(`CREATE SCHEMA ${condition}${ident(args.name)}${authorization}`);
      } else if (args.owner !== undefined) {
        // The official provider takes over a schema that is there, whatever ifNotExists says.
        await session.rows(`ALTER SCHEMA ${ident(args.name)} OWNER TO ${ident(args.owner)}`);
      }
    });
    return made(session, server, args);
  });
}

async function update(
  server: Server,
  old: SchemaArgs,
  args: SchemaArgs,
  changed: (key: keyof SchemaArgs) => boolean,
): Promise<Properties> {
  return server.write(databaseOf(server, args), async (session) => {
    if (changed("name")) await session.rows(`ALTER SCHEMA ${ident(old.name)} RENAME TO ${ident(args.name)}`);
    if (changed("owner") && args.owner !== undefined) {
      await session.rows(`ALTER SCHEMA ${ident(args.name)} OWNER TO ${ident(args.owner)}`);
    }
    return made(session, server, args);
  });
}

async function remove(server: Server, args: SchemaArgs): Promise<void> {
  await server.write(databaseOf(server, args), async (session) => {
    if (await ownerOf(session, args.name) === undefined) return;
    const owners = args.owner === undefined ? [] : [args.owner];
    await asMemberOf(session, owners, () =>
      session.rows(`DROP SCHEMA ${ident(args.name)} ${args.dropCascade ? "CASCADE" : "RESTRICT"}`));
  });
}

/** Splits an import id `database.object`. Throws when it has another form. */
export function importedName(id: string, what: string): { database: string; name: string } {
  const [database, name, ...rest] = id.split(".");
  if (database === undefined || name === undefined || rest.length > 0) {
    throw new Error(`"${id}" is no id of ${what}; its form is database.${what}`);
  }
  return { database, name };
}

export const schema = resource({
  type: "postgresql:index/schema:Schema",
  shape,
  replace: ["database"],
  computed: ["owner", "database"],
  refused: { policies: "it is deprecated; use a Grant with objectType \"schema\"" },
  autoname: true,
  deleteBeforeReplace: "sameName",
}, {
  label: ({ name, database }) => `schema "${name}"${database === undefined ? "" : ` in database "${database}"`}`,
  id: (args, server) => `${databaseOf(server, args)}.${args.name}`,
  create,
  update,
  read: async (server, args) => {
    const database = databaseOf(server, args);
    if (!(await databaseExists(server, database))) return undefined;
    return server.read(database, (session) => found(session, server, args));
  },
  delete: remove,
  imported: (id) => importedName(id, "schema"),
});

import { z } from "zod";
import type { Properties } from "../provider.ts";
import { databaseExists } from "./catalogue.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import { importedName } from "./schema.ts";
import type { Server, Session } from "./server.ts";
import { ident, identifier } from "./sql.ts";

const shape = {
  name: identifier,
  schema: identifier.optional(),
  version: z.string().min(1, "must not be empty").optional(),
  database: identifier.optional(),
  createCascade: z.boolean("must be true or false").default(false),
  dropCascade: z.boolean("must be true or false").default(false),
} as const;

type ExtensionArgs = Args<typeof shape>;

function databaseOf(server: Server, { database }: ExtensionArgs): string {
  return database ?? server.connection.database;
}

async function found(session: Session, server: Server, args: ExtensionArgs): Promise<Properties | undefined> {
  const [row] = await session.rows<{ schema: string; version: string }>(
    `SELECT n.nspname::text AS schema, e.extversion AS version FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1`, [args.name]);
  return row === undefined ? undefined : { ...row, name: args.name, database: databaseOf(server, args) };
}

async function made(session: Session, server: Server, args: ExtensionArgs): Promise<Properties> {
  const state = await found(session, server, args);
  if (state === undefined) throw new Error(`extension "${args.name}" was gone at once`);
  return state;
}

/** An extension that is there already is taken over, as the official provider does. */
async function create(server: Server, args: ExtensionArgs): Promise<Properties> {
  const schema = args.schema === undefined ? "" : ` SCHEMA ${ident(args.schema)}`;
  const version = args.version === undefined ? "" : ` VERSION ${ident(args.version)}`;
  const cascade = args.createCascade ? " CASCADE" : "";
  return server.write(databaseOf(server, args), async (session) => {
    await session.rows(`CREATE EXTENSION IF NOT EXISTS ${ident(args.name)}${schema}${version}${cascade}`);
    return made(session, server, args);
  });
}

async function update(
  server: Server,
  _old: ExtensionArgs,
  args: ExtensionArgs,
  changed: (key: keyof ExtensionArgs) => boolean,
): Promise<Properties> {
  return server.write(databaseOf(server, args), async (session) => {
    if (changed("schema") && args.schema !== undefined) {
      await session.rows(`ALTER EXTENSION ${ident(args.name)} SET SCHEMA ${ident(args.schema)}`);
    }
    if (changed("version") && args.version !== undefined) {
      await session.rows(`ALTER EXTENSION ${ident(args.name)} UPDATE TO ${ident(args.version)}`);
    }
    return made(session, server, args);
  });
}

export const extension = resource({
  type: "postgresql:index/extension:Extension",
  shape,
  replace: ["name", "database"],
  computed: ["schema", "version", "database"],
  refused: {},
  autoname: true,
  deleteBeforeReplace: "sameName",
}, {
  label: ({ name, database }) => `extension "${name}"${database === undefined ? "" : ` in database "${database}"`}`,
  id: (args, server) => `${databaseOf(server, args)}.${args.name}`,
  create,
  update,
  read: async (server, args) => {
    const database = databaseOf(server, args);
    if (!(await databaseExists(server, database))) return undefined;
    return server.read(database, (session) => found(session, server, args));
  },
  delete: async (server, args) => {
    await server.write(databaseOf(server, args), (session) =>
      session.rows(`DROP EXTENSION ${ident(args.name)} ${args.dropCascade ? "CASCADE" : "RESTRICT"}`));
  },
  imported: (id) => importedName(id, "extension"),
});

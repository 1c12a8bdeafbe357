import { z } from "zod";
import type { Properties } from "../provider.ts";
import { asMemberOfOutside, reassign } from "./databaseOwner.ts";
import { readDatabase } from "./databaseRead.ts";
import { Unfinished } from "./failure.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import type { Server, Session } from "./server.ts";
import { ident, identifier, literal } from "./sql.ts";

const shape = {
  name: identifier,
  owner: identifier.optional(),
  template: identifier.optional(),
  encoding: z.string().optional(),
  lcCollate: z.string().optional(),
  lcCtype: z.string().optional(),
  tablespaceName: identifier.optional(),
  connectionLimit: z.int("must be a whole number").min(-1, "must be -1 (no limit) or more").default(-1),
  allowConnections: z.boolean("must be true or false").default(true),
  isTemplate: z.boolean("must be true or false").optional(),
  alterObjectOwnership: z.boolean("must be true or false").default(false),
} as const;

type DatabaseArgs = Args<typeof shape>;

function isDefault(value: string): boolean {
  return value.toUpperCase() === "DEFAULT";
}

function option(keyword: string, value: string | undefined, quote: (text: string) => string): string[] {
  if (value === undefined || value === "") return [];
  return [`${keyword} ${isDefault(value) ? "DEFAULT" : quote(value)}`];
}

function createStatement(args: DatabaseArgs, user: string): string {
  const options = [
    `OWNER ${ident(args.owner ?? user)}`,
    ...option("TEMPLATE", args.template ?? "template0", ident),
    ...option("ENCODING", args.encoding ?? "UTF8", literal),
    ...option("LC_COLLATE", args.lcCollate, literal),
    ...option("LC_CTYPE", args.lcCtype, literal),
    ...option("TABLESPACE", args.tablespaceName, ident),
    `ALLOW_CONNECTIONS ${String(args.allowConnections)}`,
    `CONNECTION LIMIT ${String(args.connectionLimit)}`,
    `IS_TEMPLATE ${String(args.isTemplate ?? false)}`,
  ];
  return `CREATE DATABASE ${ident(args.name)} ${options.join(" ")}`;
}

function found(server: Server, { name, template }: DatabaseArgs): Promise<Properties | undefined> {
  return server.read(server.connection.database, (session) => readDatabase(session, name, template));
}

async function made(session: Session, args: DatabaseArgs): Promise<Properties> {
  const state = await readDatabase(session, args.name, args.template);
  if (state === undefined) throw new Error(`database "${args.name}" was gone at once`);
  return state;
}

async function create(server: Server, args: DatabaseArgs): Promise<Properties> {
  return server.autocommit(async (session) => {
    await asMemberOfOutside(session, args.owner, () =>
      session.rows(createStatement(args, server.connection.databaseUsername)));
    return made(session, args);
  });
}

/** The changes that are not forced to be replacements, in the official provider's order. */
function alterations(args: DatabaseArgs, changed: (key: keyof DatabaseArgs) => boolean): string[] {
  const alter = `ALTER DATABASE ${ident(args.name)}`;
  const { tablespaceName: space } = args;
  const move = space === undefined || isDefault(space) ? "RESET TABLESPACE" : `SET TABLESPACE ${ident(space)}`;
  return [
    ...(changed("owner") && args.owner !== undefined ? [`${alter} OWNER TO ${ident(args.owner)}`] : []),
    ...(changed("tablespaceName") ? [`${alter} ${move}`] : []),
    ...(changed("connectionLimit") ? [`${alter} CONNECTION LIMIT = ${String(args.connectionLimit)}`] : []),
    ...(changed("allowConnections") ? [`${alter} ALLOW_CONNECTIONS ${String(args.allowConnections)}`] : []),
    ...(changed("isTemplate") ? [`${alter} IS_TEMPLATE ${String(args.isTemplate ?? false)}`] : []),
  ];
}

/**
 * Not one transaction: SET TABLESPACE is refused inside one, and REASSIGN OWNED runs in the database itself. When a
 * statement fails after others took effect, the engine is told how far the database has come.
 */
async function update(
  server: Server,
  old: DatabaseArgs,
  args: DatabaseArgs,
  changed: (key: keyof DatabaseArgs) => boolean,
): Promise<Properties> {
  if (changed("name")) {
    await server.autocommit((session) =>
      session.rows(`ALTER DATABASE ${ident(old.name)} RENAME TO ${ident(args.name)}`));
  }
  try {
    const owner = changed("owner") ? args.owner : undefined;
    if (owner !== undefined && args.alterObjectOwnership) await reassign(server, args.name, owner);
    return await server.autocommit(async (session) => {
      await asMemberOfOutside(session, owner, async () => {
        for (const statement of alterations(args, changed)) await session.rows(statement);
      });
      return made(session, args);
    });
  } catch (error) {
    const state = await found(server, args);
    throw state === undefined ? error : new Unfinished({ ...old, ...state }, error);
  }
}

async function remove(server: Server, args: DatabaseArgs): Promise<void> {
  await server.autocommit(async (session) => {
    await asMemberOfOutside(session, args.owner, async () => {
      const alter = `ALTER DATABASE ${ident(args.name)}`;
      if (args.isTemplate === true) await session.rows(`${alter} IS_TEMPLATE false`);
      await session.rows(`${alter} ALLOW_CONNECTIONS false`);
      await session.rows(`DROP DATABASE ${ident(args.name)} WITH (FORCE)`);
    });
  });
}

export const database = resource({
  type: "postgresql:index/database:Database",
  shape,
  replace: ["template", "encoding", "lcCollate", "lcCtype"],
  computed: ["owner", "template", "encoding", "lcCollate", "lcCtype", "tablespaceName", "isTemplate"],
  refused: {},
  autoname: true,
  deleteBeforeReplace: "sameName",
}, {
  label: ({ name }) => `database "${name}"`,
  id: ({ name }) => name,
  create,
  update,
  read: found,
  delete: remove,
  imported: (id) => ({ name: id }),
});

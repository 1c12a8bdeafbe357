import { z } from "zod";
import type { CheckFailure, Properties } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import { databaseExists } from "./catalogue.ts";
import { readGrant } from "./grantRead.ts";
import type { GrantTarget } from "./grantSql.ts";
import { grantId, grantStatement, OBJECT_TYPES, revokeStatement } from "./grantSql.ts";
import { asMemberOf, schemaOwners } from "./membership.ts";
import { privilegeFaults } from "./privileges.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import type { Server, Session } from "./server.ts";
import { identifier, names } from "./sql.ts";

/** The argument types of a function are not quoted, so nothing else may stand there. */
const object = z.string("must be text").refine((name) => /^[^(]+(?:\([\w\s,."[\]]*\))?$/u.test(name),
  "must be a name, or for functions a name with its argument types: f(integer, text)");

const shape = {
  role: identifier,
  database: identifier,
  schema: identifier.optional(),
  objectType: z.enum(OBJECT_TYPES, `must be one of ${OBJECT_TYPES.join(", ")}`),
  objects: z.array(object, "must be a list of names").optional(),
  columns: names.optional(),
  privileges: z.array(z.string(), "must be a list of privileges"),
  withGrantOption: z.boolean("must be true or false").default(false),
} as const;

type GrantArgs = Args<typeof shape>;

const WITHOUT_SCHEMA: readonly unknown[] = ["database", "foreign_data_wrapper", "foreign_server"];

/** How many entries a list has; undefined while that is unknown. */
function count(value: unknown): number | undefined {
  if (value === UNKNOWN) return undefined;
  return Array.isArray(value) ? value.length : 0;
}

function faults(inputs: Properties): readonly CheckFailure[] {
  const found: CheckFailure[] = [...privilegeFaults(inputs)];
  const { objectType } = inputs;
  if (objectType === UNKNOWN) return found;
  const must = (holds: boolean, property: string, reason: string): void => {
    if (!holds) found.push({ property, reason: `${reason} when objectType is "${String(objectType)}"` });
  };
  const objects = count(inputs.objects);
  const columns = count(inputs.columns);
  const privileges = count(inputs.privileges);
  if (!WITHOUT_SCHEMA.includes(objectType)) must(inputs.schema !== undefined, "schema", "is required");
  if (objectType === "database" || objectType === "schema") must((objects ?? 0) === 0, "objects", "must be empty");
  if (objectType === "foreign_data_wrapper" || objectType === "foreign_server") {
    must((objects ?? 1) === 1, "objects", "must hold exactly one name");
  }
  if (objectType === "column") {
    must((objects ?? 1) === 1, "objects", "must hold exactly one table");
    must((columns ?? 1) > 0, "columns", "must not be empty");
    must((privileges ?? 1) === 1, "privileges", "must hold exactly one privilege");
  } else {
    must((columns ?? 0) === 0, "columns", "must be empty");
  }
  return found;
}

function target(args: GrantArgs): GrantTarget {
  return { ...args, schema: args.schema ?? "", objects: args.objects ?? [], columns: args.columns ?? [] };
}

async function owners(session: Session, { objectType, schema }: GrantTarget): Promise<readonly string[]> {
  return WITHOUT_SCHEMA.includes(objectType) ? [] : schemaOwners(session, schema, objectType !== "schema");
}

/** Revokes what was granted before and grants the listed privileges, so that a shorter list takes rights away. */
async function apply(server: Server, before: GrantArgs, args: GrantArgs): Promise<Properties> {
  const wanted = target(args);
  const statements = [revokeStatement(target(before)), grantStatement(wanted)].filter((sql) => sql !== undefined);
  return server.write(args.database, async (session) => {
    await asMemberOf(session, await owners(session, wanted), async () => {
      for (const statement of statements) await session.rows(statement);
    });
    const state = await readGrant(session, wanted);
    if (state === undefined) throw new Error(`role "${args.role}" or schema "${wanted.schema}" does not exist`);
    return state;
  });
}

async function remove(server: Server, args: GrantArgs): Promise<void> {
  const statement = revokeStatement(target(args));
  if (statement === undefined) return;
  await server.write(args.database, async (session) => {
    await asMemberOf(session, await owners(session, target(args)), () => session.rows(statement));
  });
}

function where(args: GrantArgs): string {
  const { objects = [], schema, database, objectType } = args;
  const quoted = objects.length === 0 ? "" : ` ${objects.map((name) => `"${name}"`).join(", ")}`;
  if (objectType === "database") return `database "${database}"`;
  if (objectType === "schema") return `schema "${schema ?? ""}"`;
  return `${objectType}${quoted}${schema === undefined ? "" : ` in schema "${schema}"`}`;
}

/** Privileges of one role on one object or on all objects of a kind in a schema. */
export const grant = resource({
  type: "postgresql:index/grant:Grant",
  shape,
  replace: ["role", "database", "schema", "objectType", "objects", "columns", "withGrantOption"],
  sets: ["objects", "columns", "privileges"],
  refused: {},
  deleteBeforeReplace: "always",
}, {
  label: (args) => `grant of ${args.privileges.join(", ") || "nothing"} on ${where(args)} to role "${args.role}"`,
  id: (args) => grantId(target(args)),
  create: (server, args) => apply(server, args, args),
  update: (server, old, args) => apply(server, old, args),
  read: async (server, args) => {
    if (!(await databaseExists(server, args.database))) return undefined;
    return server.read(args.database, (session) => readGrant(session, target(args)));
  },
  delete: remove,
  faults,
});

import { ident, listed, qualified } from "./sql.ts";

export const OBJECT_TYPES = ["database", "function", "procedure", "routine", "schema", "sequence", "table",
  "foreign_data_wrapper", "foreign_server", "column"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/** One grant in plain data; `schema` is empty where the object type has none. */
export interface GrantTarget {
  readonly role: string;
  readonly database: string;
  readonly schema: string;
  readonly objectType: ObjectType;
  readonly objects: readonly string[];
  readonly columns: readonly string[];
  readonly privileges: readonly string[];
  readonly withGrantOption: boolean;
}

/** `f(int, text)` names one of several functions: the name is quoted, the types are not. */
function routine(schema: string, object: string): string {
  const [name = "", types] = object.split("(", 2);
  return qualified(schema, name) + (types === undefined ? "" : `(${types}`);
}

function inSchema(target: GrantTarget): string {
  const kind = target.objectType.toUpperCase();
  return target.objects.length === 0
    ? `ALL ${kind}S IN SCHEMA ${ident(target.schema)}`
    : `${kind} ${target.objects.map((object) => routine(target.schema, object)).join(", ")}`;
}

function place(target: GrantTarget): string {
  switch (target.objectType) {
    case "database":
      return `DATABASE ${ident(target.database)}`;
    case "schema":
      return `SCHEMA ${ident(target.schema)}`;
    case "foreign_data_wrapper":
      return `FOREIGN DATA WRAPPER ${listed(target.objects)}`;
    case "foreign_server":
      return `FOREIGN SERVER ${listed(target.objects)}`;
    case "column":
      return `TABLE ${target.objects.map((table) => qualified(target.schema, table)).join(", ")}`;
    case "table":
    case "sequence":
    case "function":
    case "procedure":
    case "routine":
      return inSchema(target);
  }
}

function onColumns(target: GrantTarget): string {
  return target.objectType === "column" ? ` (${listed(target.columns)})` : "";
}

/** The GRANT, or nothing for an empty list of privileges. */
export function grantStatement(target: GrantTarget): string | undefined {
  if (target.privileges.length === 0) return undefined;
  const option = target.withGrantOption ? " WITH GRANT OPTION" : "";
  const what = target.privileges.join(", ") + onColumns(target);
  return `GRANT ${what} ON ${place(target)} TO ${ident(target.role)}${option}`;
}

/**
 * The REVOKE before a new GRANT and on a deletion. On named tables and on columns only the listed privileges go, since
 * REVOKE ALL on a table would also take the grants on its columns.
 */
export function revokeStatement(target: GrantTarget): string | undefined {
  const columns = target.objectType === "column";
  if (columns && (target.privileges.length === 0 || target.columns.length === 0)) return undefined;
  const named = target.schema !== "" && target.objectType !== "schema" && target.objects.length > 0;
  const listedOnly = columns || (named && target.privileges.length > 0);
  const what = listedOnly ? target.privileges.join(", ") + onColumns(target) : "ALL PRIVILEGES";
  return `REVOKE ${what} ON ${place(target)} FROM ${ident(target.role)}`;
}

/** The official provider's id; sets are in alphabetical order here. */
export function grantId(target: GrantTarget): string {
  const { role, database, schema, objectType, objects, columns } = target;
  const within = ["database", "foreign_data_wrapper", "foreign_server"].includes(objectType) ? [] : [schema];
  return [role, database, ...within, objectType, ...[...objects].sort(), ...[...columns].sort()].join("_");
}

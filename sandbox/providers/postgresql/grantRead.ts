import type { Properties } from "../provider.ts";
import { roleOid, schemaExists } from "./catalogue.ts";
import type { GrantTarget } from "./grantSql.ts";
import { matches } from "./privileges.ts";
import type { Session } from "./server.ts";

interface Granted {
  readonly object: string;
  readonly privileges: readonly string[];
}

/** Access lists of single objects, by name. */
function single(catalogue: string, name: string, acl: string): string {
  return `SELECT ${name}::text AS object,
       ARRAY(SELECT a.privilege_type FROM aclexplode(${acl}) a WHERE a.grantee = $1::oid ORDER BY 1) AS privileges
  FROM pg_catalog.${catalogue} WHERE ${name} = $2`;
}

const RELATIONS = `SELECT c.relname::text AS object,
       ARRAY(SELECT a.privilege_type FROM aclexplode(c.relacl) a WHERE a.grantee = $1::oid ORDER BY 1) AS privileges
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = $2 AND c.relkind = $3 ORDER BY 1`;

const ROUTINES = `SELECT p.proname::text AS object,
       ARRAY(SELECT DISTINCT a.privilege_type FROM pg_catalog.pg_proc q CROSS JOIN LATERAL aclexplode(q.proacl) a
              WHERE q.proname = p.proname AND q.pronamespace = p.pronamespace AND a.grantee = $1::oid
              ORDER BY 1) AS privileges
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = $2 GROUP BY p.proname, p.pronamespace ORDER BY 1`;

const COLUMNS = `SELECT a.attname::text AS object, ARRAY[acl.privilege_type] AS privileges
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL aclexplode(a.attacl) acl
 WHERE acl.grantee = $1::oid AND n.nspname = $2 AND c.relname = $3 AND c.relkind = 'r' AND acl.privilege_type = $4
 ORDER BY 1`;

function lists(session: Session, target: GrantTarget, oid: string): Promise<Granted[]> {
  const [object = ""] = target.objects;
  switch (target.objectType) {
    case "database":
      return session.rows<Granted>(single("pg_database", "datname", "datacl"), [oid, target.database]);
    case "schema":
      return session.rows<Granted>(single("pg_namespace", "nspname", "nspacl"), [oid, target.schema]);
    case "foreign_data_wrapper":
      return session.rows<Granted>(single("pg_foreign_data_wrapper", "fdwname", "fdwacl"), [oid, object]);
    case "foreign_server":
      return session.rows<Granted>(single("pg_foreign_server", "srvname", "srvacl"), [oid, object]);
    case "table":
      return session.rows<Granted>(RELATIONS, [oid, target.schema, "r"]);
    case "sequence":
      return session.rows<Granted>(RELATIONS, [oid, target.schema, "S"]);
    case "function":
    case "procedure":
    case "routine":
      return session.rows<Granted>(ROUTINES, [oid, target.schema]);
    case "column":
      return session.rows<Granted>(COLUMNS, [oid, target.schema, object, target.privileges[0] ?? ""]);
  }
}

/** The columns that still carry the grant; fewer than wanted is drift. */
function columnDrift(target: GrantTarget, granted: readonly Granted[]): Properties {
  const columns = target.columns.filter((column) => granted.some(({ object }) => object === column));
  return columns.length === target.columns.length ? {} : { columns };
}

/** The privileges of the first object (by name) that has others than wanted, so that the next run grants again. */
async function privilegeDrift(session: Session, target: GrantTarget, all: readonly Granted[]): Promise<Properties> {
  const named = ["database", "schema", "foreign_data_wrapper", "foreign_server"].includes(target.objectType);
  for (const { object, privileges } of all) {
    if (!named && target.objects.length > 0 && !target.objects.includes(object)) continue;
    if (!(await matches(session, target.objectType, target.privileges, privileges))) return { privileges };
  }
  return {};
}

/** What differs from the wanted grant, by property; undefined when the role or the schema is gone. */
export async function readGrant(session: Session, target: GrantTarget): Promise<Properties | undefined> {
  const oid = await roleOid(session, target.role);
  if (oid === undefined) return undefined;
  const needsSchema = !["database", "foreign_data_wrapper", "foreign_server"].includes(target.objectType);
  if (needsSchema && !(await schemaExists(session, target.schema))) return undefined;
  const granted = await lists(session, target, oid);
  return target.objectType === "column" ? columnDrift(target, granted) : privilegeDrift(session, target, granted);
}

import type { Client } from "pg";
import { ToolError } from "../errors.ts";
import type { Manifest } from "../manifest.ts";
import { majorOf, type Programs } from "../postgres/programs.ts";
import type { RestoreNames } from "./names.ts";

/** What stands where the backup goes: nothing, a schema without objects, or a live one. */
export type Target = "absent" | "empty" | "live";

const major = (version: number): number => Math.trunc(version / 10_000);

/** What has to hold on the server before anything is written there. */
export async function checkServer(client: Client, { roles }: RestoreNames, manifest: Manifest, programs: Programs): Promise<void> {
  const { rows } = await client.query<{ server: number; missing: string[] | null; login: string; may: boolean }>(
    `SELECT current_setting('server_version_num')::int AS server, current_user AS login,
            (SELECT rolsuper OR rolcreaterole AND rolcreatedb AND pg_has_role(datdba, 'USAGE') FROM pg_roles, pg_database
              WHERE rolname = current_user AND datname = current_database()) AS may,
            (SELECT array_agg(name) FROM unnest($1::text[]) AS name WHERE to_regrole(name) IS NULL) AS missing`,
    [[roles.owner, roles.migration, roles.app]],
  );
  const { server = 0, missing = null, login = "", may = false } = rows[0] ?? {};
  if (!may) {
    throw new ToolError({
      problem: "This login may not restore.",
      given: login,
      allowed: "a superuser, or the database's owner with CREATEROLE and CREATEDB, as the deployer is",
      advice: "set OWNER_DATABASE_URL.",
    });
  }
  if (major(server) < major(manifest.server)) {
    throw new ToolError({
      problem: "The server is older than the one that was backed up.",
      given: `PostgreSQL ${major(server)}`,
      allowed: `PostgreSQL ${major(manifest.server)} or later`,
      advice: "restore on a server of that version; a dump never goes back to an older one.",
    });
  }
  if (missing !== null) {
    throw new ToolError({
      problem: "The tenant's roles are not on this server.",
      given: `missing: ${missing.join(", ")}`,
      allowed: Object.values(roles).join(", "),
      advice: "deploy the tenant first (pulumi up makes its roles and an empty schema), then restore.",
    });
  }
  await checkProgram(programs, major(server));
}

async function checkProgram(programs: Programs, server: number): Promise<void> {
  const program = await majorOf(programs, "pg_restore");
  if (program.major < server) {
    throw new ToolError({
      problem: "pg_restore is older than the server.",
      given: program.text,
      allowed: `PostgreSQL ${server} or later`,
      advice: "use the server's own with --pg-bin.",
    });
  }
}

/** What hangs on a schema's tables from outside and would stay with the old ones: objects of other schemas, publications. */
const ATTACHED = `
  WITH home AS (SELECT oid FROM pg_namespace WHERE nspname = $1), own AS (SELECT c.oid FROM pg_class c, home WHERE relnamespace = home.oid)
  SELECT DISTINCT pg_describe_object(classid, objid, objsubid) AS what FROM pg_depend, home
   WHERE refclassid = 'pg_class'::regclass AND refobjid IN (SELECT oid FROM own) AND deptype IN ('n', 'a')
     AND (SELECT schema FROM pg_identify_object(classid, objid, objsubid)) IS DISTINCT FROM $1
     AND classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass)
  UNION
  SELECT 'view ' || r.ev_class::regclass FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class, home
   WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid IN (SELECT oid FROM own) AND c.relnamespace <> home.oid`;

/** Looks at the target, and refuses a live one unless it may be replaced. */
export async function checkTarget(client: Client, { schema }: RestoreNames, replace: boolean): Promise<Target> {
  const { rows } = await client.query<{ objects: string }>(
    `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) + (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid)
          + (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid) AS objects FROM pg_namespace n WHERE nspname = $1`,
    [schema],
  );
  const [row] = rows;
  if (row === undefined) return "absent";
  if (row.objects === "0") return "empty";
  if (!replace) {
    throw new ToolError({
      problem: `${schema} is live.`,
      given: `a schema with ${row.objects} objects, and no --replace`,
      allowed: "no schema, an empty one, or --replace",
      advice: "add --replace if its data may be put aside; it is kept under another name until you drop it.",
    });
  }
  const attached = await client.query<{ what: string }>(ATTACHED, [schema]);
  if (attached.rows.length === 0) return "live";
  throw new ToolError({
    problem: `Something outside ${schema} hangs on its tables, and would go on with the old ones.`,
    given: attached.rows.map(({ what }) => what).join(", "),
    allowed: "nothing",
    advice: "drop it, restore, and make it anew.",
  });
}

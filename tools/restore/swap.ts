import { escapeIdentifier as ident, type Client } from "pg";
import { codeOf, ToolError } from "../errors.ts";
import { asideName, type RestoreNames } from "./names.ts";
import type { Target } from "./target.ts";

/** How long the swap waits for transactions that hold the live tables, and holds up those that come after it. */
const LOCK_TIMEOUT = "10s";

/** SQLSTATE of a lock that was not had in time, and of a deadlock. */
const BUSY = new Set(["55P03", "40P01"]);

/**
 * Puts the side schema in the place of the live one, in one transaction: either all of it is seen, or nothing has changed. Its tables
 * are locked first, so that no transaction writes half into the old ones; rights, owners and default privileges belong to the
 * schemas and go with them. Returns what the old one is called now.
 */
export async function swap(owner: Client, names: RestoreNames, target: Target, filledViews: readonly string[], now: Date): Promise<string | undefined> {
  const { schema, side, roles } = names;
  const aside = target === "live" ? asideName(schema, now) : undefined;
  await owner.query("BEGIN");
  try {
    await owner.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    if (target === "empty") await owner.query(`DROP SCHEMA ${ident(schema)}`);
    if (aside !== undefined) await putAside(owner, names, aside);
    await owner.query(`ALTER SCHEMA ${ident(side)} RENAME TO ${ident(schema)}`);
    await owner.query(`SET LOCAL ROLE ${ident(roles.migration)}`);
    // Here and not before: what a view's functions name by text is right from now on.
    for (const view of filledViews) await owner.query(`REFRESH MATERIALIZED VIEW ${ident(schema)}.${ident(view)}`);
    await owner.query("COMMIT");
    return aside;
  } catch (error) {
    await owner.query("ROLLBACK");
    throw BUSY.has(codeOf(error) ?? "") ? busy(schema) : error;
  }
}

async function putAside(owner: Client, { schema, roles }: RestoreNames, aside: string): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') ORDER BY 1",
    [ident(schema)],
  );
  if (rows.length > 0) await owner.query(`LOCK TABLE ${rows.map(({ name }) => `${ident(schema)}.${ident(name)}`).join(", ")} IN ACCESS EXCLUSIVE MODE`);
  await owner.query(`ALTER SCHEMA ${ident(schema)} RENAME TO ${ident(aside)}`);
  await owner.query(`REVOKE ALL ON SCHEMA ${ident(aside)} FROM ${ident(roles.app)}, ${ident(roles.migration)}`);
}

const busy = (schema: string): ToolError =>
  new ToolError({
    problem: `The tables of ${schema} were in use all the time; nothing has changed.`,
    given: `a transaction that held one for ${LOCK_TIMEOUT}`,
    allowed: "shorter transactions",
    advice: "suspend the tenant (npm run tenants -- suspend), or end the long transaction, and run the same command again.",
  });

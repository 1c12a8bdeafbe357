import type { CheckFailure, Properties } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import type { Session } from "./server.ts";

/** What may be granted on each kind of object; https://www.postgresql.org/docs/18/sql-grant.html */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  schema: ["CREATE", "USAGE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  column: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: ["EXECUTE"],
  procedure: ["EXECUTE"],
  routine: ["EXECUTE"],
  type: ["USAGE"],
  foreign_data_wrapper: ["USAGE"],
  foreign_server: ["USAGE"],
};

const ALL = "ALL";
const MAINTAIN_SINCE = 170_000;

/** Names in `privileges` that do not fit the object type; unknown values pass. */
export function privilegeFaults({ objectType, privileges }: Properties): readonly CheckFailure[] {
  if (typeof objectType !== "string" || !Array.isArray(privileges)) return [];
  const allowed = ALLOWED[objectType];
  if (allowed === undefined) return [];
  return privileges
    .filter((name) => name !== UNKNOWN && name !== ALL && !allowed.includes(String(name)))
    .map((name) => ({
      property: "privileges",
      reason: `"${String(name)}" cannot be granted on a ${objectType}; allowed are ${[ALL, ...allowed].join(", ")}`,
    }));
}

async function everything(session: Session, objectType: string): Promise<readonly string[]> {
  const [row] = await session.rows<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version");
  const maintain = (row?.version ?? 0) >= MAINTAIN_SINCE;
  return (ALLOWED[objectType] ?? []).filter((name) => name !== "MAINTAIN" || maintain);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((name) => other.has(name));
}

/** Whether the granted privileges are the wanted ones; `ALL` stands for every one the object type has. */
export async function matches(
  session: Session,
  objectType: string,
  wanted: readonly string[],
  granted: readonly string[],
): Promise<boolean> {
  if (same(wanted, granted)) return true;
  return wanted.includes(ALL) && same(await everything(session, objectType), granted);
}

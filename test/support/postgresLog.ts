/** Starts an entry: `2026-01-01 00:00:00.000 UTC [123] user@database LOG:  …`; other lines go on with the one before. */
const ENTRY = /^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC \[)/m;

/** A statement, sent whole or prepared; its parameters follow in an entry of their own. */
const STATEMENT = /(?:LOG|ERROR): {2}(?:statement|execute [^:]*): ([^]*)$/;

const READS = /^(SELECT|BEGIN|COMMIT|ROLLBACK|SHOW|SET|RESET|DISCARD)\b/i;

/** Every entry of a piece of PostgreSQL's log, statements and parameters alike. */
export const entriesIn = (text: string): readonly string[] => text.split(ENTRY).filter((entry) => entry !== "");

/** The statements that do more than read, in their order. */
export const changingStatementsIn = (text: string): readonly string[] =>
  entriesIn(text)
    .flatMap((entry) => STATEMENT.exec(entry)?.[1]?.trim() ?? [])
    .filter((statement) => !READS.test(statement));

/** Entries that name the schema or a role of one of the tenants. */
export function entriesAbout(text: string, tenantIds: readonly string[]): readonly string[] {
  const schemas = tenantIds.map((id) => `tenant_${id.replaceAll("-", "_")}`);
  // What follows a schema's name in a role's name is `__`; anything else would be another tenant.
  const names = new RegExp(`\\b(${schemas.join("|")})(__(owner|migration|app))?\\b`);
  return entriesIn(text).filter((entry) => names.test(entry));
}

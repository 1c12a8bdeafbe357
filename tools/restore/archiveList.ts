import { ToolError } from "../errors.ts";

/** The table of contents of a dump, as `pg_restore --list` prints it. */
export interface ArchiveList {
  /** What `--use-list` is given: all but the schema itself, which is made with the rights that the platform gives it. */
  readonly text: string;
  /** Materialized views that hold rows, in the order in which they can be filled. */
  readonly filledViews: readonly string[];
}

/** `12; 1259 16400 TABLE tenant_dior items tenant_dior__migration`: kind in capitals, schema or `-`, name, owner. */
const ENTRY = /^\d+; \d+ \d+ ([A-Z]+(?: [A-Z]+)*) (\S+) (.*)$/;

/** `SCHEMA - tenant_dior owner`, `ACL - SCHEMA tenant_dior owner`: what is about the schema lies in none. */
function isOfTheSchema(kind: string, rest: string, schema: string): boolean {
  const about = kind === "SCHEMA" ? "" : ["ACL", "COMMENT", "SECURITY LABEL"].includes(kind) ? "SCHEMA " : undefined;
  return about !== undefined && rest.startsWith(`${about}${schema} `);
}

/**
 * Reads it, and refuses what does not belong to the schema: an archive is somebody else's program until it has been looked at.
 */
export function readList(list: string, schema: string): ArchiveList {
  const kept: string[] = [];
  const filledViews: string[] = [];
  for (const line of list.split("\n")) {
    if (line === "" || line.startsWith(";")) continue;
    const [, kind = "", namespace, rest = ""] = ENTRY.exec(line) ?? [];
    if (namespace === "-" && isOfTheSchema(kind, rest, schema)) continue;
    if (namespace !== schema) throw foreign(line, schema);
    kept.push(line);
    if (kind === "MATERIALIZED VIEW DATA") filledViews.push(rest.replace(/ \S+$/, ""));
  }
  return { text: `${kept.join("\n")}\n`, filledViews };
}

const foreign = (line: string, schema: string): ToolError =>
  new ToolError({
    problem: "The dump holds something that is not of its schema.",
    given: line,
    allowed: `objects of ${schema}`,
    advice: "do not restore it; find out who wrote it.",
  });

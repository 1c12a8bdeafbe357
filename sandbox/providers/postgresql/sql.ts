import { escapeIdentifier, escapeLiteral } from "pg";
import { z } from "zod";

/** PostgreSQL's NAMEDATALEN less the end mark; https://www.postgresql.org/docs/18/limits.html */
const MAX_BYTES = 63;

/**
 * The name of an object. Longer names are refused, because the server would cut them with no more than a notice, and
 * two tenants' names could become one.
 */
export const identifier = z.string("must be text").min(1, "must not be empty").superRefine((name, context) => {
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_BYTES) {
    context.addIssue({
      code: "custom",
      message: `"${name}" has ${String(bytes)} bytes; PostgreSQL keeps ${String(MAX_BYTES)}, so choose a shorter name`,
    });
  }
  if (name.includes("\0")) context.addIssue({ code: "custom", message: "must not contain a NUL character" });
});

export const names = z.array(identifier, "must be a list of names");

/** Quoted for use in SQL. */
export const ident = escapeIdentifier;
export const literal = escapeLiteral;

/** `schema.name`, both quoted. */
export function qualified(schema: string, name: string): string {
  return `${ident(schema)}.${ident(name)}`;
}

export function listed(items: readonly string[]): string {
  return items.map(ident).join(", ");
}

import { DatabaseError } from "pg";
import type { Properties } from "../provider.ts";

const HIDDEN = "[hidden]";

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== "").reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), text);
}

function reason(error: unknown): string {
  if (error instanceof DatabaseError) {
    const detail = error.detail === undefined ? "" : `; ${error.detail}`;
    const hint = error.hint === undefined ? "" : `; hint: ${error.hint}`;
    return `${error.message} (SQLSTATE ${error.code ?? "unknown"})${detail}${hint}`;
  }
  // A refused connection to a name with two addresses is one error for each.
  if (error instanceof AggregateError) return error.errors.map(reason).join("; ");
  const text = error instanceof Error ? error.message : String(error);
  const tls = text === "The server does not support SSL connections";
  return tls ? `${text}; for a server without TLS set sslmode: "disable" on the postgresql provider` : text;
}

/** Some statements took effect before one failed; `state` is the object as it is now, `cause` what went wrong. */
export class Unfinished extends Error {
  readonly state: Properties;
  constructor(state: Properties, cause: unknown) {
    super("not all changes were made", { cause });
    this.name = "Unfinished";
    this.state = state;
  }
}

/** One line for the user: what could not be done, why, and the server's SQLSTATE. Never a secret, never a stack. */
export function failure(what: string, error: unknown, secrets: readonly string[]): Error {
  return new Error(withoutSecrets(`could not ${what}: ${reason(error)}`, secrets));
}

/**
 * Whether a second try may succeed: the server gave up a statement because of another session
 * (https://www.postgresql.org/docs/18/errcodes-appendix.html). "tuple concurrently updated" has no code of its own.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.code === "40001" || error.code === "40P01"
    || (error.code === "XX000" && /tuple concurrently (?:updated|deleted)/u.test(error.message));
}

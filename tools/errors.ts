/** What an operator reads when something is refused: what went wrong, what was given, what is allowed, what to do. */
export interface Refusal {
  readonly problem: string;
  readonly given: string;
  readonly allowed: string;
  readonly advice: string;
}

/** A fault that the operator can mend: the command line prints its text without a stack and ends with 1. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    const { problem, given, allowed, advice } = refusal;
    super(`${problem}\n    given    ${given}\n    allowed  ${allowed}\n    do       ${advice}`, options);
    this.refusal = refusal;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of an error of Node or of PostgreSQL, e.g. `ENOENT` or `55P03`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The `name` of an error of a cloud's client, e.g. `AccessDenied`. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

/** A refusal of the command line: what is wrong, what was given, what is allowed, what to do. Nothing has been written. */
import { escape } from "../display.ts";

export interface Refusal {
  readonly problem: string;
  /** As the user wrote it; cut and escaped here. */
  readonly given: string;
  readonly allowed: string;
  /** What to do next. */
  readonly advice: string;
}

export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    const { problem, given, allowed, advice } = refusal;
    super(
      [`refused: ${problem}`, `    given    ${escape(given)}`, `    allowed  ${allowed}`, `    do       ${advice}`, "", "Nothing was written."].join("\n"),
    );
    this.refusal = refusal;
  }
}

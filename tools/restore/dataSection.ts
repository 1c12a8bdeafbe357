import { ToolError } from "../errors.ts";

/** What `pg_restore --data-only` prints, taken apart. */
export type Piece =
  | { readonly kind: "copy"; readonly sql: string }
  | { readonly kind: "rows"; readonly bytes: Buffer }
  | { readonly kind: "end" }
  | { readonly kind: "setval"; readonly sql: string };

const LF = 0x0a;
const END_LINE = Buffer.from("\\.\n");
const END_AFTER_ROWS = Buffer.from("\n\\.\n");
/** Lines that say nothing of the data. */
const PREAMBLE = /^(?:--.*|SET [a-z_]+ = .*;|SELECT pg_catalog\.set_config\('[a-z_]+', '[^']*', false\);|\\(?:un)?restrict \w+|)$/;

/**
 * The rows of a dump with another schema's name. pg_restore cannot rename, and a dump's text must not be searched and replaced: this
 * reads its lines instead, knows the only two statements that move data, and refuses all others. Rows pass untouched: in COPY's
 * format a line `\.` is never one.
 */
export class DataSection {
  readonly #from: string;
  readonly #to: string;
  #inRows = false;
  /** True at the first byte of a COPY's rows, where the end has no line before it. */
  #atStart = false;
  #held: Buffer = Buffer.alloc(0);

  /** Both names are plain lower-case identifiers, as a tenant's schema is. */
  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  *read(chunk: Uint8Array): Generator<Piece> {
    this.#held = Buffer.concat([this.#held, chunk]);
    for (;;) {
      const pieces = this.#inRows ? this.#rows() : this.#line();
      if (pieces === undefined) return;
      yield* pieces;
    }
  }

  /** To be called when the source has ended. */
  finish(): void {
    if (this.#inRows || this.#held.length > 0) throw new Error("the data of the dump ends in the middle of a table");
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  #line(): readonly Piece[] | undefined {
    const end = this.#held.indexOf(LF);
    if (end === -1) return undefined;
    const line = this.#take(end + 1).toString("utf8").slice(0, -1);
    if (PREAMBLE.test(line)) return [];
    const copy = this.#after(line, "COPY ");
    if (copy?.endsWith(" FROM stdin;") === true) {
      [this.#inRows, this.#atStart] = [true, true];
      return [{ kind: "copy", sql: copy.slice(0, -1) }];
    }
    const setval = this.#after(line, "SELECT pg_catalog.setval('");
    if (setval !== undefined && /', -?\d+, (?:true|false)\);$/.test(setval)) return [{ kind: "setval", sql: setval }];
    throw unknown(line);
  }

  /** The statement with the other schema, when it begins like this and goes on with `schema.`. */
  #after(line: string, start: string): string | undefined {
    const old = `${start}${this.#from}.`;
    return line.startsWith(old) ? `${start}${this.#to}.${line.slice(old.length)}` : undefined;
  }

  #rows(): readonly Piece[] | undefined {
    if (this.#atStart && this.#held.length < END_LINE.length) return undefined;
    if (this.#atStart && this.#held.subarray(0, END_LINE.length).equals(END_LINE)) return this.#endAfter(0, END_LINE.length);
    const end = this.#held.indexOf(END_AFTER_ROWS);
    if (end !== -1) return this.#endAfter(end + 1, END_LINE.length);
    // The end may be cut by the end of the chunk.
    const safe = this.#held.length - (END_AFTER_ROWS.length - 1);
    if (safe <= 0) return undefined;
    this.#atStart = false;
    const bytes = this.#take(safe);
    return this.#held.length < END_AFTER_ROWS.length ? [{ kind: "rows", bytes }] : undefined;
  }

  #endAfter(length: number, end: number): readonly Piece[] {
    const bytes = this.#take(length);
    this.#take(end);
    this.#inRows = false;
    return [...(length === 0 ? [] : [{ kind: "rows" as const, bytes }]), { kind: "end" }];
  }
}

const unknown = (line: string): ToolError =>
  new ToolError({
    problem: "The dump's data has a statement that this program does not run.",
    given: line.slice(0, 200),
    allowed: "COPY into a table of the schema, and setval of its sequences",
    advice: "restore it by hand with pg_restore into a database of its own, and look at what that table is.",
  });

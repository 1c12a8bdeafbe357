/** YAML text to a syntax tree, under limits on depth and time, without anchors, tags, directives and further documents. */
import { Composer, CST, type Document, Lexer, LineCounter, Parser, type YAMLParseError } from "yaml";
import { MAX_FAULTS, type TextFault } from "./prescan.ts";

/** Levels of nesting, lists and maps together; the format itself needs 7. */
export const MAX_DEPTH = 32;

/** Seconds that parsing may take before the file is refused. */
export const MAX_SECONDS = 30;

/** Words, signs and gaps that the parser keeps in memory; 10,000 tenants with every key have 3.6 million. */
export const MAX_WORDS = 6_000_000;

/** The deeper structure is, the more stack the parser's own calls need: stop before, not after. */
class LimitReached extends Error {
  readonly fault: TextFault;

  constructor(fault: TextFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export interface SyntaxTree {
  readonly document: Document | undefined;
  readonly lines: LineCounter;
  readonly faults: readonly TextFault[];
}

const PLAIN = "plain maps, lists and values, written out for each tenant";

const REFUSED: Readonly<Record<string, readonly [given: string, message: string]>> = {
  anchor: ["an anchor (&)", "anchors tie tenants together, so that an edit of one changes another: write the values out."],
  alias: ["an alias (*)", "aliases tie tenants together, so that an edit of one changes another: write the value out."],
  tag: ["a tag (!)", "tags make values that are not data: remove it."],
  "directive-line": ["a directive (%)", "directives change how YAML is read: remove it."],
  "explicit-key-ind": ["an explicit key (?)", "keys are plain words: write `key: value`."],
};

function refused(type: string | null, source: string, offset: number): TextFault | undefined {
  const known = REFUSED[type ?? ""];
  if (known !== undefined) return { offset, given: known[0], message: known[1], allowed: PLAIN, kind: "soft" };
  const isQuoted = type === "single-quoted-scalar" || type === "double-quoted-scalar";
  if (isQuoted && !isClosed(source)) {
    const message = "a quote is opened and never closed: close it on the same line.";
    return { offset, given: `${source.slice(0, 1)} …`, message, allowed: "text with a quote at both ends, or without quotes", kind: "hard" };
  }
  return undefined;
}

/** The lexer hands over everything up to the file's end when the closing quote is missing. */
function isClosed(source: string): boolean {
  const quote = source.slice(0, 1);
  if (source.length < 2 || !source.endsWith(quote)) return false;
  const inside = source.slice(1, -1);
  return quote === "'" ? !inside.replaceAll("''", "").includes("'") : !/(?:^|[^\\])(?:\\\\)*\\$/.test(inside);
}

const tooDeep = (offset: number): TextFault => ({
  offset,
  given: `more than ${MAX_DEPTH} levels`,
  message: "is nested too deeply to be a tenant: remove levels.",
  allowed: `at most ${MAX_DEPTH} levels`,
  kind: "fatal",
});

const tooManyWords = (offset: number): TextFault => ({
  offset,
  given: `more than ${MAX_WORDS} words and signs`,
  message: "holds more than tenants could: remove what is not tenants.",
  allowed: `at most ${MAX_WORDS}`,
  kind: "fatal",
});

/** Each costs the parser more than the one before. */
const MAX_STRAYS = 100;

const stray = (offset: number): TextFault => ({
  offset,
  given: "a closing bracket",
  message: "closes nothing, as many before it: remove them.",
  allowed: "brackets in pairs",
  kind: "fatal",
});

const unclosed = (offset: number, open: string): TextFault => ({
  offset,
  given: `${open} …`,
  message: `${open} is opened and never closed: close it.`,
  allowed: `${open} with its ${open === "[" ? "]" : "}"} before the next key`,
  kind: "hard",
});

/** Feeds the parser word by word, so that what is refused is seen before any of it is composed. */
function* tokens(text: string, lines: LineCounter, faults: TextFault[]): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  const deadline = performance.now() + MAX_SECONDS * 1000;
  const open: { readonly offset: number; readonly bracket: string }[] = [];
  let words = 0;
  let strays = 0;
  for (const source of new Lexer().lex(text)) {
    const { offset } = parser;
    const type = CST.tokenType(source);
    const fault = refused(type, source, offset);
    if (fault !== undefined && faults.length < MAX_FAULTS) faults.push(fault);
    if (type === "flow-seq-start" || type === "flow-map-start") open.push({ offset, bracket: source });
    if ((type === "flow-seq-end" || type === "flow-map-end") && open.pop() === undefined && ++strays > MAX_STRAYS) {
      throw new LimitReached(stray(offset));
    }
    if (type === "flow-error-end") faults.push(...open.splice(0).map((start) => unclosed(start.offset, start.bracket)));
    if (parser.stack.length > MAX_DEPTH) throw new LimitReached(tooDeep(offset));
    if (words > MAX_WORDS) throw new LimitReached(tooManyWords(offset));
    if ((words++ & 1023) === 0 && performance.now() > deadline) {
      const message = `reading took more than ${MAX_SECONDS} s: split the file or simplify it.`;
      throw new LimitReached({ offset, given: "a slow file", message, allowed: `${MAX_SECONDS} s`, kind: "fatal" });
    }
    yield* parser.next(source);
  }
  faults.push(...open.map((start) => unclosed(start.offset, start.bracket)));
  yield* parser.end();
}

const SYNTAX_WORDS: Readonly<Partial<Record<YAMLParseError["code"], string>>> = {
  BAD_DQ_ESCAPE: "a backslash in double quotes begins an escape that does not exist: use single quotes.",
  BAD_INDENT: "the indentation does not fit the lines around it.",
  BAD_SCALAR_START: "the value begins with a character that YAML reserves: put it in quotes.",
  BLOCK_AS_IMPLICIT_KEY: "a second colon makes a map inside a value: put the value in quotes.",
  BLOCK_IN_FLOW: "lines with dashes or indentation stand inside brackets.",
  IMPOSSIBLE: "the parts of this line do not fit together; perhaps a key is not a plain word.",
  MISSING_CHAR: "a bracket, comma, colon or space is missing.",
  MULTILINE_IMPLICIT_KEY: "a key runs over more than one line; perhaps a colon is missing.",
  UNEXPECTED_TOKEN: "something stands where YAML expects nothing; perhaps a quote, comma or line break is missing.",
};

interface SyntaxErrorAt {
  readonly code: YAMLParseError["code"];
  readonly offset: number;
}

/** Never the parser's own words: they quote the file, and the file may hold a secret. */
const syntaxError = (error: YAMLParseError): SyntaxErrorAt => ({ code: error.code, offset: error.pos[0] });

const syntaxFault = (error: SyntaxErrorAt): TextFault => ({
  offset: error.offset,
  given: "this line",
  message: SYNTAX_WORDS[error.code] ?? "is not YAML.",
  allowed: "YAML 1.2: `key: value` lines, lists with dashes, two spaces for each level",
  kind: "hard",
});

const LOCAL: ReadonlySet<string> = new Set(["BAD_DQ_ESCAPE", "BAD_SCALAR_START", "BLOCK_AS_IMPLICIT_KEY"]);

/** Errors up to the second that breaks the structure: what the parser says after that follows from those. */
function firstOf(errors: readonly SyntaxErrorAt[], end: number): readonly SyntaxErrorAt[] {
  const sorted = errors
    .filter((error) => error.code !== "BAD_ALIAS" && error.offset < end)
    .toSorted((a, b) => a.offset - b.offset);
  const breaking = sorted.filter((error) => !LOCAL.has(error.code));
  const last = breaking[1]?.offset ?? Infinity;
  return sorted.filter((error) => error.offset <= last).slice(0, MAX_FAULTS);
}

/** Offset of the first fault after which the structure cannot be trusted; Infinity without one. */
export const firstBreak = (faults: readonly TextFault[]): number =>
  faults.reduce((first, fault) => (fault.kind === "soft" ? first : Math.min(first, fault.offset)), Infinity);

function secondDocument(documents: readonly Document[]): readonly TextFault[] {
  const second = documents[1];
  if (second === undefined) return [];
  const message = "a second document begins: keep all tenants in one.";
  return [{ offset: second.range?.[0] ?? 0, given: "---", message, allowed: "one document", kind: "soft", scope: "file" }];
}

/** Parses `text`, of which faults may be known `already`; never throws for what stands in it. */
export function parseSyntax(text: string, already: readonly TextFault[]): SyntaxTree {
  const lines = new LineCounter();
  lines.addNewLine(0);
  if (already.some((fault) => fault.kind === "fatal")) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
    return { document: undefined, lines, faults: already };
  }
  const own: TextFault[] = [...already];
  const composer = new Composer({ version: "1.2", schema: "core", uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  try {
    const documents = Array.from(composer.compose(tokens(text, lines, own), true, text.length));
    const firstHard = firstBreak(own);
    const errors = documents.slice(0, 1).flatMap((document) => document.errors);
    const others = firstOf(errors.map(syntaxError), firstHard).map(syntaxFault);
    return { document: documents[0], lines, faults: [...own, ...secondDocument(documents), ...others] };
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    return { document: undefined, lines, faults: [...own, error.fault] };
  }
}

/** Reads a text with the place of every word, to say exactly what is wrong with it. */
import type { Document, LineCounter } from "yaml";
import { checkValue, type Surroundings } from "./check.ts";
import { type Fault, fieldOf, type Path, type Problem, TenantsError } from "./faults.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { entriesBefore, pathAt, placeOf, type Plain, toPlain } from "./plain.ts";
import { MAX_FAULTS, type TextFault } from "./prescan.ts";
import { valueAt } from "./problems.ts";
import type { Entry } from "./schema.ts";
import { secretProblems } from "./secrets.ts";
import { firstBreak, parseSyntax } from "./syntax.ts";

/** What turns problems into faults. */
interface Source {
  readonly outline: Outline;
  readonly file: string;
  readonly lines: LineCounter;
  readonly document: Document | undefined;
  readonly value: unknown;
}

function tenantOf(path: Path, value: unknown): string | undefined {
  if (path[0] !== "tenants" || typeof path[1] !== "number") return undefined;
  const id = valueAt(value, ["tenants", path[1], "id"]);
  return typeof id === "string" && id !== "" ? id : `#${path[1] + 1}`;
}

function position(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** After a hard fault the tree is the parser's guess; the lines themselves tell more. */
function ownerOf(fault: TextFault, source: Source): Pick<Fault, "tenant" | "field"> {
  if (fault.scope === "file") return { tenant: undefined, field: "file" };
  const { outline, document } = source;
  if (document === undefined || fault.kind !== "soft") {
    return { tenant: outline.tenantAt(fault.offset), field: outline.fieldAt(fault.offset) };
  }
  const path = pathAt(document, fault.offset);
  return { tenant: tenantOf(path, source.value), field: fieldOf(path) };
}

function textFault(fault: TextFault, source: Source): Fault {
  const { given, message, allowed } = fault;
  return { file: source.file, ...position(source.lines, fault.offset), ...ownerOf(fault, source), given, message, allowed };
}

function dataFault(problem: Problem, source: Source): Fault {
  const place =
    source.document === undefined
      ? { offset: 0, given: "nothing" }
      : placeOf(source.document, problem.path, problem.at);
  return {
    file: source.file,
    ...position(source.lines, problem.offset ?? place.offset),
    tenant: tenantOf(problem.path, source.value),
    field: fieldOf(problem.path),
    given: problem.given ?? place.given,
    message: problem.message,
    allowed: problem.allowed,
  };
}

/** Of many equal faults on one line, the first: a line of a hundred aliases is one mistake. */
function oncePerLine(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const key = `${fault.line} ${fault.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

const isWithin = (path: Path, outer: Path): boolean => outer.every((part, index) => path[index] === part);

/** What can be trusted when the text breaks off at `offset`: the entries that end before it. */
function soundPart(value: unknown, document: Document, outline: Outline, offset: number): unknown {
  if (offset === Infinity) return value;
  const list = valueAt(value, ["tenants"]);
  const many = Math.min(entriesBefore(document, offset), outline.entriesBefore(offset));
  const sound = Array.isArray(list) ? list.slice(0, many) : [];
  return sound.length === 0 ? undefined : { version: 1, tenants: sound };
}

/** Secrets first; what else is wrong below a secret or a refused value is no news. */
function dataProblems(plain: Plain, value: unknown, broken: number, surroundings: Surroundings): readonly Problem[] {
  const secrets = secretProblems(plain.value);
  const settled = [...secrets.map((problem) => problem.path), ...plain.refused];
  const others = value === undefined ? [] : checkValue(value, surroundings).problems;
  const keys = plain.problems.filter((problem) => (problem.offset ?? 0) <= broken);
  return [...secrets, ...keys, ...others.filter((problem) => !settled.some((outer) => isWithin(problem.path, outer)))];
}

const EMPTY: TextFault = {
  offset: 0,
  given: "nothing",
  message: "the file holds no tenants.",
  allowed: "version: 1, and under tenants: a non-empty list",
  kind: "fatal",
};

/**
 * Entries of a text, from a parser that knows every place; `early` is what `prescan` found.
 * @throws TenantsError with every fault.
 */
export function readWithPlaces(
  text: string,
  early: readonly TextFault[],
  file: string,
  surroundings: Surroundings,
): readonly Entry[] {
  const outline = outlineOf(text);
  const tree = parseSyntax(text, early);
  const { document } = tree;
  const plain = document === undefined ? { value: undefined, problems: [], refused: [] } : toPlain(document);
  const isEmpty = tree.faults.length === 0 && (plain.value === null || plain.value === undefined);
  const textFaults = isEmpty ? [EMPTY] : tree.faults;
  const broken = firstBreak(textFaults);
  const value = document === undefined || isEmpty ? undefined : soundPart(plain.value, document, outline, broken);
  const problems = isEmpty ? [] : dataProblems(plain, value, broken, surroundings);
  const source = { outline, file, lines: tree.lines, document: isEmpty ? undefined : document, value: plain.value };
  const room = Math.max(0, MAX_FAULTS - textFaults.length);
  const faults = [
    ...oncePerLine(textFaults.map((fault) => textFault(fault, source))),
    ...problems.slice(0, room).map((problem) => dataFault(problem, source)),
  ];
  if (faults.length > 0) throw new TenantsError(faults, Math.max(0, problems.length - room));
  return checkValue(plain.value, surroundings).entries;
}

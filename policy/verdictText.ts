import { holds, type Complaint, type Verdict } from "./judge.ts";

/** Widths of the columns; a longer cell goes on in the next line. */
const WIDTHS = [27, 36, 56, 32] as const;

/** Lines of at most `width`, broken between words where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** One row of cells, as many lines as its longest cell needs. */
function row(cells: readonly string[], widths: readonly number[]): string {
  const wrapped = cells.map((cell, column) => wrap(cell, widths[column] ?? 40));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  const line = (index: number): string => wrapped.map((lines, column) => (lines[index] ?? "").padEnd(widths[column] ?? 40)).join("  ").trimEnd();
  return Array.from({ length: height }, (_, index) => `  ${line(index)}`).join("\n");
}

const rows = (head: readonly string[], cells: readonly (readonly string[])[], widths: readonly number[]): readonly string[] =>
  [head, ...cells].map((one) => row(one, widths));

const resourceOf = ({ type, name }: Complaint): string => `${name} ${type}`;

function violationRows({ violations }: Verdict): readonly string[] {
  if (violations.length === 0) return [];
  const cells = violations.map((one) => [one.rule, resourceOf(one), `${one.found} (${one.title})`, one.fix]);
  return ["", ...rows(["RULE", "RESOURCE", "WHAT IS WRONG", "WHAT TO DO"], cells, WIDTHS)];
}

/** One row a rule and reason: what is excused alike is read at once. */
function suppressedRows({ suppressed }: Verdict): readonly string[] {
  if (suppressed.length === 0) return [];
  const groups = Map.groupBy(suppressed, ({ rule, reason }) => `${rule} ${reason}`);
  const cells = [...groups.values()].map((alike) => [alike[0]?.rule ?? "", alike.map(({ name }) => name).join(", "), alike[0]?.reason ?? ""]);
  return ["", ...rows(["EXCUSED", "RESOURCES", "WHY (policy/exceptions.ts)"], cells, [WIDTHS[0], WIDTHS[1], WIDTHS[2] + WIDTHS[3]])];
}

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;

/** A verdict for people: what is wrong, what is excused, and the counts. */
export function verdictText(verdict: Verdict, stack: string): string {
  const { judge, scope, violations, suppressed, faults } = verdict;
  const counts = `${count(violations.length, "violation")}, ${count(faults.length, "fault")}, ${suppressed.length} excused`;
  return [
    ...violationRows(verdict),
    ...suppressedRows(verdict),
    ...(faults.length === 0 ? [] : ["", ...faults.map((fault) => `  fault  ${fault}`)]),
    "",
    `${holds(verdict) ? "ok    " : "FAILED"}  ${judge} on ${stack}: ${scope}: ${counts}`,
  ].join("\n");
}

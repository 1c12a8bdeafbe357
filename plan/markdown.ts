/** A report as a comment on GitHub: the gravest first, details folded, never longer than a comment may be. */
import type { DiffPath, Step } from "./model.ts";
import { changedLines, maskedAt, pathParts, SECRET, shown } from "./mask.ts";
import { PRICES_AS_OF, PRICES_SOURCE } from "./prices.ts";
import type { Counts, Group, PlanReport } from "./report.ts";
import type { Risk } from "./risk.ts";

/** Characters of a comment: https://github.com/orgs/community/discussions/41331 */
export const COMMENT_LIMIT = 65_536;

/** Kept free for the note on what was cut. */
const RESERVE = 200;

const DONE: Readonly<Record<Step["op"], string>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
  forget: "left in place, and no longer managed",
  same: "kept",
};

/** Names come from the tenants file and from providers: nothing in them may become markup. */
const code = (text: string): string => `\`${text.replaceAll(/[`\n\r]/g, "'")}\``;
const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A block that its own content cannot end. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const owner = (tenant: string | undefined): string => tenant ?? "platform";

/** `2 created, 1 changed`; what is nought is left out. */
export function countsText(counts: Counts): string {
  const parts = Object.entries(counts).flatMap(([word, many]) => (many === 0 ? [] : [`${String(many)} ${word}`]));
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

/** Lines of a long text that are shown at most, before and after each. */
const SHOWN_LINES = 12;

const signed = (sign: "-" | "+", lines: readonly string[]): readonly string[] => [
  ...lines.slice(0, SHOWN_LINES).map((line) => `${sign} ${shown(line)}`),
  ...(lines.length > SHOWN_LINES ? [`${sign} … ${lines.length - SHOWN_LINES} more lines`] : []),
];

function diffLines({ type, old, new: after }: Step, { path, kind, forcesReplacement, ofInputs }: DiffPath): readonly string[] {
  const parts = pathParts(path);
  const before = maskedAt(type, old?.inputs, parts) ?? maskedAt(type, old?.outputs, parts);
  const next = maskedAt(type, after?.inputs, parts) ?? (ofInputs ? undefined : maskedAt(type, after?.outputs, parts));
  const isHidden = before === SECRET && next === SECRET;
  const title = `  ${path}${forcesReplacement ? "  (forces the replacement)" : ""}${isHidden ? `  ${SECRET}` : ""}`;
  if (isHidden) return [title];
  if (typeof before === "string" && typeof next === "string" && `${before}${next}`.includes("\n")) {
    const [gone, come] = changedLines(before, next);
    return [title, ...signed("-", gone), ...signed("+", come)];
  }
  return [
    title,
    ...(kind === "add" || before === undefined ? [] : [`- ${shown(before)}`]),
    ...(kind === "delete" || next === undefined ? [] : [`+ ${shown(next)}`]),
  ];
}

function stepText(step: Step): string {
  const line = `- ${DONE[step.op]} ${code(step.name)} ${step.type}`;
  if (step.diff.length === 0 || (step.op !== "update" && step.op !== "replace")) return line;
  return `${line}\n\n${fenced("diff", step.diff.flatMap((path) => diffLines(step, path)).join("\n"))}\n`;
}

const riskText = ({ step, danger, what }: Risk, tenant: string | undefined): string =>
  `- **${danger}: ${code(step.name)}** (${owner(tenant)}, ${step.type}): ${what}`;

function costText({ cost }: PlanReport): readonly string[] {
  if (cost === undefined) return [];
  const { usd, isEstimate, notPriced, byUse } = cost;
  const rounded = Math.round(usd * 100) / 100;
  const amount = rounded === 0 ? "unchanged" : `${isEstimate ? "about " : ""}${rounded > 0 ? "+" : "−"}$${Math.abs(rounded).toFixed(2)}`;
  const source = `[list prices](${PRICES_SOURCE}) of ${PRICES_AS_OF} for Seoul`;
  return [
    `Monthly cost: **${amount}** (${source}).`,
    ...(notPriced.length === 0 ? [] : [`Not priced: ${notPriced.map(code).join(", ")}.`]),
    ...(byUse.length === 0 ? [] : [`Billed by use, not in the sum: ${byUse.map(code).join(", ")}.`]),
  ];
}

const TITLES: Readonly<Record<PlanReport["outcome"], string>> = { "no change": "no change", changes: "changes", "data at risk": "⚠️ data at risk", error: "❌ the preview failed" };

/** Takes pieces as long as there is room, and counts what found none. */
class Room {
  readonly #pieces: string[] = [];
  #left: number;
  cut = 0;

  constructor(limit: number) {
    this.#left = limit - RESERVE;
  }

  /** Adds a piece, and the line break after it, if it fits beside `kept` more characters. */
  add(piece: string, kept = 0): boolean {
    const fits = piece.length + 1 + kept <= this.#left;
    if (fits) {
      this.#pieces.push(piece);
      this.#left -= piece.length + 1;
    } else this.cut += 1;
    return fits;
  }

  get text(): string {
    return this.#pieces.join("\n");
  }
}

function addGroup(room: Room, group: Group): void {
  const end = "\n</details>\n";
  const title = `<details><summary>${html(owner(group.tenant))}: ${countsText(group.counts)}</summary>\n`;
  if (!room.add(title, end.length + 1)) {
    room.cut += group.steps.length - 1;
    return;
  }
  for (const step of group.steps) room.add(stepText(step), end.length + 1);
  room.add(end);
}

function row({ tenant, counts, risks }: Group): string {
  const name = risks.length > 0 ? `**${owner(tenant)}**` : owner(tenant);
  return `| ${[name, counts.created, counts.changed, counts.replaced, counts.deleted].join(" | ")} |`;
}

/** The report as Markdown of at most `limit` characters. */
export function markdownOf(report: PlanReport, limit = COMMENT_LIMIT): string {
  const { stack, outcome, groups, risks, failures, counts, unchanged } = report;
  const tenantOf = (risk: Risk): string | undefined => groups.find((group) => group.risks.includes(risk))?.tenant;
  const room = new Room(limit);
  room.add(`### Plan of ${code(stack)}: ${TITLES[outcome]}\n`);
  if (failures.length > 0) room.add("**The preview failed, so what follows is not whole.**\n");
  for (const { tenant, resource, message } of failures) {
    room.add(`- **${resource === undefined ? "the run" : `${owner(tenant)}, ${code(resource)}`}**\n\n${fenced("", message.slice(0, 2000))}\n`);
  }
  if (groups.length === 0) {
    if (failures.length === 0) room.add(`No change: ${unchanged} resources stay as they are.`);
    return room.text;
  }
  for (const risk of risks) room.add(riskText(risk, tenantOf(risk)));
  room.add(`${risks.length > 0 ? "\n" : ""}${[`${countsText(counts)}; ${unchanged} unchanged.`, ...costText(report)].join(" ")}\n`);
  room.add("| | created | changed | replaced | deleted |\n| --- | --: | --: | --: | --: |");
  for (const group of groups) room.add(row(group));
  room.add("");
  for (const group of groups.toSorted((a, b) => b.risks.length - a.risks.length)) addGroup(room, group);
  const note = `\n_${room.cut} entries did not fit into ${limit.toLocaleString("en")} characters; npm run plan -- ${stack} shows all._`;
  return room.cut === 0 ? room.text : room.text + note;
}

/** Edits of the file's text. Each changes the few characters that it must; comments, order, quotes and blank lines stay. */
import { isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { State } from "../tenant.ts";
import { blockOf, type NewEntry } from "./entry.ts";

/** One replacement; `end` is `start` where text is only added. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after the edits, which do not overlap. */
export const apply = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((sum, { start, end, text: added }) => sum.slice(0, start) + added + sum.slice(end), text);

const eolOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

const startOf = (node: unknown): number | undefined =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) && typeof node.range[0] === "number" ? node.range[0] : undefined;

/** Where what was written ends: the last word inside, without comments and blank lines after it. */
function endOf(node: unknown): number | undefined {
  if (isPair(node)) return endOf(node.value) ?? endOf(node.key);
  if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) && typeof node.range[1] === "number" ? node.range[1] : undefined;
}

/** The end of the line at an offset, before its line break. */
function endOfLine(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  const end = found < 0 ? text.length : found;
  return text[end - 1] === "\r" ? end - 1 : end;
}

/** The end of the line on which a value ends; a block scalar's own end is behind its line break. */
const lastLineEnd = (text: string, end: number): number => endOfLine(text, text[end - 1] === "\n" ? end - 1 : end);

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1);

/** Comments that follow an entry and are indented deeper than its dash are its own. */
function pastOwnComments(text: string, offset: number, dash: number): number {
  let end = offset;
  for (let at = text.indexOf("\n", offset); at >= 0; at = text.indexOf("\n", at + 1)) {
    const line = text.slice(at + 1, endOfLine(text, at + 1));
    const [space] = /^ *(?=#)/.exec(line) ?? [];
    if (space !== undefined && space.length > dash) end = at + 1 + line.length;
    else if (line.trim() !== "") return end;
  }
  return end;
}

const tenantsOf = (document: Document): YAMLSeq | undefined => {
  const list = document.get("tenants", true);
  return isSeq(list) ? list : undefined;
};

/** The edits that append an entry behind the last one; undefined where the layout is one that people do not write. */
export function addEdits(text: string, entry: NewEntry): readonly Edit[] | undefined {
  const list = tenantsOf(parseDocument(text, { logLevel: "silent" }));
  const end = endOf(list?.items.at(-1));
  const start = startOf(list);
  if (list === undefined || end === undefined || start === undefined) return undefined;
  if (list.flow === true) return [{ start: end, end, text: `, ${JSON.stringify(entry)}` }];
  const eol = eolOf(text);
  const dash = columnOf(text, start);
  const at = pastOwnComments(text, lastLineEnd(text, end), dash);
  return [{ start: at, end: at, text: eol + eol + blockOf(entry, dash, eol) }];
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined => map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

/** The edit that puts `key: value` behind another pair of the same map, which is a scalar's or a flow's, on one line. */
function behind(text: string, map: YAMLMap, pair: Pair, added: string): Edit | undefined {
  const end = endOf(pair);
  if (end === undefined) return undefined;
  if (map.flow === true) return { start: end, end, text: `, ${added}` };
  const key = startOf(pair.key);
  if (key === undefined) return undefined;
  const at = lastLineEnd(text, end);
  return { start: at, end: at, text: `${eolOf(text)}${" ".repeat(columnOf(text, key))}${added}` };
}

/** Beside a purge, the proof and the confirmation. */
export interface Purge {
  readonly dump: string;
  readonly confirm: string;
}

const purgeText = ({ dump, confirm }: Purge): string => `purge: { dump: "${dump}", confirm: ${confirm} }`;

/**
 * The edits that set a tenant's state: the one word where the entry has a state, else a line behind its tier.
 * Undefined where the layout is one that people do not write.
 */
export function stateEdits(text: string, id: string, state: State, purge?: Purge): readonly Edit[] | undefined {
  const items = tenantsOf(parseDocument(text, { logLevel: "silent" }))?.items ?? [];
  const entry = items.find((item): item is YAMLMap => isMap(item) && item.get("id") === id);
  if (entry === undefined) return undefined;
  const current = pairOf(entry, "state");
  const word = current?.value;
  const anchor = current ?? pairOf(entry, "tier");
  if (anchor === undefined) return undefined;
  const tombstone = purge === undefined ? [] : [purgeText(purge)];
  if (isScalar(word) && word.range) {
    const lines = tombstone.map((line) => behind(text, entry, anchor, line));
    const edits = [{ start: word.range[0], end: word.range[1], text: state }, ...lines];
    return edits.every((edit) => edit !== undefined) ? edits : undefined;
  }
  const separator = entry.flow === true ? ", " : `${eolOf(text)}${" ".repeat(columnOf(text, startOf(entry) ?? 0))}`;
  const edit = behind(text, entry, anchor, [`state: ${state}`, ...tombstone].join(separator));
  return edit === undefined ? undefined : [edit];
}

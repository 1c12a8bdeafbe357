/** From the syntax tree to plain data, and back from a path to its place. */
import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import { show, showText } from "./display.ts";
import type { Path, Problem } from "./faults.ts";

const RESERVED_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const KEYS_ALLOWED = "keys of tenants.schema.json, each once, as plain words";

export interface Plain {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Paths whose value was refused, so that no rule complains about its absence. */
  readonly refused: readonly Path[];
}

const startOf = (node: unknown): number | undefined => {
  const range: unknown = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === "number" ? range[0] : undefined;
};

const endOf = (node: unknown): number => {
  const range: unknown = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[2] === "number" ? range[2] : 0;
};

const keyText = (key: unknown): string | undefined =>
  isScalar(key) && typeof key.value === "string" ? key.value : undefined;

/** Why a key may not be, given the keys before it in the same map. */
function keyFault(key: unknown, before: ReadonlySet<string>): readonly [given: string, message: string] | undefined {
  if (!isScalar(key)) return ["a list, map or alias as key", "a key must be a plain word."];
  if (typeof key.value !== "string") return [showText(key.source ?? "") || "nothing", "a key must be text."];
  const text = key.value;
  if (text === "<<") return ["<<", "merge keys hide where a value comes from: write the values out for each tenant."];
  if (RESERVED_KEYS.has(text)) return [text, "this word is JavaScript's own and never a key."];
  if (before.has(text)) return [showText(text), "the key stands twice in this map: keep one."];
  return undefined;
}

/** Data without aliases and without keys that are refused; recursion is bounded by the parser's limit on depth. */
export function toPlain(document: Document): Plain {
  const problems: Problem[] = [];
  const refused: Path[] = [];
  const addPair = (pair: Pair, path: Path, into: Record<string, unknown>, seen: Set<string>): void => {
    const fault = keyFault(pair.key, seen);
    const text = keyText(pair.key);
    if (fault !== undefined) {
      const below = [...path, text ?? "key"];
      const offset = startOf(pair.key);
      problems.push({
        path: below,
        at: "key",
        given: fault[0],
        message: fault[1],
        allowed: KEYS_ALLOWED,
        ...(offset === undefined ? {} : { offset }),
      });
    } else if (text !== undefined) {
      seen.add(text);
      into[text] = convert(pair.value, [...path, text]);
    }
  };
  const convert = (node: unknown, path: Path): unknown => {
    if (isAlias(node) || (isNode(node) && node.tag !== undefined)) refused.push(path);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item, index) => convert(item, [...path, index]));
    if (isMap(node)) {
      const into: Record<string, unknown> = {};
      const seen = new Set<string>();
      for (const pair of node.items) addPair(pair, path, into, seen);
      return into;
    }
    return null;
  };
  return { value: convert(document.contents, []), problems, refused };
}

export interface Place {
  readonly offset: number;
  /** What stands there, as text to show. */
  readonly given: string;
}

function showNode(node: unknown): string {
  if (isScalar(node)) {
    const isBare = typeof node.value === "number" || typeof node.value === "boolean";
    return isBare && node.source !== undefined ? showText(node.source) : show(node.value);
  }
  if (isSeq(node)) return show(node.items);
  if (isMap(node)) return node.items.length === 0 ? "an empty map" : "a map";
  return isAlias(node) ? "an alias" : "nothing";
}

/** Where a path leads, or as near as the document goes: a missing key is reported at the start of its map. */
export function placeOf(document: Document, path: Path, at: "key" | "value"): Place {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const pair: Pair | undefined = isMap(node) ? node.items.find((item) => keyText(item.key) === part) : undefined;
    const next: unknown = pair === undefined && isSeq(node) && typeof part === "number" ? node.items[part] : pair?.value;
    if (pair === undefined && next === undefined) return { offset, given: "nothing" };
    const keyOffset: number = startOf(pair?.key) ?? offset;
    const isEmpty = !isNodeWithText(next);
    offset = (at === "key" && depth === path.length - 1) || isEmpty ? keyOffset : (startOf(next) ?? keyOffset);
    if (isSeq(node) && isEmpty) offset = startOf(next) ?? offset;
    node = next;
  }
  return { offset, given: showNode(node) };
}

const isNodeWithText = (node: unknown): node is Node => !isScalar(node) || node.value !== null || (node.source ?? "") !== "";

/** The path of whatever stands at an offset; empty for the top. */
export function pathAt(document: Document, offset: number): Path {
  const path: (string | number)[] = [];
  let node: unknown = document.contents;
  for (;;) {
    if (isSeq(node)) {
      const found = node.items.findIndex((item) => endOf(item) > offset);
      const index = found < 0 ? node.items.length - 1 : found;
      if (index < 0) return path;
      path.push(index);
      node = node.items[index];
    } else if (isMap(node)) {
      const pair: Pair | undefined = node.items.findLast((item) => isPair(item) && (startOf(item.key) ?? Infinity) <= offset);
      if (pair === undefined) return path;
      path.push(keyText(pair.key) ?? "key");
      node = pair.value;
    } else return path;
  }
}

/** How many items of the list at `tenants` end before an offset. */
export function entriesBefore(document: Document, offset: number): number {
  const list = isMap(document.contents) ? document.contents.items.find((item) => keyText(item.key) === "tenants")?.value : undefined;
  return isSeq(list) ? list.items.filter((item) => endOf(item) <= offset).length : 0;
}

/** Where an offset lies by the look of the lines, for text that no parser can make sense of. */
import { showText } from "./display.ts";
import { untilSecret } from "./faults.ts";

export interface Outline {
  /** The id of the entry around an offset; undefined above the first. */
  readonly tenantAt: (offset: number) => string | undefined;
  /** The dotted field at an offset, by indentation; `file` where there is none. */
  readonly fieldAt: (offset: number) => string;
  /** How many entries have ended before an offset, since another begins after them. */
  readonly entriesBefore: (offset: number) => number;
}

/** Lines above which a field's parents are not looked for. */
const FARTHEST = 500;

const ENTRY = /^[ ]*-[ ]+\{?[ ]*["']?id["']?[ ]*:[ ]*["']?([^\s"',}]{1,60})/gm;
const KEY = /^([^\S\n]*(?:- +)?)["']?([A-Za-z]\w{0,60})["']?[^\S\n]*:/;

function fieldAt(text: string, offset: number): string {
  const keys: string[] = [];
  let indent = Infinity;
  let end = offset;
  for (let seen = 0; seen < FARTHEST && indent > 0 && end >= 0; seen++) {
    const start = text.lastIndexOf("\n", Math.max(0, end - 1)) + 1;
    const match = KEY.exec(text.slice(start, start + 200));
    const [, space = "", key = ""] = match ?? [];
    if (match !== null && space.length < indent) {
      keys.unshift(key);
      indent = space.length;
    }
    end = start - 1;
  }
  const inside = keys[0] === "tenants" && keys.length > 1 ? keys.slice(1) : keys;
  return inside.length === 0 ? "file" : untilSecret(inside).map(showText).join(".");
}

/** Reads the outline of a text once, so that each question is cheap however many faults there are. */
export function outlineOf(text: string): Outline {
  const entries = Array.from(text.matchAll(ENTRY), (match) => ({ offset: match.index, id: match[1] }));
  const before = (offset: number): number => {
    const next = entries.findIndex((entry) => entry.offset > offset);
    return next < 0 ? entries.length : next;
  };
  return {
    tenantAt: (offset) => entries[before(offset) - 1]?.id,
    fieldAt: (offset) => fieldAt(text, offset),
    entriesBefore: (offset) => Math.max(0, before(offset) - 1),
  };
}

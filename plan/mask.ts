/** Values of properties as text that may be shown to anyone who reads a pull request. */
import { escape, holdsSecret, isSecretKey } from "../tenants/display.ts";
import type { Properties } from "./model.ts";

export const SECRET = "[secret]";
export const UNKNOWN = "(known after the deployment)";

/** The engine's marks: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_MARK = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Characters of one value; a policy document or a dashboard is no longer than that in a report. */
const SHOWN = 400;

const isObject = (value: unknown): value is Properties => typeof value === "object" && value !== null && !Array.isArray(value);

/** Below these every word is the secret: https://kubernetes.io/docs/concepts/configuration/secret/ */
const SECRET_PARTS: Readonly<Record<string, readonly string[]>> = { "kubernetes:core/v1:Secret": ["data", "stringData"] };

/** `spec.hard["requests.cpu"]` → `["spec", "hard", "requests.cpu"]`. */
export function pathParts(path: string): readonly string[] {
  return Array.from(path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g), ([, quoted, index, word]) => (quoted ?? index ?? word ?? "").replaceAll('\\"', '"'));
}

/** The value at a path of the engine's, by own properties alone. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** A copy without secrets: those that the engine marked, those under a telling key, and those of a known shape. */
export function masked(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    if (value === UNKNOWN_MARK) return UNKNOWN;
    return isSecretKey(key) || holdsSecret(value) ? SECRET : value;
  }
  if (Array.isArray(value)) return value.map((item) => masked(item, key));
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET_MARK) return SECRET;
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, masked(below, isSecretKey(key) ? key : name)]));
}

/** True where everything at the path is secret by the resource's type. */
const isSecretPart = (type: string, path: readonly string[]): boolean => SECRET_PARTS[type]?.includes(path[0] ?? "") === true;

/** What may be shown of the value at a path; undefined where there is none. */
export function maskedAt(type: string, root: Properties | undefined, path: readonly string[]): unknown {
  const value = valueAt(root, path);
  if (value === undefined) return undefined;
  if (isSecretPart(type, path)) return SECRET;
  return masked(value, path.findLast((part) => isSecretKey(part)) ?? path.at(-1) ?? "");
}

/** A value as one line of text, cut. */
export function shown(value: unknown): string {
  const text = value === SECRET || value === UNKNOWN ? value : escape(JSON.stringify(value));
  const characters = Array.from(text.slice(0, 2 * SHOWN));
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join("")}… (${text.length} characters)` : text;
}

/** Lines of two texts of several lines that differ: those before the first difference and after the last are left out. */
export function changedLines(before: string, after: string): readonly [before: readonly string[], after: readonly string[]] {
  const [old, next] = [before.split("\n"), after.split("\n")];
  const shorter = Math.min(old.length, next.length);
  let head = 0;
  while (head < shorter && old[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  return [old.slice(head, old.length - tail), next.slice(head, next.length - tail)];
}

/** From what zod found to faults in the words of the person who edits the file. */
import { z } from "zod";
import { didYouMean, showText } from "./display.ts";
import type { Path, Problem } from "./faults.ts";
import { tenantsFile } from "./schema.ts";

type Schema = z.core.$ZodType;

/** The schema below optional, default and prefault wrappers; the outermost description wins. */
function unwrap(schema: Schema): { readonly schema: Schema; readonly description: string | undefined } {
  let description: string | undefined;
  let inner: Schema = schema;
  for (;;) {
    description ??= z.globalRegistry.get(inner)?.description;
    if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodExactOptional ||
      inner instanceof z.ZodDefault ||
      inner instanceof z.ZodPrefault
    ) {
      inner = inner.def.innerType;
    } else return { schema: inner, description };
  }
}

/** The schema of the value at a path; undefined where the format knows no such place. */
function schemaAt(path: Path): Schema | undefined {
  let schema: Schema | undefined = tenantsFile;
  for (const part of path) {
    const inner: Schema = unwrap(schema).schema;
    if (inner instanceof z.ZodArray) schema = inner.element;
    else if (inner instanceof z.ZodObject) schema = ownShape(inner, String(part));
    else return undefined;
    if (schema === undefined) return undefined;
  }
  return schema;
}

function ownShape(object: z.ZodObject, key: string): Schema | undefined {
  const shape: Readonly<Record<string, Schema>> = object.shape;
  return Object.hasOwn(shape, key) ? shape[key] : undefined;
}

/** What may stand at a path, from the schema's own description. */
export function allowedAt(path: Path): string {
  const schema = schemaAt(path);
  return (schema === undefined ? undefined : unwrap(schema).description) ?? "a value of tenants.schema.json";
}

function keysAt(path: Path): readonly string[] {
  const schema = schemaAt(path);
  const inner = schema === undefined ? undefined : unwrap(schema).schema;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unknownKey(path: Path, key: string): Problem {
  const keys = keysAt(path);
  const isShard = key === "shard" && path.length === 2;
  return {
    path: [...path, key],
    at: "key",
    given: showText(key),
    message: isShard
      ? "shards are not built yet: one stack holds all tenants. Remove the key."
      : `there is no such key here.${didYouMean(key, keys)}`,
    allowed: keys.join(", "),
  };
}

/** The value at a path, by own properties alone. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

const has = (root: unknown, path: Path): boolean => {
  const parent = valueAt(root, path.slice(0, -1));
  return typeof parent === "object" && parent !== null && Object.hasOwn(parent, path.at(-1) ?? "");
};

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
};

function wrongType(expected: string, value: unknown): string {
  const noun = NOUNS[expected] ?? expected;
  if (value === null || value === undefined) return `is empty, but must be ${noun}.`;
  if (noun === "text" && (typeof value === "number" || typeof value === "boolean")) {
    return `must be text, and YAML reads this as a ${typeof value}: put it in quotes.`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) return "is not a finite number.";
  if (noun === "a number" && typeof value === "string") return "must be a number, and quotes make it text: remove them.";
  if (expected === "int") return "is not a whole number.";
  return `must be ${noun}.`;
}

function message(issue: z.core.$ZodIssue, path: Path, root: unknown): string {
  const value = valueAt(root, path);
  const isMissing = path.length > 0 && !has(root, path);
  if (isMissing && issue.code !== "custom") return "is missing.";
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.expected, value);
    case "invalid_value":
      if (value === null) return "is empty.";
      if (typeof value !== typeof issue.values[0]) return wrongType(typeof issue.values[0], value);
      if (typeof value !== "string") return "is not one of those allowed.";
      return `is not one of those allowed.${didYouMean(value, issue.values.map(String))}`;
    case "too_small":
      return issue.origin === "array" ? "is an empty list." : `is below ${String(issue.minimum)}.`;
    case "too_big":
      return `is above ${String(issue.maximum)}.`;
    case "invalid_union":
      return wrongType("text or a number", value);
    case "custom":
    case "invalid_format":
    case "invalid_element":
    case "invalid_key":
    case "not_multiple_of":
    case "unrecognized_keys":
      return issue.message;
    default:
      return issue satisfies never;
  }
}

const segment = (part: PropertyKey): string | number => (typeof part === "symbol" ? String(part) : part);

/** One problem for each thing that zod found below `base`, one a key where keys are unknown. */
export function problemsOf(error: z.ZodError, root: unknown, base: Path = []): readonly Problem[] {
  const isRepeated = (issue: z.core.$ZodIssue, index: number): boolean =>
    error.issues[index + 1]?.code === issue.code && error.issues[index + 1]?.path.join() === issue.path.join();
  return error.issues.flatMap((issue, index): readonly Problem[] => {
    const path = [...base, ...issue.path.map(segment)];
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key));
    // Above 2^53 is above 100 too; the last of such a pair names the format's own bound.
    if (isRepeated(issue, index)) return [];
    return [{ path, at: "value", message: message(issue, path, root), allowed: allowedAt(path) }];
  });
}

import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { CheckFailure, CheckRequest, DiffRequest, DiffResult, Properties, PropertyChange } from "./provider.ts";
import { UNKNOWN } from "./provider.ts";

/**
 * The official plugins are Terraform providers behind a bridge, so a resource type is a table of properties: its zod
 * shape gives type and default, the lists say what a change means. A default set by zod is recorded under
 * `__defaults`, as the bridge does; the engine hides that key.
 */
export interface Definition {
  /** The type token, e.g. `postgresql:index/role:Role`. */
  readonly type: string;
  readonly shape: Readonly<Record<string, z.ZodType>>;
  /** A change of one of these replaces the object. */
  readonly replace: readonly string[];
  /** Absent from the program, these keep what the server chose. */
  readonly computed: readonly string[];
  /** Lists whose order means nothing. */
  readonly sets: readonly string[];
  /** Properties of the official type that are not built here, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
  /** Whether `name` is made up from the resource's name when the program gives none. */
  readonly autoname: boolean;
  /** `sameName`: the old object must go first when both would carry one name. */
  readonly deleteBeforeReplace: "always" | "never" | "sameName";
}

const DEFAULTS = "__defaults";

/** Where made-up parts of names come from; a parameter so that tests can fix it. */
export type Suffix = () => string;

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The properties without the bridge's own bookkeeping and without nulls, which mean "absent". */
export function plain(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key, value]) => key !== DEFAULTS && given(value)));
}

function reasons(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => {
    const at = issue.path.length === 0 ? "" : `at ${issue.path.join(".")}: `;
    return at + issue.message;
  });
}

function unknownProperty(definition: Definition, key: string): string {
  const known = Object.keys(definition.shape).sort().join(", ");
  const refused = definition.refused[key];
  return refused === undefined
    ? `${definition.type} has no property "${key}"; it has: ${known}`
    : `the sandbox does not build "${key}": ${refused}`;
}

/** Types, names and presence of the properties, each fault under its property; unknown values pass. */
export function checkShape(definition: Definition, news: Properties): readonly CheckFailure[] {
  const faults: CheckFailure[] = [];
  for (const key of Object.keys(news)) {
    if (!(key in definition.shape)) faults.push({ property: key, reason: unknownProperty(definition, key) });
  }
  for (const [key, schema] of Object.entries(definition.shape)) {
    const value = news[key];
    if (value === UNKNOWN) continue;
    for (const reason of reasons(schema, value)) {
      faults.push({ property: key, reason: value === undefined ? `"${key}" is required (${reason})` : reason });
    }
  }
  return faults;
}

function madeUpName(request: CheckRequest, suffix: Suffix): unknown {
  const kept = list(request.olds[DEFAULTS]).includes("name") ? request.olds.name : undefined;
  return given(kept) ? kept : `${request.name}-${suffix()}`;
}

/** The inputs with all defaults set, and which ones were set. */
export function withDefaults(definition: Definition, request: CheckRequest, suffix: Suffix): Properties {
  const news = plain(request.news);
  const added: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(definition.shape)) {
    if (key in news) continue;
    if (key === "name" && definition.autoname) {
      added.name = madeUpName(request, suffix);
      continue;
    }
    const parsed = schema.safeParse(undefined);
    if (parsed.success && parsed.data !== undefined) added[key] = parsed.data;
  }
  return { ...news, ...added, [DEFAULTS]: Object.keys(added).sort() };
}

/** Terraform takes "", 0, false and an empty list for the same as absent. */
function isZero(value: unknown): boolean {
  const empty = Array.isArray(value) && value.length === 0;
  return !given(value) || value === "" || value === 0 || value === false || empty;
}

function comparable(definition: Definition, key: string, value: unknown): unknown {
  return definition.sets.includes(key) && Array.isArray(value) ? [...new Set(value.map(String))].sort() : value;
}

/** Whether two values of one property mean the same. */
export function sameValue(definition: Definition, key: string, a: unknown, b: unknown): boolean {
  if (isZero(a) && isZero(b)) return true;
  return isDeepStrictEqual(comparable(definition, key, a), comparable(definition, key, b));
}

function changeOf(definition: Definition, key: string, old: unknown, now: unknown): PropertyChange | undefined {
  if (!given(now) && definition.computed.includes(key)) return undefined;
  if (sameValue(definition, key, old, now)) return undefined;
  const kind = !given(now) ? "delete" : given(old) ? "update" : "add";
  return { path: key, kind, replace: definition.replace.includes(key) };
}

/** The property that a path of the engine (`a.b[0]`) lies in. */
function topLevel(path: string): string {
  return path.split(/[.[]/u)[0] ?? path;
}

/** The inputs of an update, with what the program told to ignore as the last run or refresh found it. */
export function withIgnored(inputs: Properties, olds: Properties, ignoreChanges: readonly string[]): Properties {
  return { ...inputs, ...Object.fromEntries(ignoreChanges.map(topLevel).map((key) => [key, olds[key]])) };
}

/** What the program wants against what the last run or refresh found; both by property. */
export function diffState(definition: Definition, request: DiffRequest): DiffResult {
  const ignored = new Set(request.ignoreChanges.map(topLevel));
  const changes = Object.keys(definition.shape)
    .filter((key) => !ignored.has(key))
    .map((key) => changeOf(definition, key, request.olds[key], request.news[key]))
    .filter((change) => change !== undefined);
  const madeUp = list(request.news[DEFAULTS]).includes("name");
  const sameName = definition.autoname && !madeUp && request.olds.name === request.news.name;
  const first = definition.deleteBeforeReplace === "always"
    || (definition.deleteBeforeReplace === "sameName" && sameName);
  return { changes, deleteBeforeReplace: first && changes.some((change) => change.replace) };
}

/** The inputs after a refresh: what the program gave, with the values found; on an import all that was found. */
export function inputsFromState(definition: Definition, inputs: Properties, state: Properties): Properties {
  const imported = Object.keys(inputs).length === 0;
  const found = Object.keys(definition.shape).filter((key) => imported ? !isZero(state[key]) : key in inputs);
  const kept = found.filter((key) => given(state[key])).map((key) => [key, state[key]] as const);
  const bookkeeping = imported ? { [DEFAULTS]: [] } : DEFAULTS in inputs ? { [DEFAULTS]: inputs[DEFAULTS] } : {};
  return { ...Object.fromEntries(kept), ...bookkeeping };
}

/** What a preview of a create or an update shows: the inputs, and computed values from the old state or unknown. */
export function previewState(definition: Definition, inputs: Properties, olds: Properties | undefined): Properties {
  const computed = definition.computed.map((key) => [key, olds === undefined ? UNKNOWN : olds[key]] as const);
  return { ...Object.fromEntries(computed), ...plain(inputs) };
}

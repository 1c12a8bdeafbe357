import { isDeepStrictEqual } from "node:util";
import type { DiffRequest, DiffResult, Properties, PropertyChange } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { DEFAULTS } from "./names.ts";
import type { Row } from "./row.ts";
import type { ClassProperties } from "./sdk.ts";

type Step = string | number;

interface Difference {
  readonly steps: readonly Step[];
  readonly old: unknown;
  readonly now: unknown;
}

/** Terraform takes "", 0, false and empty lists and maps for the same as absent. */
function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isZero);
}

function differences(old: unknown, now: unknown, steps: readonly Step[]): readonly Difference[] {
  if ((isZero(old) && isZero(now)) || isDeepStrictEqual(old, now)) return [];
  if (isRecord(old) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return keys.flatMap((key) => differences(old[key], now[key], [...steps, key]));
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }).flatMap((_, i) => differences(old[i], now[i], [...steps, i]));
  }
  return [{ steps, old, now }];
}

/** A path as the engine writes it: `tags["cost-center"]`, `ingress[0].port`. */
export function pathOf(steps: readonly Step[]): string {
  return steps
    .map((step, i) => {
      if (typeof step === "number") return `[${step}]`;
      if (/^[A-Za-z_][\w$]*$/u.test(step)) return i === 0 ? step : `.${step}`;
      return `["${step}"]`;
    })
    .join("");
}

/** The input paths that a value holds, without positions in lists. */
function leaves(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, path));
  if (!isRecord(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

function replaces(row: Row, { steps, old, now }: Difference): boolean {
  const path = steps.filter((step) => typeof step === "string").join(".");
  if (isZero(old) && now !== UNKNOWN && (row.addInPlace ?? []).some((each) => path === each || path.startsWith(`${each}.`))) return false;
  const touched = [path, ...leaves(old, path), ...leaves(now, path)];
  return row.replaceOn.some((forced) => touched.some((each) => each === forced || each.startsWith(`${forced}.`)));
}

function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`));
}

function kindOf(old: unknown, now: unknown): PropertyChange["kind"] {
  if (now === undefined || now === null) return "delete";
  return old === undefined || old === null ? "add" : "update";
}

/** Whether the new object would carry the name of the old one, which AWS allows once. */
function keepsName(row: Row, olds: Properties, news: Properties): boolean {
  const unique = row.unique ?? [];
  const drawn = Array.isArray(news[DEFAULTS]) && unique.some((key) => key === row.autoname && isListed(news[DEFAULTS], key));
  return unique.length > 0 && !drawn && unique.every((key) => isDeepStrictEqual(olds[key] ?? null, news[key] ?? null));
}

const isListed = (list: unknown, key: string): boolean => Array.isArray(list) && list.includes(key);

/** An object's values without those that AWS added inside of blocks. */
export function withoutNested({ nested = [] }: Row, state: Properties): Properties {
  return nested.reduce<Properties>((properties, path) => {
    const [block = "", inner = ""] = path.split(".");
    const value = properties[block];
    if (!isRecord(value)) return properties;
    return { ...properties, [block]: Object.fromEntries(Object.entries(value).filter(([key]) => key !== inner)) };
  }, state);
}

/** The values that a preview shows, with what AWS adds inside of blocks: as it was, or unknown. */
export function withNested({ nested = [] }: Row, planned: Properties, olds: Properties): Properties {
  return nested.reduce<Properties>((properties, path) => {
    const [block = "", inner = ""] = path.split(".");
    const value = properties[block];
    const old = olds[block];
    if (!isRecord(value)) return properties;
    return { ...properties, [block]: { ...value, [inner]: isRecord(old) ? (old[inner] ?? UNKNOWN) : UNKNOWN } };
  }, planned);
}

/**
 * What the program wants against what the last run or refresh found, property by property. `region` is the provider's: an
 * object cannot move.
 */
export function diffObject(row: Row, properties: ClassProperties, request: DiffRequest, region: string): DiffResult {
  const { news, ignoreChanges } = request;
  const olds = withoutNested(row, request.olds);
  const wanted = properties.inputs.includes("region") ? { ...news, region: news.region ?? region } : news;
  const changes = properties.inputs
    .filter((key) => !(wanted[key] === undefined && properties.computed.includes(key)))
    .flatMap((key) => differences(olds[key], wanted[key], [key]))
    .map((each): PropertyChange => {
      const path = pathOf(each.steps);
      return { path, kind: kindOf(each.old, each.now), replace: path === "region" || replaces(row, each) };
    })
    .filter(({ path }) => !isIgnored(path, ignoreChanges));
  const replaced = changes.some(({ replace }) => replace);
  return { changes, deleteBeforeReplace: replaced && wanted.region === olds.region && keepsName(row, olds, wanted) };
}

import type { DiffResult, PropertyChange } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { isAutonamed } from "./annotations.ts";
import { immutableFields, touches, type Mutability } from "./immutable.ts";
import { comparable } from "./normalize.ts";
import { referenceOf, textAt, withValue, without, type KubeObject } from "./objects.ts";
import { sameQuantity } from "./quantity.ts";
import { isBuiltIn } from "./token.ts";

/** One difference, by its path of keys and list indices. */
export interface Difference {
  readonly path: readonly string[];
  readonly kind: PropertyChange["kind"];
  /** The new value, undefined when it is gone. */
  readonly value: unknown;
}

/** Every difference between two values, as deep as both have the same shape. Amounts may be spelled differently. */
export function differences(old: unknown, now: unknown, builtIn: boolean, path: readonly string[] = []): Difference[] {
  if (old === undefined && now === undefined) return [];
  if (old === undefined) return [{ path, kind: "add", value: now }];
  if (now === undefined) return [{ path, kind: "delete", value: undefined }];
  if (isRecord(old) && isRecord(now)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...keys].flatMap((key) => differences(old[key], now[key], builtIn, [...path, key]));
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }, (_, i) => differences(old[i], now[i], builtIn, [...path, String(i)])).flat();
  }
  if (Object.is(old, now) || (builtIn && sameQuantity(path, old, now))) return [];
  return [{ path, kind: "update", value: now }];
}

/** The engine's spelling of a path: `spec.hard["limits.cpu"]`, `spec.ports[0].port`. */
export function spell(path: readonly string[], object: unknown): string {
  let text = "";
  let inside = object;
  for (const key of path) {
    if (Array.isArray(inside)) text += `[${key}]`;
    else if (/[."[\]]/u.test(key)) text += `["${key.replaceAll('"', '\\"')}"]`;
    else text += text === "" ? key : `.${key}`;
    inside = isRecord(inside) ? inside[key] : Array.isArray(inside) ? inside[Number(key)] : undefined;
  }
  return text;
}

export interface DiffOptions {
  readonly namespaced: boolean;
  readonly mutability: Mutability;
}

/**
 * What an update or a replacement would change. Inputs are compared with inputs: what other writers did to the object
 * is a matter of refresh, which puts it into the old inputs.
 */
export function diffObjects(
  oldInputs: KubeObject,
  live: KubeObject,
  news: KubeObject,
  options: DiffOptions,
): DiffResult {
  const old = placed(comparable(oldInputs), options.namespaced);
  const now = placed(comparable(news), options.namespaced);
  const fields = immutableFields(now, options.mutability);
  const identity = [["apiVersion"], ["kind"]];
  const changes = differences(old, now, isBuiltIn(String(now["apiVersion"]))).map(
    ({ path, kind, value }): PropertyChange => ({
      path: spell(path, kind === "delete" ? old : now),
      kind,
      replace: touches(path, value, fields) || (touches(path, value, identity) && movesGroup(old, now)),
    }),
  );
  return { changes, deleteBeforeReplace: changes.some(({ replace }) => replace) && keepsName(live, now, options) };
}

/** A new version of the same group is the same object; another group or kind is another one. */
function movesGroup(old: KubeObject, now: KubeObject): boolean {
  const group = (object: KubeObject) => String(object["apiVersion"]).replace(/\/?[^/]*$/u, "");
  return group(old) !== group(now) || old["kind"] !== now["kind"];
}

/** The new object cannot be made while the old one holds the name, unless the name is ours to choose again. */
export function keepsName(live: KubeObject, now: KubeObject, { namespaced }: Pick<DiffOptions, "namespaced">): boolean {
  const was = referenceOf(placed(live, namespaced));
  const is = referenceOf(placed(now, namespaced));
  return !isAutonamed(now) && was.name === is.name && was.namespace === is.namespace;
}

/** An unset namespace means `default`; a namespace on a kind without one means nothing. */
function placed(object: KubeObject, namespaced: boolean): KubeObject {
  if (!namespaced) return without(object, ["metadata", "namespace"]);
  return textAt(object, "metadata", "namespace") === undefined
    ? withValue(object, ["metadata", "namespace"], "default")
    : object;
}

import { isRecord } from "../wire.ts";

/** A Kubernetes object, or a part of one, as JSON has it. */
export type KubeObject = Readonly<Record<string, unknown>>;

/** Which kind an object is of, e.g. `{ apiVersion: "apps/v1", kind: "Deployment" }`. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What names one object on a server; `namespace` is undefined for kinds without one. */
export interface Reference extends Kind {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** The value at a path of map keys, undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isRecord(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** A number at a path; absent counts as 0, as the API server leaves out zeros. */
export function countAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The maps of a list; anything else in it, or no list at all, is left out. */
export function mapsAt(value: unknown, ...path: readonly string[]): readonly KubeObject[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

export function referenceOf(object: unknown): Reference {
  return {
    apiVersion: textAt(object, "apiVersion") ?? "",
    kind: textAt(object, "kind") ?? "",
    name: textAt(object, "metadata", "name") ?? "",
    namespace: textAt(object, "metadata", "namespace"),
  };
}

/** The resource id of the official plugin: `namespace/name`, or the name alone. */
export function idOf({ namespace, name }: Pick<Reference, "namespace" | "name">): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseId(id: string): Pick<Reference, "namespace" | "name"> {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: undefined, name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** How errors name an object: `Deployment tenant-dior/storefront`. */
export function titleOf(reference: Pick<Reference, "kind" | "namespace" | "name">): string {
  return `${reference.kind} ${idOf(reference)}`;
}

/** A copy with one value replaced; maps that the path needs are made. */
export function withValue(object: KubeObject, path: readonly string[], value: unknown): KubeObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const inner = object[key];
  return { ...object, [key]: rest.length === 0 ? value : withValue(isRecord(inner) ? inner : {}, rest, value) };
}

/** A copy without the value at the path. */
export function without(object: KubeObject, path: readonly string[]): KubeObject {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(object, key)) return object;
  if (rest.length === 0) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  const inner = object[key];
  return isRecord(inner) ? { ...object, [key]: without(inner, rest) } : object;
}

import { isRecord } from "../wire.ts";
import { at, mapsAt, textAt, without, withValue, type KubeObject } from "./objects.ts";

/** The manager that a POST leaves its fields with, as the official plugin's does. */
export const CREATOR = "pulumi-kubernetes";

/**
 * Writers whose fields the next apply takes over, by the start of their name: the plugin's own POST, and kubectl,
 * whose edits the official plugin counts as the operator's.
 */
const TAKEN_OVER: readonly { readonly prefix: string; readonly operation: string }[] = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  { prefix: CREATOR, operation: "Update" },
];

function isTakenOver(entry: KubeObject): boolean {
  if (textAt(entry, "subresource") !== undefined) return false;
  const manager = textAt(entry, "manager") ?? "";
  return TAKEN_OVER.some(({ prefix, operation }) => manager.startsWith(prefix) && entry["operation"] === operation);
}

/**
 * The JSON patch that moves the creator's fields to the manager's Apply entry, empty when there is nothing to move. It
 * names the version that it was computed for, so that a write in between makes the server refuse it.
 */
export function ownershipPatch(live: KubeObject, manager: string): readonly KubeObject[] {
  const entries = mapsAt(live, "metadata", "managedFields");
  const taken = entries.filter(isTakenOver);
  const [first] = taken;
  if (first === undefined) return [];
  const own = entries.find((entry) => entry["manager"] === manager && entry["operation"] === "Apply");
  const fieldsV1 = [...(own === undefined ? [] : [own]), ...taken]
    .map((entry) => at(entry, "fieldsV1"))
    .reduce<unknown>((sum, fields) => union(sum, fields), {});
  const kept = entries.filter((entry) => entry !== own && !taken.includes(entry));
  const moved = { ...(own ?? first), manager, operation: "Apply", fieldsV1 };
  return [
    { op: "replace", path: "/metadata/managedFields", value: [...kept, moved] },
    { op: "replace", path: "/metadata/resourceVersion", value: at(live, "metadata", "resourceVersion") },
  ];
}

function union(one: unknown, other: unknown): unknown {
  if (!isRecord(one) || !isRecord(other)) return one ?? other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, union(one[key], other[key])]));
}

/** One field that an apply may not write, and who owns it. */
export interface Conflict {
  readonly field: string;
  readonly owner: string;
}

/** Reads the server's causes, e.g. `conflict with "argo-rollouts" using networking.istio.io/v1`. */
export function conflictsOf(causes: readonly KubeObject[]): readonly Conflict[] {
  return causes
    .filter((cause) => cause["reason"] === "FieldManagerConflict")
    .map((cause) => ({
      field: (textAt(cause, "field") ?? "").replace(/^\./u, ""),
      owner: /conflict with "([^"]*)"/u.exec(textAt(cause, "message") ?? "")?.[1] ?? "another manager",
    }));
}

/** Conflicts of a dry run that the move of ownership would settle are none. */
export function foreignConflicts(conflicts: readonly Conflict[], live: KubeObject): readonly Conflict[] {
  const entries = mapsAt(live, "metadata", "managedFields");
  return conflicts.filter(({ owner }) => {
    const named = entries.filter((entry) => entry["manager"] === owner);
    return named.length === 0 || !named.every(isTakenOver);
  });
}

/**
 * The inputs of an apply under `ignoreChanges`: an ignored field that another manager owns is left out, so that it
 * stays theirs; one that is ours is sent as the server has it. Paths through lists are left as they are, as the
 * official plugin does.
 */
export function withIgnored(
  inputs: KubeObject,
  live: KubeObject,
  manager: string,
  ignored: readonly string[],
): KubeObject {
  const entries = mapsAt(live, "metadata", "managedFields");
  return ignored.reduce((object, text) => {
    const path = text.split(".");
    const owned = (own: boolean) =>
      entries.some((entry) => (entry["manager"] === manager) === own && owns(at(entry, "fieldsV1"), path));
    if (owned(false) && !owned(true)) return without(object, path);
    const value = at(live, ...path);
    return value === undefined ? object : withValue(object, path, value);
  }, inputs);
}

function owns(fields: unknown, path: readonly string[]): boolean {
  return at(fields, ...path.map((key) => `f:${key}`)) !== undefined;
}

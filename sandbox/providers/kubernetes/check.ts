import { UNKNOWN, type CheckFailure, type CheckRequest, type Properties } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { AUTONAMED, checkAnnotations, isAutonamed } from "./annotations.ts";
import { suffixed } from "./names.ts";
import { at, textAt, withValue, type Kind, type KubeObject } from "./objects.ts";

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/** Inputs of one object with their kind and name filled in, and what is wrong with their shape, by property. */
export function checkObject({ olds, news, name }: CheckRequest, { apiVersion, kind }: Kind): Checked {
  const typed: KubeObject = { ...news, apiVersion: news["apiVersion"] ?? apiVersion, kind: news["kind"] ?? kind };
  const failures = [...checkIdentity(typed, { apiVersion, kind }), ...checkMetadata(typed)];
  if (failures.length > 0) return { inputs: typed, failures };
  return { inputs: named(typed, olds, name), failures: checkAnnotations(typed, kind) };
}

function checkIdentity(inputs: KubeObject, kind: Kind): readonly CheckFailure[] {
  return (["apiVersion", "kind"] as const)
    .filter((property) => inputs[property] !== kind[property])
    .map((property) => ({
      property,
      reason: `is ${JSON.stringify(inputs[property])}; the type of this resource asks for "${kind[property]}"`,
    }));
}

/** Shapes that the server would answer with a decoding error that names no property. */
function checkMetadata(inputs: KubeObject): readonly CheckFailure[] {
  const metadata = inputs["metadata"];
  if (metadata === undefined || metadata === null || metadata === UNKNOWN) return [];
  if (!isRecord(metadata)) return [{ property: "metadata", reason: "must be a map" }];
  const texts = ["name", "namespace"].filter((key) => isGiven(metadata[key]) && typeof metadata[key] !== "string");
  const maps = ["labels", "annotations"].flatMap((key) => checkTexts(metadata[key], `metadata.${key}`));
  const generated = isGiven(metadata["generateName"])
    ? [{ property: "metadata.generateName", reason: "is not supported by server-side apply; use metadata.name" }]
    : [];
  return [
    ...texts.map((key) => ({ property: `metadata.${key}`, reason: "must be a string" })),
    ...maps,
    ...generated,
  ];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function checkTexts(value: unknown, property: string): readonly CheckFailure[] {
  if (!isGiven(value) || value === UNKNOWN) return [];
  if (!isRecord(value)) return [{ property, reason: "must be a map of strings" }];
  return Object.entries(value)
    .filter(([, text]) => isGiven(text) && typeof text !== "string")
    .map(([key, text]) => ({ property: `${property}["${key}"]`, reason: `must be a string and is a ${typeof text}` }));
}

/** The name that the program gave, or else the one of the last run, or else a new one marked as the plugin's own. */
function named(inputs: KubeObject, olds: KubeObject, resource: string): KubeObject {
  if (inputs["metadata"] === UNKNOWN || textAt(inputs, "metadata", "name") !== undefined) return inputs;
  const last = isAutonamed(olds) ? textAt(olds, "metadata", "name") : undefined;
  if (last === undefined && Object.keys(olds).length > 0) return inputs;
  const withName = withValue(inputs, ["metadata", "name"], last ?? suffixed(resource));
  if (at(inputs, "metadata", "annotations") === UNKNOWN) return withName;
  return withValue(withName, ["metadata", "annotations", AUTONAMED], "true");
}

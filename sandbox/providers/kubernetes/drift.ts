import { isRecord } from "../wire.ts";
import { comparable, toState, withoutServerFields } from "./normalize.ts";
import { differences } from "./diff.ts";
import { at, without, type KubeObject } from "./objects.ts";
import { sameQuantity } from "./quantity.ts";
import { isBuiltIn } from "./token.ts";

/** Maps that the API server leaves out of its own kinds when they are empty. */
const OMITTED_WHEN_EMPTY: ReadonlySet<string> = new Set([
  ...["labels", "annotations", "nodeSelector", "matchLabels", "data", "stringData", "binaryData", "limits", "requests"],
  ...["hard", "parameters", "selector"],
]);

/**
 * The inputs as they would be if the program had written what the server now holds: a field that the program set and
 * that differs, or is gone, shows the server's value; a field that the program never set does not appear.
 */
export function liveInputs(live: KubeObject, inputs: KubeObject): KubeObject {
  const builtIn = isBuiltIn(String(inputs["apiVersion"]));
  const expected = comparable(inputs);
  const found = merged(live, expected, builtIn, []);
  // Without drift the program's own form stays, a Secret's `stringData` for one.
  return isRecord(found) && differences(expected, found, builtIn).length > 0 ? found : inputs;
}

function merged(live: unknown, input: unknown, builtIn: boolean, path: readonly string[]): unknown {
  if (isRecord(live) && isRecord(input)) {
    const entries = Object.entries(input).flatMap(([key, value]): [string, unknown][] => {
      const inner = [...path, key];
      if (Object.hasOwn(live, key)) return [[key, merged(live[key], value, builtIn, inner)]];
      return builtIn && leftOut(key, value) ? [[key, value]] : [];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(live) && Array.isArray(input)) {
    return input.slice(0, live.length).map((item, i) => merged(live[i], item, builtIn, [...path, String(i)]));
  }
  return builtIn && sameQuantity(path, live, input) ? input : live;
}

/** What the server's JSON does not show although it holds it. */
function leftOut(key: string, value: unknown): boolean {
  if (value === false || value === 0 || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0 && OMITTED_WHEN_EMPTY.has(key);
}

/** The inputs of an object that no program declared yet: all of it but what only the server or a controller writes. */
export function importedInputs(live: KubeObject): KubeObject {
  const declared = without(withoutServerFields(toState(live)), ["status"]);
  const written = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];
  const plain = written.reduce((rest, name) => without(rest, ["metadata", "annotations", name]), declared);
  const annotations = at(plain, "metadata", "annotations");
  return isRecord(annotations) && Object.keys(annotations).length === 0
    ? without(plain, ["metadata", "annotations"])
    : plain;
}

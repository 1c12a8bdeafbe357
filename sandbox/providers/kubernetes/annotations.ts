import { UNKNOWN, type CheckFailure } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { at, textAt, type KubeObject } from "./objects.ts";

const PREFIX = "pulumi.com/";
export const AUTONAMED = `${PREFIX}autonamed`;
const SKIP_AWAIT = `${PREFIX}skipAwait`;
const TIMEOUT = `${PREFIX}timeoutSeconds`;
const REPLACE_UNREADY = `${PREFIX}replaceUnready`;
const PATCH_FORCE = `${PREFIX}patchForce`;
const PROPAGATION = `${PREFIX}deletionPropagationPolicy`;

const FLAG = { pattern: /^(?:true|false)$/u, allowed: '"true" or "false"' };
const RULES: Readonly<Record<string, { readonly pattern: RegExp; readonly allowed: string }>> = {
  [AUTONAMED]: FLAG,
  [SKIP_AWAIT]: FLAG,
  [REPLACE_UNREADY]: FLAG,
  [PATCH_FORCE]: FLAG,
  [TIMEOUT]: { pattern: /^[1-9]\d*$/u, allowed: "a whole number of seconds above 0, as a string" },
  [PROPAGATION]: { pattern: /^(?:foreground|background|orphan)$/iu, allowed: "foreground, background or orphan" },
};

export type Propagation = "Foreground" | "Background" | "Orphan";

function read(object: KubeObject, name: string): string | undefined {
  return textAt(object, "metadata", "annotations", name);
}

export function isAutonamed(object: KubeObject): boolean {
  return read(object, AUTONAMED) === "true";
}

export function skipsAwait(object: KubeObject): boolean {
  return read(object, SKIP_AWAIT) === "true";
}

export function replacesUnready(object: KubeObject): boolean {
  return read(object, REPLACE_UNREADY) === "true";
}

/** True for an object that takes its fields over from whoever owns them, as `force` of a server-side apply does. */
export function takesOver(object: KubeObject): boolean {
  return read(object, PATCH_FORCE) === "true";
}

/** Seconds; the resource's own customTimeouts go before the annotation, as in the official plugin. */
export function timeoutOf(object: KubeObject, custom: number, standard: number): number {
  return custom > 0 ? custom : Number(read(object, TIMEOUT) ?? standard);
}

export function propagationOf(object: KubeObject): Propagation {
  const policy = read(object, PROPAGATION)?.toLowerCase();
  if (policy === "orphan") return "Orphan";
  return policy === "background" ? "Background" : "Foreground";
}

/** Instructions to the plugin that the sandbox would have to ignore, by name. */
export function checkAnnotations(object: KubeObject, kind: string): readonly CheckFailure[] {
  const annotations = at(object, "metadata", "annotations");
  if (!isRecord(annotations)) return [];
  return Object.entries(annotations)
    .filter(([name]) => name.startsWith(PREFIX))
    .flatMap(([name, value]) => {
      const reason = faultOf(name, value, kind);
      return reason === undefined ? [] : [{ property: `metadata.annotations["${name}"]`, reason }];
    });
}

function faultOf(name: string, value: unknown, kind: string): string | undefined {
  const rule = RULES[name];
  if (rule === undefined) {
    return `the sandbox does not know this instruction; it knows ${Object.keys(RULES).join(", ")}`;
  }
  if (value === UNKNOWN) return "must be known before the run";
  if (typeof value !== "string" || !rule.pattern.test(value)) {
    return `is ${JSON.stringify(value)}; allowed is ${rule.allowed}`;
  }
  if (name === REPLACE_UNREADY && kind !== "Job") return `is for a Job, and this is a ${kind}; remove it`;
  return undefined;
}

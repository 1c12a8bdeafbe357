/** Which steps of a plan touch what cannot be made again. */
import { DATA_TYPES } from "../policy/dataTypes.ts";
import { pathParts, valueAt } from "./mask.ts";
import type { Op, Step } from "./model.ts";

/** Types that hold data, with or without protection; AWS's are the policy's list. Whatever is protected counts as well. */
const HOLDS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(DATA_TYPES),
  ["postgresql:index/database:Database", "the schemas of all tenants"],
  ["postgresql:index/schema:Schema", "a tenant's tables"],
  ["kubernetes:core/v1:Namespace", "everything inside, volumes included"],
  ["kubernetes:core/v1:PersistentVolume", "a volume"],
  ["kubernetes:core/v1:PersistentVolumeClaim", "a volume"],
  ["kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch", "logs"],
]);

/** Switches that keep data from being deleted, and the value by which they stop doing so. */
const SAFETY: ReadonlyMap<string, boolean> = new Map([
  ["deletionProtection", false],
  ["forceDestroy", true],
  ["forceDelete", true],
  ["dropCascade", true],
  ["skipFinalSnapshot", true],
  ["retainOnDelete", false],
]);

export type Danger = "deleted" | "replaced" | "let go" | "unprotected";

export interface Risk {
  readonly step: Step;
  readonly danger: Danger;
  /** In words: what is lost or no longer safe. */
  readonly what: string;
}

function dangerOf(op: Op, { old }: Step): Danger | undefined {
  switch (op) {
    case "delete":
      return old?.retainOnDelete === true ? "let go" : "deleted";
    case "replace":
      return "replaced";
    case "forget":
      return "let go";
    case "create":
    case "update":
    case "same":
      return undefined;
    default:
      return op satisfies never;
  }
}

function disarmed({ diff, new: after }: Step): readonly string[] {
  return diff.flatMap(({ path }) => {
    const parts = pathParts(path);
    const key = parts.at(-1) ?? "";
    return SAFETY.has(key) && valueAt(after?.inputs, parts) === SAFETY.get(key) ? [`${path} becomes ${String(SAFETY.get(key))}`] : [];
  });
}

/** What a step puts at risk, if it does. */
export function riskOf(step: Step): Risk | undefined {
  const { old, new: after, type } = step;
  const holds = HOLDS.get(type) ?? (old?.protect === true ? "what is protected" : undefined);
  const danger = dangerOf(step.op, step);
  if (holds !== undefined && danger !== undefined) return { step, danger, what: holds };
  if (old?.protect === true && after?.protect === false) return { step, danger: "unprotected", what: "its protection is taken off: the next run may delete it" };
  if (old?.retainOnDelete === true && after?.retainOnDelete === false) return { step, danger: "unprotected", what: "retainOnDelete is taken off: a deletion would be real" };
  const switches = disarmed(step);
  return switches.length === 0 ? undefined : { step, danger: "unprotected", what: switches.join(", ") };
}

/**
 * Reads what the engine says of a preview, in either of its forms: engine events, one a line (`pulumi preview --event-log FILE`, the
 * Automation API, `--json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW), or the one document of `pulumi preview --json`.
 */
import { z } from "zod";
import { nameOf, typeOf, type DiffPath, type Op, type Plan, type PlanFailure, type State, type Step } from "./model.ts";

const properties = z.record(z.string(), z.unknown()).nullish().transform((value) => value ?? {});

const state = z
  .looseObject({ parent: z.string().optional(), protect: z.boolean().nullish(), retainOnDelete: z.boolean().nullish(), inputs: properties, outputs: properties })
  .transform(
    (raw): State => ({
      parent: raw.parent ?? "",
      protect: raw.protect === true,
      retainOnDelete: raw.retainOnDelete === true,
      inputs: raw.inputs,
      outputs: raw.outputs,
    }),
  );

/** The two forms differ in the names of a few fields. */
const detailed = z.record(z.string(), z.looseObject({ diffKind: z.string().optional(), kind: z.string().optional(), inputDiff: z.boolean().optional() }));

const metadata = z.looseObject({
  op: z.string(),
  urn: z.string(),
  old: state.nullish(),
  new: state.nullish(),
  keys: z.array(z.string()).nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: detailed.nullish(),
});
type Metadata = z.output<typeof metadata>;

const event = z.looseObject({
  resourcePreEvent: z.looseObject({ metadata }).optional(),
  diagnosticEvent: z.looseObject({ urn: z.string().optional(), message: z.string(), severity: z.string() }).optional(),
  policyEvent: z.looseObject({ resourceUrn: z.string().optional(), message: z.string(), policyName: z.string(), enforcementLevel: z.string() }).optional(),
  summaryEvent: z.looseObject({ resourceChanges: z.record(z.string(), z.number()).nullish() }).optional(),
});
type Event = z.output<typeof event>;

const digest = z.looseObject({
  steps: z.array(z.record(z.string(), z.unknown())).nullish(),
  diagnostics: z.array(z.looseObject({ urn: z.string().optional(), message: z.string().optional(), severity: z.string().optional() })).nullish(),
  changeSummary: z.record(z.string(), z.number()).nullish(),
});

/** The parts of a replacement, which the engine also announces as one. */
const PARTS: Readonly<Record<string, Op>> = {
  "create-replacement": "replace",
  "import-replacement": "replace",
  "read-replacement": "same",
  "delete-replaced": "delete",
  "discard-replaced": "forget",
  "remove-pending-replace": "same",
};
const WHOLE: Readonly<Record<string, Op>> = { create: "create", import: "create", update: "update", replace: "replace", delete: "delete", discard: "forget" };

function diffOf({ detailedDiff, diffs, keys }: Metadata): readonly DiffPath[] {
  const paths = Object.entries(detailedDiff ?? {});
  const forced = keys ?? [];
  if (paths.length === 0) {
    return (diffs ?? []).map((path) => ({ path, kind: "update", forcesReplacement: forced.includes(path), ofInputs: true }));
  }
  return paths
    .map(([path, { diffKind, kind: other, inputDiff }]): DiffPath => {
      const kind = diffKind ?? other ?? "update";
      const change = kind.startsWith("add") ? "add" : kind.startsWith("delete") ? "delete" : "update";
      return { path, kind: change, forcesReplacement: kind.endsWith("-replace"), ofInputs: inputDiff === true };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const stepOf = (raw: Metadata, op: Op): Step => ({
  op,
  urn: raw.urn,
  name: nameOf(raw.urn),
  type: typeOf(raw.urn),
  old: raw.old ?? undefined,
  new: raw.new ?? undefined,
  diff: diffOf(raw),
});

/** One step a resource. A part of a replacement counts where the engine announces no whole, as after an interrupted run. */
function stepsOf(all: readonly Metadata[]): readonly Step[] {
  const steps = new Map<string, Step>();
  const parts = all.filter(({ op }) => Object.hasOwn(PARTS, op));
  for (const raw of all.filter((one) => !parts.includes(one))) steps.set(raw.urn, stepOf(raw, WHOLE[raw.op] ?? "same"));
  for (const raw of parts) {
    const known = steps.get(raw.urn)?.op;
    if (known === undefined || (known === "same" && PARTS[raw.op] !== "same")) steps.set(raw.urn, stepOf(raw, PARTS[raw.op] ?? "same"));
  }
  return [...steps.values()];
}

const unchangedIn = (changes: Readonly<Record<string, number>> | null | undefined): number => (changes?.["same"] ?? 0) + (changes?.["refresh"] ?? 0);

function failureOf({ diagnosticEvent: fault, policyEvent: policy }: Event): readonly PlanFailure[] {
  const urn = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
  if (fault?.severity === "error") return [{ urn: urn(fault.urn), message: fault.message }];
  if (policy?.enforcementLevel !== "mandatory") return [];
  return [{ urn: urn(policy.resourceUrn), message: `policy ${policy.policyName}: ${policy.message}` }];
}

const CUT_OFF: PlanFailure = { urn: undefined, message: "the events end before the engine's summary: the preview did not come to its end" };

/** A preview from its events, in their order. What is not an event of a preview is passed over. */
export function planOfEvents(raw: readonly unknown[]): Plan {
  const events = raw.map((one) => event.parse(one));
  const failures = events.flatMap(failureOf);
  const summary = events.find(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
  return {
    steps: stepsOf(events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])),
    failures: summary === undefined && failures.length === 0 ? [CUT_OFF] : failures,
    unchanged: unchangedIn(summary?.resourceChanges),
  };
}

/** A step of the document under the names that events use. */
const metadataOf = ({ oldState, newState, replaceReasons, diffReasons, ...rest }: Readonly<Record<string, unknown>>): Metadata =>
  metadata.parse({ ...rest, old: oldState, new: newState, keys: replaceReasons, diffs: diffReasons });

function planOfDigest(raw: unknown): Plan {
  const { steps, diagnostics, changeSummary } = digest.parse(raw);
  const failures = (diagnostics ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ urn, message }): PlanFailure => ({ urn: urn === "" ? undefined : urn, message: message ?? "" }));
  return {
    steps: stepsOf((steps ?? []).map(metadataOf)),
    failures: changeSummary === undefined && failures.length === 0 ? [CUT_OFF] : failures,
    unchanged: unchangedIn(changeSummary),
  };
}

/** Text that is neither form. */
export class NoPreviewError extends Error {
  override readonly name = "NoPreviewError";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A preview from the text of a file, in either form.
 * @throws NoPreviewError when it holds none.
 */
export function planOfText(text: string): Plan {
  const whole = parseJson(text);
  const isObject = typeof whole === "object" && whole !== null;
  if (isObject && ("steps" in whole || "changeSummary" in whole || "diagnostics" in whole)) return planOfDigest(whole);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.map(parseJson);
  const odd = events.findIndex((one) => typeof one !== "object" || one === null);
  if (lines.length === 0 || odd >= 0) {
    const where = lines.length === 0 ? "the text is empty" : `line ${odd + 1} is no JSON object`;
    throw new NoPreviewError(`${where}: wanted are the engine's events, one a line, or what pulumi preview --json prints`);
  }
  return planOfEvents(events);
}

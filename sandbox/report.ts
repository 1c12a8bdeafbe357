import type { DiagnosticEvent, EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { placeOf, type BuildStep } from "../stacks/report.ts";

export interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly replaced: number;
  readonly deleted: number;
  readonly unchanged: number;
}

export interface Failure {
  /** Pulumi name, e.g. `dior-migrate`; undefined for a fault of the program or the engine. */
  readonly resource: string | undefined;
  readonly tenant: string | undefined;
  readonly step: BuildStep | undefined;
  readonly reason: string;
}

export type StepState = "done" | "failed" | "not reached";

export interface TenantReport {
  readonly id: string;
  /** Resources of this tenant that the engine knows after the run. */
  readonly resources: number;
  readonly steps: Readonly<Record<BuildStep, StepState>>;
}

export interface RunReport {
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  readonly tenants: readonly TenantReport[];
  /** Names of Helm releases, which the sandbox records and does not install. */
  readonly recorded: readonly string[];
  /** Resources of AWS, which the sandbox records and does not make. */
  readonly recordedInAws: number;
  /** What the program returned; a secret is masked by the engine. Empty when it did not come to an end. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What would change or did, without what stays as it is. */
  readonly changes: readonly Change[];
  /** True when the engine was told to stop before it was through. */
  readonly interrupted: boolean;
}

export interface Change {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** Paths of the properties that differ, e.g. `spec.hard["requests.cpu"]`; empty for what is made or deleted whole. */
  readonly fields: readonly string[];
}

const STACK = "pulumi:pulumi:Stack";

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";

/** Name of the resource that an event is about; undefined for one about the run as a whole. */
const resourceOf = (urn: string | undefined): string | undefined => (urn === undefined || urn === "" || typeOf(urn) === STACK ? undefined : nameOf(urn));

/** The engine frames each diagnostic in colour tags, a prefix and, for several reasons, a list; what is left is a reason a line. */
function clean(message: string): string {
  return message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replace(/^error: /, "")
    .replace(/^\d+ errors? occurred:\n/, "")
    .replaceAll(/^\s*\* /gm, "")
    .trim();
}

/** An update's, a replacement's or a drift's own fields; the engine names them by path, or by property where it knows no path. */
const fieldsOf = ({ detailedDiff, diffs }: StepEventMetadata): readonly string[] => {
  const paths = Object.keys(detailedDiff ?? {});
  return (paths.length > 0 ? paths : (diffs ?? [])).toSorted();
};

/** Operations after which a resource is what it was. */
const UNCHANGED: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

/** Closing words of engine, SDK and program, which repeat what has been reported of single resources. */
const NOISE = [
  /^(preview|update|refresh|destroy) failed$/,
  /^resource (registration|monitor) (failed|is shutting|has)/,
  /^Unhandled exception: Error: (error serializing property .*: )?resource .* failed to register$/,
  /^\d+ resources failed or wait for one that did/,
] as const;

/** An event of the run as a whole that only says again what events of resources have said. */
const repeats = ({ message, urn }: DiagnosticEvent): boolean => resourceOf(urn) === undefined && NOISE.some((words) => words.test(clean(message)));

/** The engine's own words when a signal reached it. */
const INTERRUPTED = /received; (cancelling|terminating)/;

/** How an interruption ends what waits for something, or is about to begin. */
const CANCELLED = /\b(run|update|refresh|preview|destroy|operation|context) (was )?cancell?ed\b/;

/** True for the event by which the engine tells that a signal has reached it. */
export const tellsOfSignal = ({ stdoutEvent }: EngineEvent): boolean => stdoutEvent !== undefined && INTERRUPTED.test(stdoutEvent.message);

/** Collects the engine's events of one run. */
export class RunLog {
  readonly #tenantIds: ReadonlySet<string>;
  /** Last known operation by URN. */
  readonly #seen = new Map<string, string>();
  readonly #fields = new Map<string, readonly string[]>();
  readonly #failed = new Set<string>();
  /** Failed by the interruption alone. */
  readonly #cancelled = new Set<string>();
  readonly #failures: Failure[] = [];
  #interrupted = false;
  #outputs: Readonly<Record<string, unknown>> = {};
  #changes: Readonly<Record<string, number>> = {};

  constructor(tenantIds: readonly string[]) {
    this.#tenantIds = new Set(tenantIds);
  }

  /** Takes one event; returns the failure it tells of, if it tells of a new one. */
  add(event: EngineEvent): Failure | undefined {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent } = event;
    if (tellsOfSignal(event)) this.#interrupted = true;
    const done = resOutputsEvent?.metadata;
    if (done !== undefined) this.#take(done);
    if (resourcePreEvent?.metadata.op === "same") this.#seen.set(resourcePreEvent.metadata.urn, "same");
    if (resOpFailedEvent !== undefined) this.#failed.add(resOpFailedEvent.metadata.urn);
    if (summaryEvent !== undefined) this.#changes = summaryEvent.resourceChanges;
    if (diagnosticEvent?.severity !== "error" || repeats(diagnosticEvent)) return undefined;
    return this.fail(diagnosticEvent.message, diagnosticEvent.urn);
  }

  #take(done: StepEventMetadata): void {
    this.#seen.set(done.urn, done.op);
    if (typeOf(done.urn) === STACK) this.#outputs = done.new?.outputs ?? {};
    const fields = fieldsOf(done);
    if (fields.length > 0) this.#fields.set(done.urn, fields);
  }

  /** Adds a failure in the engine's words. The same words for the same resource count once. */
  fail(message: string, urn?: string): Failure | undefined {
    const resource = resourceOf(urn);
    const reason = clean(message);
    if (reason === "") return undefined;
    if (this.#interrupted && CANCELLED.test(reason)) {
      if (urn !== undefined) this.#cancelled.add(urn);
      return undefined;
    }
    if (this.#failures.some((other) => other.resource === resource && other.reason === reason)) return undefined;
    if (urn !== undefined && resource !== undefined) this.#failed.add(urn);
    const place = resource === undefined ? undefined : placeOf(resource, this.#tenantIds);
    const failure = { resource, tenant: place?.tenant, step: place?.step, reason };
    this.#failures.push(failure);
    return failure;
  }

  /** Resources seen so far. */
  get size(): number {
    return this.#seen.size;
  }

  report(): RunReport {
    const changes = [...this.#seen].filter(([, op]) => !UNCHANGED.has(op));
    return {
      counts: countsOf(this.#changes),
      failures: this.#failures,
      interrupted: this.#interrupted,
      tenants: [...this.#tenantIds].map((id) => this.#tenant(id)),
      recorded: [...this.#seen.keys()].filter((urn) => typeOf(urn) === "kubernetes:helm.sh/v3:Release").map(nameOf),
      recordedInAws: [...this.#seen].filter(([urn, op]) => typeOf(urn).startsWith("aws:") && op !== "delete").length,
      outputs: this.#outputs,
      changes: changes.map(([urn, op]) => ({
        op: op.includes("replace") ? "replace" : op,
        type: typeOf(urn),
        name: nameOf(urn),
        fields: this.#fields.get(urn) ?? [],
      })),
    };
  }

  #tenant(id: string): TenantReport {
    const states: Record<BuildStep, StepState> = { C: "not reached", D: "not reached", E: "not reached", F: "not reached", G: "not reached" };
    let resources = 0;
    for (const [urn, op] of this.#seen) {
      if (op === "delete") continue;
      if (nameOf(urn) === id && typeOf(urn).endsWith(":TenantEnvironment")) resources += 1;
      const place = placeOf(nameOf(urn), this.#tenantIds);
      if (place?.tenant !== id) continue;
      resources += 1;
      states[place.step] = "done";
    }
    for (const urn of this.#failed) {
      if (this.#cancelled.has(urn)) continue;
      const place = placeOf(nameOf(urn), this.#tenantIds);
      if (place?.tenant === id) states[place.step] = "failed";
    }
    return { id, resources, steps: states };
  }
}

function countsOf(changes: Readonly<Record<string, number>>): Counts {
  const of = (...ops: readonly string[]): number => ops.reduce((sum, op) => sum + (changes[op] ?? 0), 0);
  return {
    created: of("create", "import"),
    updated: of("update"),
    replaced: of("replace"),
    deleted: of("delete", "discard"),
    unchanged: of("same", "refresh"),
  };
}

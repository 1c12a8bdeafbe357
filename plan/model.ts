/** A preview as plain data: what the engine would do, resource by resource, whichever way its words reached us. */

/** What becomes of a resource. `forget` leaves it where it is and drops it from the stack. */
export type Op = "create" | "update" | "replace" | "delete" | "forget" | "same";

export type Properties = Readonly<Record<string, unknown>>;

/** A resource before or after. */
export interface State {
  /** URN; empty for the stack itself. */
  readonly parent: string;
  readonly protect: boolean;
  /** True when a deletion leaves the thing itself in place. */
  readonly retainOnDelete: boolean;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A property that differs. */
export interface DiffPath {
  /** As the engine writes it, e.g. `spec.hard["requests.cpu"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** True when this property makes the replacement necessary. */
  readonly forcesReplacement: boolean;
  /** True when two inputs differ; otherwise what is there differs from the input. */
  readonly ofInputs: boolean;
}

export interface Step {
  readonly op: Op;
  readonly urn: string;
  /** Pulumi name, e.g. `dior-quota`. */
  readonly name: string;
  /** Pulumi type, e.g. `kubernetes:core/v1:ResourceQuota`. */
  readonly type: string;
  readonly old: State | undefined;
  readonly new: State | undefined;
  readonly diff: readonly DiffPath[];
}

/** An error of the program, a provider or a mandatory policy. */
export interface PlanFailure {
  /** Undefined for the run as a whole. */
  readonly urn: string | undefined;
  readonly message: string;
}

export interface Plan {
  /** Without those that stay the same in every respect, unless the engine named them. */
  readonly steps: readonly Step[];
  readonly failures: readonly PlanFailure[];
  /** Resources that stay as they are. */
  readonly unchanged: number;
}

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
/** The type itself, without those of its parents. */
export const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";

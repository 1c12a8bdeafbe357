/** Plain data as the engine sends it: secrets already unwrapped, unknown values (preview only) are `UNKNOWN`. */
export type Properties = Readonly<Record<string, unknown>>;

/** The engine's marker for a value that exists only after an apply. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A fault in one input property; the engine prints it beside the resource's name. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What every call about one resource carries. `type` is the token, e.g. `kubernetes:apps/v1:Deployment`. */
export interface ResourceRequest {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last run, empty on the first. */
  readonly olds: Properties;
  readonly news: Properties;
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  /** The state (outputs) of the last run. */
  readonly olds: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: Properties;
  /** True in a preview: nothing may be written. */
  readonly preview: boolean;
  /** Seconds, 0 for the provider's own default. */
  readonly timeout: number;
}

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly olds: Properties;
  readonly ignoreChanges: readonly string[];
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** Empty on an import. */
  readonly inputs: Properties;
  readonly olds: Properties;
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly olds: Properties;
  readonly oldInputs: Properties;
  readonly timeout: number;
}

/** One changed property; `path` as the engine writes it: `spec.hard["limits.cpu"]`. */
export interface PropertyChange {
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  readonly replace: boolean;
}

export interface DiffResult {
  readonly changes: readonly PropertyChange[];
  readonly deleteBeforeReplace: boolean;
}

export interface CreateResult {
  readonly id: string;
  readonly state: Properties;
}

export interface ReadResult extends CreateResult {
  readonly inputs: Properties;
}

/**
 * The object exists on the server, but did not become what it should be. The engine records it as made, so that
 * the next run repairs it instead of making it twice.
 */
export class PartialFailure extends Error {
  readonly id: string;
  readonly state: Properties;
  readonly inputs: Properties;
  readonly reasons: readonly string[];
  constructor(reasons: readonly string[], made: ReadResult) {
    super(reasons.join("\n"));
    this.name = "PartialFailure";
    this.reasons = reasons;
    this.id = made.id;
    this.state = made.state;
    this.inputs = made.inputs;
  }
}

/** A configured provider: one explicit provider resource of the program. */
export interface Provider {
  check(request: CheckRequest): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  update(request: UpdateRequest): Promise<Properties>;
  /** Undefined when the object is gone. */
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  delete(request: DeleteRequest): Promise<void>;
  /** Answers one of the stand-in's `functions`. */
  invoke?(token: string, args: Properties): Promise<Properties>;
  /** Stops all waiting; called on Ctrl-C. */
  cancel(): void;
}

/** What a stand-in offers to the host: the plugin's name and version and how to configure one provider. */
export interface StandIn {
  readonly name: string;
  readonly version: string;
  /** Tokens of the package's functions that it answers; absent where there are none. */
  readonly functions?: readonly string[];
  /** Faults in the provider's own arguments, by name. */
  checkConfig(news: Properties): readonly CheckFailure[];
  /** Changes of provider arguments; `replace: true` replaces the provider and all below it, as the official plugin would. */
  diffConfig(olds: Properties, news: Properties): DiffResult;
  configure(config: Properties): Promise<Provider>;
}

/** A stand-in that serves; `port` is what `PULUMI_DEBUG_PROVIDERS=name:port` takes. */
export interface Served {
  readonly name: string;
  readonly port: number;
  readonly stop: () => void;
}

import type * as contract from "../provider.ts";
import { PartialFailure, type Properties } from "../provider.ts";
import { hasUnknown, isRecord, secret } from "../wire.ts";
import type { Arguments } from "./arguments.ts";
import { checkReady, isReady, NotReady, untilReady } from "./await/index.ts";
import { replacesUnready } from "./annotations.ts";
import { checkObject, type Checked } from "./check.ts";
import type { Cluster } from "./cluster.ts";
import { diffObjects, keepsName } from "./diff.ts";
import { importedInputs, liveInputs } from "./drift.ts";
import { redact } from "./failures.ts";
import { suffixed } from "./names.ts";
import { isSecret, toState } from "./normalize.ts";
import { CREATOR } from "./ownership.ts";
import { idOf, parseId, referenceOf, textAt, withValue, without, type Kind, type KubeObject } from "./objects.ts";
import { checkRelease, diffRelease, releaseId, releaseState } from "./release.ts";
import { targetOf } from "./token.ts";
import * as writes from "./writes.ts";

/** The name of the manager that an object's applies are made under, kept in its state. */
const MANAGER = "__fieldManager";
const INITIAL_VERSION = "__initialApiVersion";
const INPUTS = "__inputs";

/** One configured kubernetes provider: real requests to its API server. */
export class KubernetesProvider implements contract.Provider {
  readonly #arguments: Arguments;
  readonly #cluster: Cluster;
  readonly #abort: AbortController;

  constructor(args: Arguments, cluster: Cluster, abort: AbortController) {
    this.#arguments = args;
    this.#cluster = cluster;
    this.#abort = abort;
  }

  async check(request: contract.CheckRequest): Promise<Checked> {
    const kind = kindOf(request.type);
    if (kind === "release") return checkRelease(request, this.#arguments.namespace);
    const checked = checkObject(request, kind);
    const { namespace } = this.#arguments;
    const placed = textAt(checked.inputs, "metadata", "namespace") !== undefined;
    if (namespace === undefined || placed || checked.failures.length > 0) return checked;
    const namespaced = await this.#cluster.isNamespaced(referenceOf(checked.inputs));
    if (!namespaced) return checked;
    return { ...checked, inputs: withValue(checked.inputs, ["metadata", "namespace"], namespace) };
  }

  async diff(request: contract.DiffRequest): Promise<contract.DiffResult> {
    if (kindOf(request.type) === "release") return diffRelease(request.oldInputs, request.news);
    const live = referenceOf(request.olds);
    const namespaced = await this.#cluster.isNamespaced(referenceOf(request.news));
    const options = { namespaced, mutability: this.#arguments.mutability };
    const result = diffObjects(request.oldInputs, request.olds, request.news, options);
    if (!replacesUnready(request.news) || (await this.#isReadyNow(live))) return result;
    // The annotation asks for a new Job where the old one did not complete; only the server knows that.
    const path = 'metadata.annotations["pulumi.com/replaceUnready"]';
    return {
      changes: [...result.changes.filter((change) => change.path !== path), { path, kind: "update", replace: true }],
      deleteBeforeReplace: keepsName(request.olds, request.news, options),
    };
  }

  async create(request: contract.CreateRequest): Promise<contract.CreateResult> {
    const { inputs, preview } = request;
    if (kindOf(request.type) === "release") return { id: releaseId(inputs), state: releaseState(inputs, {}) };
    const manager = suffixed(CREATOR);
    if (preview) {
      const planned = hasUnknown(inputs) ? undefined : await writes.previewCreate(inputs, this.#cluster);
      return { id: "", state: planned === undefined ? inputs : plannedState(planned) };
    }
    const made = await writes.create(inputs, this.#cluster);
    const live = await this.#ready(made, request, manager);
    return { id: idOf(referenceOf(live)), state: stateOf(live, inputs, manager) };
  }

  async update(request: contract.UpdateRequest): Promise<Properties> {
    const { inputs, preview, olds, ignoreChanges } = request;
    if (kindOf(request.type) === "release") return releaseState(inputs, olds);
    const manager = textAt(olds, MANAGER) ?? suffixed(CREATOR);
    const apply = { inputs, manager, ignoreChanges };
    if (preview) {
      const planned = hasUnknown(inputs) ? undefined : await writes.previewUpdate(apply, this.#cluster);
      return planned === undefined ? inputs : plannedState(planned);
    }
    const written = await writes.update(apply, this.#cluster);
    return stateOf(await this.#ready(written, request, manager), inputs, manager);
  }

  async read(request: contract.ReadRequest): Promise<contract.ReadResult | undefined> {
    const { id, inputs, olds } = request;
    const kind = kindOf(request.type);
    if (kind === "release") return { id, state: olds, inputs };
    const live = await this.#cluster.get({ ...kind, ...parseId(id) });
    if (live === undefined) return undefined;
    const manager = textAt(olds, MANAGER) ?? suffixed(CREATOR);
    const isImport = Object.keys(inputs).length === 0;
    const found = isImport ? importedInputs(live) : liveInputs(live, inputs);
    const result = { id, state: stateOf(live, found, manager), inputs: hidden(found) };
    if (isImport) return result;
    await this.#orPartial(checkReady(live, inputs, this.#cluster), () => result);
    return result;
  }

  async delete(request: contract.DeleteRequest): Promise<void> {
    const kind = kindOf(request.type);
    if (kind === "release") return;
    const reference = { ...kind, ...parseId(request.id) };
    await writes.remove(reference, request.oldInputs, request.timeout, this.#cluster);
  }

  cancel(): void {
    this.#abort.abort();
  }

  async #isReadyNow(reference: ReturnType<typeof referenceOf>): Promise<boolean> {
    const live = await this.#cluster.get(reference);
    // An object that is gone is a matter of refresh.
    return live === undefined || (await isReady(live, this.#cluster));
  }

  async #ready(written: KubeObject, request: contract.CreateRequest, manager: string): Promise<KubeObject> {
    const { inputs, timeout } = request;
    return this.#orPartial(untilReady(written, inputs, timeout, this.#cluster), (object) => ({
      id: idOf(referenceOf(object)),
      state: stateOf(object, inputs, manager),
      inputs,
    }));
  }

  /** Turns an object that is not ready into what the engine records as made and not finished. */
  async #orPartial<T>(work: Promise<T>, result: (object: KubeObject) => contract.ReadResult): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      const made = result(error.object);
      throw new PartialFailure(
        error.reasons.map((reason) => redact(reason, made.inputs)),
        made,
      );
    }
  }
}

/** Throws, naming what is supported, for a type that the sandbox cannot do. */
function kindOf(type: string): Kind | "release" {
  const target = targetOf(type);
  switch (target.target) {
    case "object":
      return { apiVersion: target.apiVersion, kind: target.kind };
    case "release":
      return "release";
    case "refused":
      throw new Error(target.reason);
  }
}

/** A dry run has no status worth showing: whatever reads it must see that it is not known yet. */
function plannedState(planned: KubeObject): Properties {
  return hidden(without(toState(planned), ["status"]));
}

/** A Secret's `data` may come from inputs that spell it `stringData`, which the engine would not relate to it. */
function hidden(object: KubeObject): KubeObject {
  return isSecret(object) && isRecord(object["data"]) ? { ...object, data: secret(object["data"]) } : object;
}

/**
 * The recorded state: the live object and, as the official plugin keeps them so that either can go on with the
 * other's state, the inputs, the first API version and the manager. The inputs are a secret as a whole, because the
 * engine marks secret outputs by the paths of inputs and does not look inside this copy.
 */
function stateOf(live: KubeObject, inputs: Properties, manager: string): Properties {
  return {
    ...hidden(toState(live)),
    [INPUTS]: secret(inputs),
    [INITIAL_VERSION]: live["apiVersion"],
    [MANAGER]: manager,
  };
}

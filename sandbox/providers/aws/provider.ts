import { randomBytes } from "node:crypto";
import type {
  CheckFailure, CheckRequest, CreateRequest, CreateResult, DeleteRequest, DiffRequest, DiffResult, Properties, Provider, ReadRequest,
  ReadResult, UpdateRequest,
} from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import { plain, withIgnored } from "../resourceType.ts";
import type { Config } from "./config.ts";
import { diffObject, withNested, withoutNested } from "./diff.ts";
import { Draft } from "./draft.ts";
import { invoke } from "./functions.ts";
import { DEFAULTS, named, tagged } from "./names.ts";
import type { Row } from "./row.ts";
import { classProperties, type ClassProperties } from "./sdk.ts";
import type { Store, Stored } from "./store.ts";
import { rowOf } from "./types.ts";

/** Outputs that are made the same way for every type. */
const COMMON = ["tagsAll", "region"];

interface Kind {
  readonly row: Row;
  readonly properties: ClassProperties;
}

function kindOf(type: string): Kind {
  return { row: rowOf(type), properties: classProperties(type) };
}

function faultsOf(type: string, { inputs, required, outputs }: ClassProperties, news: Properties): readonly CheckFailure[] {
  const unknown = Object.keys(news)
    .filter((key) => !inputs.includes(key))
    .map((property) => {
      const only = outputs.includes(property) ? "is an output, not an input" : "does not exist";
      return { property, reason: `"${property}" of ${type} ${only}; inputs are: ${inputs.join(", ")}` };
    });
  const missing = required.filter((key) => news[key] === undefined).map((property) => ({ property, reason: `"${property}" of ${type} is required` }));
  return [...unknown, ...missing];
}

/** @throws naming the type and each output that the table neither invents nor leaves out on purpose */
function assertComplete({ row, properties }: Kind, outputs: Properties): void {
  const open = properties.outputs.filter((key) => !(key in outputs) && !COMMON.includes(key) && !(row.absent ?? []).includes(key));
  if (open.length === 0) return;
  throw new Error(`the sandbox's aws stand-in does not know how to invent ${open.map((key) => `"${key}"`).join(", ")} of ${row.type}; add it to the type's row in sandbox/providers/aws/tables`);
}

/** A configured aws provider over the store: nothing leaves this machine. */
export class AwsProvider implements Provider {
  readonly #config: Config;
  readonly #store: Store;

  constructor(config: Config, store: Store) {
    this.#config = config;
    this.#store = store;
  }

  async check(request: CheckRequest): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
    const { row, properties } = await Promise.resolve(kindOf(request.type));
    const news = tagged(properties, plain(request.news), this.#config.defaultTags);
    return { inputs: named(row, request, news), failures: faultsOf(row.type, properties, news) };
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const { row, properties } = await Promise.resolve(kindOf(request.type));
    return diffObject(row, properties, request, this.#config.region);
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const kind = await Promise.resolve(kindOf(request.type));
    const inputs = plain(request.inputs);
    if (request.preview) return { id: "", state: this.#planned(kind, inputs) };
    const salt = randomBytes(8).toString("hex");
    const draft = this.#draft(kind, { name: request.name, salt, inputs });
    const refusal = kind.row.refuseCreate?.(draft) ?? this.#existing(kind, draft);
    if (refusal !== undefined) throw new Error(`creating ${kind.row.type} (${request.name}): ${refusal}`);
    const outputs = this.#outputs(kind, draft);
    assertComplete(kind, outputs);
    const { account, region } = draft;
    const object = { id: draft.id, type: kind.row.type, account, region, name: request.name, salt, inputs, outputs };
    this.#store.put(object);
    kind.row.effect?.(object, this.#store, "create");
    return { id: draft.id, state: this.#found(object).outputs };
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const kind = await Promise.resolve(kindOf(request.type));
    const { row } = kind;
    const inputs = plain(withIgnored(request.inputs, request.olds, request.ignoreChanges.filter((path) => !/[.[]/u.test(path))));
    if (request.preview) {
      const unknown = Object.fromEntries((row.changing ?? []).map((key) => [key, UNKNOWN]));
      const planned = { ...this.#carried(kind, request.olds), ...inputs, ...this.#common(kind, inputs), ...unknown };
      return withNested(row, planned, request.olds);
    }
    const object = this.#found({ ...this.#place(kind, request.olds), type: row.type, id: request.id });
    const draft = this.#draft(kind, { ...object, inputs });
    draft.id = object.id;
    const kept = Object.fromEntries((row.kept ?? []).filter((key) => !(key in inputs)).map((key) => [key, object.outputs[key]]));
    const outputs = { ...this.#carried(kind, object.outputs), ...this.#outputs(kind, draft), ...row.updated?.(object.outputs, draft), ...kept };
    const now = { ...object, inputs, outputs };
    this.#store.put(now);
    row.effect?.(now, this.#store, "update");
    return this.#found(now).outputs;
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const kind = await Promise.resolve(kindOf(request.type));
    const object = this.#store.get({ ...this.#place(kind, request.olds), type: kind.row.type, id: request.id });
    if (object === undefined) return undefined;
    const imported = Object.keys(request.inputs).length === 0;
    const keys = Object.keys(imported ? object.inputs : plain(request.inputs));
    const found = withoutNested(kind.row, object.outputs);
    const inputs = Object.fromEntries(keys.filter((key) => found[key] !== undefined).map((key) => [key, found[key]]));
    return { id: object.id, state: object.outputs, inputs: { ...inputs, [DEFAULTS]: request.inputs[DEFAULTS] ?? [] } };
  }

  async delete(request: DeleteRequest): Promise<void> {
    const kind = await Promise.resolve(kindOf(request.type));
    const object = this.#store.get({ ...this.#place(kind, request.olds), type: kind.row.type, id: request.id });
    if (object === undefined) return;
    const refusal = kind.row.refuseDelete?.(object, this.#store);
    if (refusal !== undefined) throw new Error(`deleting ${kind.row.type} (${object.id}): ${refusal}`);
    this.#store.delete(object);
    kind.row.effect?.(object, this.#store, "delete");
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    return Promise.resolve(invoke(token, args, this.#config, this.#store));
  }

  cancel(): void {
    // Nothing here waits.
  }

  /** Where an object lives: in the region that it names or else in the provider's, or in none. */
  #place({ properties }: Kind, inputs: Properties): { readonly account: string; readonly region: string } {
    const { account, region } = this.#config;
    if (!properties.inputs.includes("region")) return { account, region: "global" };
    return { account, region: typeof inputs["region"] === "string" ? inputs["region"] : region };
  }

  #draft(kind: Kind, object: Pick<Stored, "name" | "salt" | "inputs">): Draft {
    const { name, salt, inputs } = object;
    return new Draft({ type: kind.row.type, name, salt, inputs, ...this.#place(kind, inputs), store: this.#store });
  }

  #outputs(kind: Kind, draft: Draft): Properties {
    if (draft.id === "") draft.id = kind.row.id(draft);
    return { ...kind.row.outputs(draft), ...draft.inputs, ...this.#common(kind, draft.inputs), ...kind.row.forced?.(draft) };
  }

  #common(kind: Kind, inputs: Properties): Properties {
    const { properties } = kind;
    return {
      ...(properties.inputs.includes("region") ? { region: this.#place(kind, inputs).region } : {}),
      ...(properties.outputs.includes("tagsAll") ? { tagsAll: inputs["tags"] ?? {} } : {}),
    };
  }

  /** What stays of an object's values whatever the program changes: those that it did not give. */
  #carried({ properties }: Kind, olds: Properties): Properties {
    const keys = [...properties.outputs, ...properties.computed];
    return Object.fromEntries(keys.filter((key) => olds[key] !== undefined).map((key) => [key, olds[key]]));
  }

  /** What a preview knows of a new object: what the program gives. */
  #planned(kind: Kind, inputs: Properties): Properties {
    const { row, properties } = kind;
    const invented = [...properties.outputs, ...properties.computed].filter((key) => !(row.absent ?? []).includes(key));
    const planned = { ...Object.fromEntries(invented.map((key) => [key, UNKNOWN])), ...inputs, ...this.#common(kind, inputs) };
    return withNested(row, planned, {});
  }

  #found(key: Pick<Stored, "type" | "account" | "region" | "id">): Stored {
    const object = this.#store.get(key);
    if (object === undefined) throw new Error(`${key.type} (${key.id}) does not exist in ${key.region}; run a refresh to see what is left`);
    return object;
  }

  /** What AWS says when an object of this name is there already. */
  #existing({ row }: Kind, draft: Draft): string | undefined {
    const { unique = [] } = row;
    const [first] = unique;
    if (first === undefined || !unique.some((key) => draft.given(key))) return undefined;
    const same = this.#store.list(row.type).find((each) =>
      (row.scope === "world" || (each.account === draft.account && each.region === draft.region))
      && unique.every((key) => JSON.stringify(each.outputs[key] ?? null) === JSON.stringify(draft.inputs[key] ?? null)));
    if (same === undefined) return undefined;
    const values = unique.map((key) => draft.text(key)).join(", ");
    return row.exists?.(draft.text(first)) ?? `ResourceAlreadyExistsException: ${values} already exists`;
  }
}

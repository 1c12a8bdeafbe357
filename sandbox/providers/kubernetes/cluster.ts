import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, isNotFound, type Call, type Client, type Method } from "./client.ts";
import { pathOf, type Discovery, type Resource } from "./discovery.ts";
import { titleOf, type KubeObject, type Reference } from "./objects.ts";

/** Objects of one API server, by reference. */
export class Cluster {
  readonly client: Client;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;

  constructor(client: Client, discovery: Discovery, signal: AbortSignal) {
    this.client = client;
    this.discovery = discovery;
    this.signal = signal;
  }

  /** Undefined if the object, or its whole kind, does not exist. */
  async get(reference: Reference): Promise<KubeObject | undefined> {
    const resource = await this.discovery.find(reference);
    if (resource === undefined) return undefined;
    try {
      return await this.client.call("GET", pathOf(reference, resource));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The objects of a kind in a namespace that match a selector. */
  async list(kind: Reference, query: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
    const resource = await this.discovery.find(kind);
    if (resource === undefined) return [];
    const { items } = await this.client.call("GET", pathOf({ ...kind, name: "" }, resource), { query });
    return Array.isArray(items) ? items.map((item: unknown) => item) : [];
  }

  /** One write or dry run. Throws `UnknownKind` if the server does not have the kind. */
  async send(method: Method, reference: Reference, call: Call): Promise<KubeObject> {
    const resource = await this.discovery.find(reference);
    if (resource === undefined) throw new UnknownKind(reference);
    const collection = method === "POST" ? { ...reference, name: "" } : reference;
    return await this.client.call(method, pathOf(collection, resource), call);
  }

  /** True if objects of the kind live in namespaces; kinds that the server does not have yet are taken to. */
  async isNamespaced(reference: Reference): Promise<boolean> {
    const resource: Resource | undefined = await this.discovery.find(reference);
    return resource?.namespaced ?? true;
  }

  /** Milliseconds; throws when the run is cancelled. */
  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.signal });
  }
}

/** The server has no such kind. */
export class UnknownKind extends Error {
  constructor(reference: Reference) {
    super(
      `${titleOf(reference)}: the API server has no kind ${reference.kind} in ${reference.apiVersion}; ` +
        "install its CustomResourceDefinition first, or correct apiVersion and kind",
    );
    this.name = "UnknownKind";
  }
}

/** True for answers that a dry run gets when something it needs is made in the same run. */
export function isNotThereYet(error: unknown): boolean {
  if (error instanceof UnknownKind || isNotFound(error)) return true;
  // A pod's account is looked up by an admission plugin, which answers 403 instead.
  return error instanceof ApiError && error.status === 403 && /serviceaccount .* not found/u.test(error.message);
}

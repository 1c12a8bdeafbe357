import type { Client } from "./client.ts";
import { isNotFound } from "./client.ts";
import { mapsAt, textAt, type Kind, type Reference } from "./objects.ts";

/** Where the server keeps a kind: `deployments`, in namespaces. */
export interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which kinds the server has, remembered; a kind that it does not have yet is asked for again. */
export class Discovery {
  readonly #client: Client;
  readonly #known = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Undefined if the server has no such kind, for want of a CustomResourceDefinition for example. */
  async find({ apiVersion, kind }: Kind): Promise<Resource | undefined> {
    const known = this.#known.get(apiVersion);
    if (known !== undefined) {
      const found = (await known).get(kind);
      if (found !== undefined) return found;
    }
    // Many objects of one new kind ask at once: all but the first share its answer.
    const asked = this.#known.get(apiVersion);
    const fresh = asked === undefined || asked === known ? this.#ask(apiVersion) : asked;
    return (await fresh).get(kind);
  }

  #ask(apiVersion: string): Promise<ReadonlyMap<string, Resource>> {
    const answer = this.#client.call("GET", groupPath(apiVersion)).then(
      (list) =>
        new Map(
          mapsAt(list, "resources").flatMap((each): [string, Resource][] => {
            const plural = textAt(each, "name") ?? "";
            const kind = textAt(each, "kind") ?? "";
            return plural.includes("/") ? [] : [[kind, { plural, namespaced: each["namespaced"] === true }]];
          }),
        ),
      (error: unknown) => {
        this.#known.delete(apiVersion);
        if (isNotFound(error)) return new Map<string, Resource>();
        throw error;
      },
    );
    this.#known.set(apiVersion, answer);
    return answer;
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The path of an object, or of its kind's list when the name is empty. An unset namespace is `default`. */
export function pathOf(reference: Reference, { plural, namespaced }: Resource): string {
  const namespace = namespaced ? `/namespaces/${encodeURIComponent(reference.namespace ?? "default")}` : "";
  const name = reference.name === "" ? "" : `/${encodeURIComponent(reference.name)}`;
  return `${groupPath(reference.apiVersion)}${namespace}/${plural}${name}`;
}

import { ToolError } from "../errors.ts";

/** What became of a deletion; `kept` when the store does not let this login delete, and ends objects by rules of its own. */
export type Removal = "removed" | "kept";

/** Where the backups of one tenant lie. Keys are relative to the tenant's own folder; nothing outside it is reachable. */
export interface Store {
  /** For messages, e.g. `s3://bucket/dumps/dior`. */
  readonly place: string;
  /** Writes a new object; an object that is there already is an error. It appears whole or not at all. */
  readonly write: (key: string, content: AsyncIterable<Uint8Array>) => Promise<void>;
  readonly read: (key: string) => Promise<AsyncIterable<Uint8Array>>;
  readonly list: () => Promise<readonly string[]>;
  readonly remove: (key: string) => Promise<Removal>;
}

/** Folder of a tenant in any store; in AWS its role reaches this and nothing else. */
export const tenantFolder = (tenant: string): string => `dumps/${tenant}`;

/** An object as text; for manifests, which are small. */
export async function readText(store: Store, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Writes a small object. */
export const writeText = (store: Store, key: string, text: string): Promise<void> => store.write(key, once(Buffer.from(text)));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** What is said of an object that is not there. */
export const missing = (place: string, key: string): ToolError =>
  new ToolError({
    problem: "The store has no such object.",
    given: `${place}/${key}`,
    allowed: "a backup of this tenant",
    advice: "look with `list` at what is there.",
  });

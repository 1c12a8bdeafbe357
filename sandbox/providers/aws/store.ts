import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const properties = z.record(z.string(), z.unknown());

const record = z.object({
  id: z.string(),
  type: z.string(),
  account: z.string(),
  /** `global` for what AWS keeps outside of regions. */
  region: z.string(),
  /** The resource's name in the program, and what AWS would have drawn by lot: both go into invented values. */
  name: z.string(),
  salt: z.string(),
  inputs: properties,
  outputs: properties,
});

/** One thing that exists in "AWS". */
export type Stored = z.infer<typeof record>;

const content = z.object({ version: z.literal(1), objects: z.array(record) });

const keyOf = ({ type, account, region, id }: Pick<Stored, "type" | "account" | "region" | "id">): string =>
  JSON.stringify([type, account, region, id]);

/** What "AWS" holds, in one JSON file that all regions and accounts share; another process may change the file between two calls. */
export class Store {
  readonly path: string;
  #objects = new Map<string, Stored>();
  #seen = "";

  constructor(path: string) {
    this.path = path;
  }

  get(key: Pick<Stored, "type" | "account" | "region" | "id">): Stored | undefined {
    this.#load();
    return this.#objects.get(keyOf(key));
  }

  /** All objects of a type, or of all types. */
  list(type?: string): readonly Stored[] {
    this.#load();
    const all = [...this.#objects.values()];
    return type === undefined ? all : all.filter((each) => each.type === type);
  }

  put(...objects: readonly Stored[]): void {
    this.#load();
    for (const each of objects) this.#objects.set(keyOf(each), each);
    this.#save();
  }

  delete(key: Pick<Stored, "type" | "account" | "region" | "id">): void {
    this.#load();
    if (this.#objects.delete(keyOf(key))) this.#save();
  }

  /** Changes an object's outputs as AWS itself does, e.g. when a member joins a cluster. */
  amend(object: Stored, outputs: Readonly<Record<string, unknown>>): void {
    const now = this.get(object) ?? object;
    this.put({ ...now, outputs: { ...now.outputs, ...outputs } });
  }

  #load(): void {
    const version = this.#version();
    if (version === this.#seen) return;
    this.#seen = version;
    this.#objects = new Map(this.#read().map((each) => [keyOf(each), each]));
  }

  #read(): readonly Stored[] {
    if (!existsSync(this.path)) return [];
    try {
      return content.parse(JSON.parse(readFileSync(this.path, "utf8"))).objects;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${this.path} is not a store of the aws stand-in: ${reason}`, { cause: error });
    }
  }

  /** A file that is replaced gets another inode, so that two writes within one tick of the clock are told apart. */
  #version(): string {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    return stats === undefined ? "" : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
  }

  #save(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const draft = `${this.path}.${randomBytes(4).toString("hex")}`;
    // It holds invented passwords.
    writeFileSync(draft, JSON.stringify({ version: 1, objects: [...this.#objects.values()] }), { mode: 0o600 });
    renameSync(draft, this.path);
    this.#seen = this.#version();
  }
}

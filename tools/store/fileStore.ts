import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { codeOf } from "../errors.ts";
import { missing, type Removal, type Store } from "./store.ts";

const UNFINISHED = ".unfinished";

/** A folder of this machine or a mounted one. */
export class FileStore implements Store {
  readonly place: string;
  readonly #folder: string;

  constructor(root: URL, folder: string) {
    this.#folder = join(fileURLToPath(root), folder);
    this.place = `file://${this.#folder}`;
  }

  #path(key: string): string {
    if (!/^[\w.-]+$/.test(key)) throw new Error(`a key has letters, digits, ".", "-" and "_" only, not ${key}`);
    return join(this.#folder, key);
  }

  async write(key: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(key);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await pipeline(Readable.from(content, { objectMode: true }), createWriteStream(`${path}${UNFINISHED}`, { mode: 0o600, flush: true }));
      // Unlike a rename, a link does not replace what is there.
      await link(`${path}${UNFINISHED}`, path);
      await syncFolder(this.#folder);
    } finally {
      await rm(`${path}${UNFINISHED}`, { force: true });
    }
  }

  async read(key: string): Promise<AsyncIterable<Uint8Array>> {
    const stream = createReadStream(this.#path(key), { highWaterMark: 1 << 20 });
    await new Promise<void>((resolve, reject) => {
      stream.once("open", () => {
        resolve();
      });
      stream.once("error", (error) => {
        reject(codeOf(error) === "ENOENT" ? missing(this.place, key) : error);
      });
    });
    return stream as AsyncIterable<Buffer>;
  }

  async list(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => !name.endsWith(UNFINISHED)).toSorted();
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  }

  async remove(key: string): Promise<Removal> {
    await rm(this.#path(key));
    return "removed";
  }
}

/** The name of a new file is on disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

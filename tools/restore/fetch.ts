import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterFront, type Front } from "../front.ts";
import { messageOf, ToolError } from "../errors.ts";
import { manifestHash, parseManifest, type Manifest } from "../manifest.ts";
import { backupOf, backupsIn, dumpKey, manifestKey } from "../retention.ts";
import { unseal } from "../seal.ts";
import { readText, type Store } from "../store/store.ts";

export interface Chosen {
  readonly name: string;
  readonly manifest: Manifest;
  readonly hash: string;
}

/** The manifest of the named backup, or of the newest one; refused when it is another tenant's. */
export async function chooseBackup(store: Store, tenant: string, wanted: string | undefined): Promise<Chosen> {
  const backups = backupsIn(await store.list());
  const name = wanted ?? backups.at(-1)?.name;
  if (name === undefined || backupOf(name) === undefined) {
    throw new ToolError({
      problem: `There is no such backup of ${tenant}.`,
      given: wanted === undefined ? `${store.place} without a manifest` : `--backup=${wanted}`,
      allowed: backups.length === 0 ? "a backup that has been made" : backups.map((one) => one.name).join(", "),
      advice: "check --store and --tenant.",
    });
  }
  const text = await readText(store, manifestKey(name));
  const manifest = parseManifest(text, `${store.place}/${manifestKey(name)}`);
  if (manifest.tenant !== tenant) throw foreign(manifest.tenant, tenant, "manifest");
  return { name, manifest, hash: manifestHash(text) };
}

/** Brings the dump to `file`, decrypted, and answers for it: whole, unaltered, and the one that the manifest is about. */
export async function fetchDump(store: Store, { name, manifest }: Chosen, identity: string, file: string): Promise<void> {
  const key = dumpKey(name);
  const seen = measured(await store.read(key));
  let front: Front | undefined;
  try {
    const plain = afterFront(unseal(seen.bytes, identity), (found) => (front = found));
    await pipeline(Readable.from(plain, { objectMode: true }), createWriteStream(file, { mode: 0o600 }));
  } catch (error) {
    // What the cipher noticed first, said better by size and hash of the whole.
    refuseAltered(key, manifest, await measure(await store.read(key)));
    throw unreadable(key, messageOf(error));
  }
  refuseAltered(key, manifest, seen.result());
  if (front?.tenant !== manifest.tenant) throw foreign(front?.tenant ?? "nobody", manifest.tenant, "dump");
  if (front.id !== manifest.id || front.created !== manifest.created || front.schema !== manifest.schema) {
    throw altered(key, `the dump of backup ${front.id} beside the manifest of ${manifest.id}`);
  }
}

interface Measured {
  readonly bytes: number;
  readonly sha256: string;
}

async function measure(source: AsyncIterable<Uint8Array>): Promise<Measured> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** The same as it passes by. */
function measured(source: AsyncIterable<Uint8Array>): { readonly bytes: AsyncIterable<Uint8Array>; readonly result: () => Measured } {
  const hash = createHash("sha256");
  let count = 0;
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      count += chunk.length;
      yield chunk;
    }
  }
  return { bytes: pass(), result: () => ({ bytes: count, sha256: hash.digest("hex") }) };
}

function refuseAltered(key: string, { dump }: Manifest, found: Measured): void {
  if (found.bytes < dump.bytes) throw altered(key, `${found.bytes} of ${dump.bytes} bytes: it is truncated`);
  if (found.sha256 !== dump.sha256) throw altered(key, `${found.bytes} bytes with SHA-256 ${found.sha256}`, `SHA-256 ${dump.sha256}`);
}

const altered = (key: string, given: string, allowed = "the bytes that the backup wrote"): ToolError =>
  new ToolError({
    problem: `The dump ${key} is not the one that its manifest is about.`,
    given,
    allowed,
    advice: "choose another backup with --backup, or in S3 the object's earlier version.",
  });

const unreadable = (key: string, given: string): ToolError =>
  new ToolError({
    problem: `The dump ${key} cannot be decrypted, though it is as it was written.`,
    given,
    allowed: "the identity that belongs to the recipient of the time",
    advice: "name the file of the right one with BACKUP_IDENTITY_FILE.",
  });

const foreign = (found: string, tenant: string, what: "manifest" | "dump"): ToolError =>
  new ToolError({
    problem: `The ${what} is another tenant's.`,
    given: found,
    allowed: tenant,
    advice: "check the store's folder: somebody has put another tenant's backup there.",
  });

/** Reads and replaces the tenants file: whole or not at all. */
import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { readSource } from "../source.ts";
import { RefusedError } from "./errors.ts";

export interface TenantsFile {
  /** The file itself, behind any link. */
  readonly path: string;
  /** With a byte order mark, if there is one. */
  readonly bytes: Buffer;
  /** Without it. */
  readonly text: string;
}

/**
 * @param shown the name for messages.
 * @throws TenantsError for a file that the loader would not read either.
 */
export function readTenantsFile(path: string, shown: string): TenantsFile {
  const text = readSource(path, shown);
  return { path: realpathSync(path), bytes: readFileSync(path), text };
}

const MARK = "\uFEFF";

/**
 * Puts `text` in the file's place by a rename, so that a reader and a crash meet the old file or the new one.
 * @throws RefusedError when somebody has changed the file since it was read.
 */
export function replaceTenantsFile(file: TenantsFile, text: string, shown: string): void {
  const had = file.bytes.toString("utf8").startsWith(MARK);
  const temporary = `${file.path}.${process.pid}.new`;
  const descriptor = openSync(temporary, "wx");
  try {
    writeSync(descriptor, had ? MARK + text : text);
    fchmodSync(descriptor, statSync(file.path).mode & 0o777);
    fsyncSync(descriptor);
    if (!readFileSync(file.path).equals(file.bytes)) {
      throw new RefusedError({
        problem: "the file was changed by somebody else while this command ran.",
        given: shown,
        allowed: "one editor at a time",
        advice: "run the same command again.",
      });
    }
    renameSync(temporary, file.path);
  } finally {
    closeSync(descriptor);
    rmSync(temporary, { force: true });
  }
}

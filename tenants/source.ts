/** A file's text, or one fault that says why not. Never waits: what is not a regular file is not opened. */
import { isUtf8 } from "node:buffer";
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type Fault, TenantsError } from "./faults.ts";
import { MAX_BYTES } from "./prescan.ts";

const ALLOWED = `a regular file of UTF-8 text, at most ${MAX_BYTES / 1024 ** 2} MiB, inside the repository`;

function refuse(file: string, given: string, message: string, line = 1): never {
  const fault: Fault = { file, line, column: 1, tenant: undefined, field: "file", given, message, allowed: ALLOWED };
  throw new TenantsError([fault]);
}

const REASONS: Readonly<Record<string, readonly [given: string, message: string]>> = {
  ENOENT: ["no file", "there is no such file: check the path, or create it."],
  ENOTDIR: ["no file", "a part of the path is a file, not a folder: check the path."],
  EACCES: ["a file that may not be read", "the file cannot be read: give this user the right to read it."],
  EPERM: ["a file that may not be read", "the file cannot be read: give this user the right to read it."],
  ELOOP: ["a link to itself", "the links to the file go in a circle: name the file itself."],
  ENXIO: ["a socket or pipe", "is not a regular file: name a file that holds the text."],
};

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";

/** Runs `action`; what the system refuses becomes a fault. */
function orRefuse<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof TenantsError) throw error;
    const code = codeOf(error);
    const [given, message] = REASONS[code] ?? ["a file that cannot be read", `the system refused to read it (${code}).`];
    return refuse(file, given, message);
  }
}

/** The nearest folder above that looks like a repository, else the file's own. */
function repositoryOf(path: string): string {
  const home = dirname(path);
  for (let folder = home; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return home;
  }
}

function checkLink(path: string, file: string, root: string): void {
  const base = realpathSync(root);
  const real = realpathSync(path);
  if (real === base || real.startsWith(base.endsWith(sep) ? base : base + sep)) return;
  refuse(file, "a link to somewhere else", "the path leads by a link out of the repository: put the file itself there.");
}

function checkKind(stats: Stats, file: string): void {
  if (stats.isFile()) return;
  const given = stats.isDirectory() ? "a directory" : stats.isFIFO() ? "a pipe (FIFO)" : "a device or socket";
  refuse(file, given, "is not a regular file: name a file that holds the text.");
}

/** Reads one byte more than allowed at most, whatever size the system claims. */
function readBytes(path: string, file: string): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    checkKind(fstatSync(descriptor), file);
    const size = fstatSync(descriptor).size;
    if (size > MAX_BYTES) return refuse(file, `${size} bytes`, "is too large: remove what is not tenants.");
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += read;
      if (read === 0 || length > MAX_BYTES) break;
    }
    if (length > MAX_BYTES) return refuse(file, `more than ${MAX_BYTES} bytes`, "is too large: remove what is not tenants.");
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

const lineAt = (bytes: Buffer, end: number): number => bytes.subarray(0, end).reduce((n, byte) => n + (byte === 10 ? 1 : 0), 1);

/** The line of the first byte that is not UTF-8. */
function brokenLine(bytes: Buffer): number {
  for (let line = 1, start = 0; ; line++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(start, end)) || found < 0) return line;
    start = end + 1;
  }
}

const SAVE = "save the file as UTF-8.";

/** Bytes as text, if they are UTF-8 without NUL; a byte order mark of UTF-8 is dropped. */
export function decode(bytes: Buffer, file: string): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) refuse(file, "UTF-16", `the file is UTF-16: ${SAVE}`);
  const nul = bytes.indexOf(0);
  if (nul >= 0) refuse(file, "a NUL byte", `the file holds a NUL byte, so it is binary or UTF-16: ${SAVE}`, lineAt(bytes, nul));
  if (!isUtf8(bytes)) {
    refuse(file, "bytes that are not UTF-8", `the line is not UTF-8, perhaps Latin-1 or a Korean code page: ${SAVE}`, brokenLine(bytes));
  }
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

/**
 * The text of the file at `path`, shown as `file` in faults. Links are followed inside `root` alone.
 * @throws TenantsError with one fault.
 */
export function readSource(path: string, file: string, root?: string): string {
  const full = resolve(path);
  return orRefuse(file, () => {
    checkKind(statSync(full), file);
    checkLink(full, file, root ?? repositoryOf(full));
    return decode(readBytes(full, file), file);
  });
}

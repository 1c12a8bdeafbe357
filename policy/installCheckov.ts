import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../sandbox/cacheFolder.ts";
import { SandboxError } from "../sandbox/errors.ts";
import { run } from "../sandbox/process.ts";
import { installPythonParts } from "../sandbox/toolchain/python.ts";
import { makeWhole } from "../sandbox/wholeFolder.ts";
import type { CheckovOptions } from "./checkov.ts";

/** Pins checkov and all that it needs, with their hashes. */
export const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");

const CHECKOV = { name: "checkov", wheels: "CPython 3.11 and later on Linux" };

/**
 * checkov as policy/requirements.txt pins it, in the user's cache, installed on first use: 200 MB. Faults that the user can mend are
 * SandboxErrors.
 */
export async function ensureCheckov(log: (line: string) => void): Promise<CheckovOptions> {
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), `checkov-${key}`);
  const fault = pythonFault((await run("python3", ["--version"])).stdout);
  if (fault !== undefined) throw new SandboxError(fault);
  if (!existsSync(folder)) {
    log("checkov  installing (once, about a minute) …");
    await makeWhole(folder, (target) => installPythonParts(REQUIREMENTS, target, CHECKOV));
  }
  return { command: ["python3", join(folder, "bin", "checkov")], pythonPath: folder };
}

/** Why checkov does not run on the Python that answers so to `--version`; undefined when it does. */
export function pythonFault(answer: string): string | undefined {
  const needed = "checkov needs Python 3.11 or later, and";
  const [, version = "", major, minor] = /^Python ((\d+)\.(\d+)\S*)/.exec(answer) ?? [];
  if (version === "") return `${needed} there is no "python3" on PATH`;
  const enough = Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 11);
  return enough ? undefined : `${needed} the "python3" on PATH is ${version}`;
}

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SandboxError } from "./errors.ts";
import { type Log, waitUntil } from "./process.ts";
import { commandLine } from "./servers.ts";

/** An engine that was interrupted twice takes a moment to end. */
const PATIENCE_MS = 10_000;

const lockSchema = z.object({ pid: z.int().positive() });

/** The engine's processes that hold this stack's locks and are alive. */
function holders(folder: string): readonly number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => lockSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))).pid)
    // A pid may have been given to another program since.
    .filter((pid) => commandLine(pid).includes("pulumi"));
}

/**
 * Makes way for the engine: an engine that was killed leaves its lock, which would stop every later run until somebody removed it.
 * `state` is the folder of the engine's backend.
 * @throws SandboxError when an engine that is alive goes on holding the stack.
 */
export async function clearStaleLocks(state: string, project: string, stack: string, log: Log, patienceMs = PATIENCE_MS): Promise<void> {
  const folder = join(state, ".pulumi", "locks", "organization", project, stack);
  const [holder] = holders(folder);
  if (holder !== undefined) {
    log(`waiting for process ${holder}, which runs the engine on this data folder …`);
    if (!(await waitUntil(() => holders(folder).length === 0, patienceMs, 200))) {
      throw new SandboxError(`process ${holder} runs the engine on this data folder. Wait for its end, then run the same command again; or give this run a folder of its own with --data DIR`);
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

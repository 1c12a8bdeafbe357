import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Environment } from "./environment.ts";

/** Deletes a stopped environment whole: objects, databases, state, keys and logs. There is no way back. */
export async function removeEnvironment(env: Environment): Promise<void> {
  // Root's databases lie outside of the data folder, in a folder of the environment's own.
  const inside = env.paths.postgresData.startsWith(env.dataDir);
  if (!inside) await rm(dirname(env.paths.postgresData), { recursive: true, force: true });
  await rm(env.dataDir, { recursive: true, force: true });
}

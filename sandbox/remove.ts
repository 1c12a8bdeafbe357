import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Environment } from "./environment.ts";

/** Deletes a stopped environment whole: objects, databases, state, keys and logs. There is no way back. */
export async function removeEnvironment(env: Environment): Promise<void> {
  // Root's databases lie outside of the data folder, in a folder of the environment's own.
  const inside = env.paths.postgresData.startsWith(env.dataDir);
  if (!inside) await rm(dirname(env.paths.postgresData), { recursive: true, force: true });
  // Out of the way at once: half an environment, after a removal that was cut short, would be taken for one.
  const removed = `${env.dataDir}.removed`;
  await rm(removed, { recursive: true, force: true });
  await rename(env.dataDir, removed);
  await rm(removed, { recursive: true });
}

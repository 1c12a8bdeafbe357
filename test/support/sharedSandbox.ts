import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment } from "../../sandbox/environment.ts";
import { withLock } from "../../sandbox/lock.ts";
import { sandbox, succeed, TEST_DATA } from "./sandbox.ts";

const SHARED = join(TEST_DATA, "shared");

async function remove(): Promise<void> {
  if (existsSync(join(SHARED, "environment.json"))) await sandbox(SHARED, "remove");
}

/** Keeps a second run in the same clone waiting: both use the folders below TEST_DATA. Returns what ends the hold. */
async function holdFolders(): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  const locked = withLock(join(TEST_DATA, "lock"), "runs the e2e tests of this clone", console.log, () => {
    held.resolve(undefined);
    return ended.promise;
  });
  await held.promise;
  return async () => {
    ended.resolve(undefined);
    await locked;
  };
}

/**
 * One environment with the `local` stack for all e2e files that only look at it or add to it. Tests that change the stack
 * itself make an environment of their own. Workers find it through their environment variables.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const release = await holdFolders();
  await remove();
  const started = performance.now();
  console.log("e2e: starting a sandbox and deploying the local stack (the first time builds its parts, about 15 minutes) …");
  await succeed(SHARED, "up");
  console.log(`e2e: ready after ${Math.round((performance.now() - started) / 1000)} s`);
  const env = readEnvironment(SHARED);
  if (env === undefined) throw new Error(`the sandbox in ${SHARED} has no environment.json`);
  // Tests of SQL need a database that the stack has not closed.
  const scratch = await sandbox(SHARED, "psql", "-c", "CREATE DATABASE scratch");
  if (scratch.code !== 0) throw new Error(`no scratch database: ${scratch.stderr}`);
  const password = encodeURIComponent(readFileSync(env.paths.postgresPassword, "utf8"));
  process.env["SANDBOX_DATA"] = SHARED;
  process.env["SANDBOX_KUBECONFIG"] = env.paths.kubeconfig;
  process.env["SANDBOX_DATABASE_URL"] = `postgresql://postgres:${password}@127.0.0.1:${env.ports.postgres}/scratch?sslmode=disable`;
  return async () => {
    await remove();
    await release();
  };
}

import type { Environment } from "../environment.ts";
import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";

/** Arguments of `ip` for the route that makes every address of a range this machine's own. */
export const routeArgs = (verb: "add" | "del", range: string): readonly string[] => ["route", verb, "local", range, "dev", "lo"];

/** Makes the environment's pod addresses local; a route that a crash has left is as good. */
export async function addPodRoute(env: Environment): Promise<void> {
  const added = await run("ip", routeArgs("add", env.ranges.pods));
  if (added.code !== 0 && !/File exists/.test(added.stderr)) {
    throw new SandboxError(`the route for the pod addresses ${env.ranges.pods} could not be added: ${added.stderr.trim()}`);
  }
}

/** Takes the route away; true if there was one. */
export async function removePodRoute(env: Environment): Promise<boolean> {
  return (await run("ip", routeArgs("del", env.ranges.pods))).code === 0;
}

import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { StackConfig } from "../stacks/config.ts";
import deploy from "../stacks/index.ts";
import type { Options, StackCommand, StackName } from "./arguments.ts";
import { startControlPlane } from "./controlPlane/controlPlane.ts";
import { openStack, PROJECT, runOperation } from "./engine.ts";
import { clearStaleLocks } from "./engineLock.ts";
import { openEnvironment } from "./environment.ts";
import type { Interruption } from "./interruption.ts";
import { startPostgres, superuserPassword } from "./postgres/postgres.ts";
import type { Progress } from "./progress.ts";
import { serve } from "./providers/host.ts";
import { standInsFor } from "./standIns.ts";
import { ensureToolchain } from "./toolchain.ts";
import { prepareWorkspace, type ConfigChanges } from "./workspace.ts";

/** One operation on one stack. */
export interface StackRun {
  readonly kind: StackCommand;
  readonly stack: StackName;
  readonly options: Options;
}

/** What a test changes: the program, the AWS account that the credentials belong to, or the stack's config. */
export interface RunChanges {
  readonly program?: PulumiFn;
  readonly accountId?: string;
  readonly config?: ConfigChanges;
}

export interface Listening {
  readonly progress: Progress;
  readonly interruption: Interruption;
  readonly changes?: RunChanges;
  /** Hears every event of the engine. */
  readonly onEvent: (event: EngineEvent) => void;
  /** How far the run is, for the progress line. */
  readonly status: () => string;
}

/**
 * Starts what is not running yet, toolchain, servers and stand-ins, and runs one operation of the engine on the program. Returns
 * the engine's own last word when it did not end well, else undefined.
 */
export async function runEngine(run: StackRun, config: StackConfig, listening: Listening): Promise<string | undefined> {
  const { progress, interruption, changes = {}, onEvent, status } = listening;
  const toolchain = await ensureToolchain({ log: progress.log });
  const env = await openEnvironment(run.options.data, progress.log);
  await Promise.all([startControlPlane(env, toolchain, progress.log), startPostgres(env, toolchain, progress.log)]);
  const workspace = prepareWorkspace(env, run.stack, run.options, changes.config ?? {});
  await clearStaleLocks(workspace.state, PROJECT, run.stack, progress.log);
  const standIns = standInsFor(env, run.options, changes.accountId ?? config.aws?.accountId);
  const served = await Promise.all(standIns.map((standIn) => serve(standIn)));
  const stack = await openStack({
    pulumi: toolchain.pulumi,
    workspace,
    program: changes.program ?? deploy,
    providers: served.map(({ name, port }) => `${name}:${port}`),
    databasePassword: superuserPassword(env),
  });
  progress.start(() => `${run.kind} ${run.stack}: ${status()}`);
  const hear = (event: EngineEvent): void => {
    interruption.hear(event);
    onEvent(event);
  };
  interruption.engineStarts();
  return runOperation(stack, { command: run.kind, refresh: run.options.refresh }, hear, interruption.signal).finally(() => {
    interruption.engineEnded();
    progress.stop();
    for (const { stop } of served) stop();
  });
}

/** A preview in the sandbox: the engine, against what is deployed in a data folder. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { parseArguments } from "../sandbox/arguments.ts";
import { runEngine } from "../sandbox/engineRun.ts";
import { Interruption } from "../sandbox/interruption.ts";
import { isolate } from "../sandbox/isolation.ts";
import type { Progress } from "../sandbox/progress.ts";
import type { StackConfig } from "../stacks/config.ts";
import type { PlanCommand } from "./arguments.ts";

/** The engine's events of a preview, and its own last word where it could not run at all. */
export interface SandboxPreview {
  readonly events: readonly EngineEvent[];
  readonly lastWord: string | undefined;
}

export async function previewInSandbox({ stack, data, tenants }: PlanCommand, config: StackConfig, progress: Progress): Promise<SandboxPreview> {
  isolate();
  const own = [...(data === undefined ? [] : ["--data", data]), ...(tenants === undefined ? [] : ["--tenants", tenants])];
  const { options } = parseArguments(["preview", stack, ...own]);
  const events: EngineEvent[] = [];
  const lastWord = await runEngine({ kind: "preview", stack, options }, config, {
    progress,
    interruption: new Interruption(progress.log),
    onEvent: (event) => events.push(event),
    status: () => `${events.length} events`,
  });
  return { events, lastWord };
}

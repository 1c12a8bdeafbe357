import { dirname } from "node:path";
import { LocalWorkspace, PulumiCommand, type EngineEvent, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { Options, StackCommand } from "./arguments.ts";
import { messageOf } from "./errors.ts";
import { lacksPassword, type Workspace } from "./workspace.ts";

export const PROJECT = "privatesales";

export interface EngineOptions {
  readonly pulumi: string;
  readonly workspace: Workspace;
  readonly program: PulumiFn;
  /** `name:port` of the stand-ins that the engine attaches to instead of starting plugins. */
  readonly providers: readonly string[];
  readonly databasePassword: string;
}

/** Opens the stack, and makes it on the first run. */
export async function openStack(options: EngineOptions): Promise<Stack> {
  const { workspace, providers } = options;
  // Registrations ask for stack traces that nobody reads; without them Node needs a third of the time.
  Error.stackTraceLimit = 0;
  const pulumiCommand = await PulumiCommand.get({ root: dirname(dirname(options.pulumi)) });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: workspace.stack, projectName: PROJECT, program: options.program },
    {
      pulumiCommand,
      workDir: workspace.dir,
      envVars: {
        ...workspace.env,
        ...(providers.length === 0 ? {} : { PULUMI_DEBUG_PROVIDERS: providers.join(",") }),
      },
    },
  );
  if (lacksPassword(workspace)) {
    await stack.setConfig(`${PROJECT}:databasePassword`, { value: options.databasePassword, secret: true });
  }
  return stack;
}

/** What the engine itself said, out of the SDK's account of command line, outputs and stack. */
export function engineWords(message: string): string {
  return /^\s*(?:stderr: )?error: ([^]*?)(?=\n\s*(?:err\?|stderr|stdout): |$(?![^]))/m.exec(message)?.[1]?.trim() ?? message;
}

export interface Operation {
  readonly command: StackCommand;
  /** `first`: what is really there is read before it is compared. */
  readonly refresh: Options["refresh"];
}

/**
 * Runs one operation. A failure of single resources is told by events; what is returned is the engine's own last word
 * when it could not run at all, e.g. a locked stack, else undefined. `signal` makes the engine finish what is under way
 * and begin nothing new.
 */
export async function runOperation(
  stack: Stack,
  { command, refresh }: Operation,
  onEvent: (event: EngineEvent) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = { onEvent, signal, suppressOutputs: true, suppressProgress: true, color: "never" } as const;
  const planned = { ...options, refresh: refresh === "first" };
  try {
    switch (command) {
      case "up":
        // One tenant's failure must not stop another's.
        await stack.up({ ...planned, continueOnError: true });
        break;
      case "preview":
        await stack.preview(planned);
        break;
      case "refresh":
        await stack.refresh(options);
        break;
      case "destroy":
        await stack.destroy({ ...options, continueOnError: true });
        break;
      default:
        command satisfies never;
    }
    return undefined;
  } catch (error) {
    return engineWords(messageOf(error));
  }
}

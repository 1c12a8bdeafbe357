import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SandboxError } from "../sandbox/errors.ts";
import type { Resource } from "./rule.ts";
import { resourcesOf } from "./stackExport.ts";

/** What the engine's file backend keeps of a stack; `latest` is what `pulumi stack export` calls the deployment. */
const checkpointFile = z.object({ checkpoint: z.object({ latest: z.unknown() }) });

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new SandboxError(`${file} is no JSON: ${error.message}`);
    throw error;
  }
}

/** The stack in `urn:pulumi:<stack>::…`. */
const stackOf = (resources: readonly Resource[]): string | undefined => /^urn:pulumi:(?<stack>[^:]+)::/.exec(resources[0]?.urn ?? "")?.groups?.["stack"];

function ofStack(exported: unknown, stack: string, file: string, command: string): readonly Resource[] {
  const resources = parse(exported, file);
  if (resources.length === 0) throw new SandboxError(`the stack in ${file} holds no resource. Make it with: ${command}`);
  const found = stackOf(resources);
  if (found !== stack) throw new SandboxError(`${file} holds the stack ${String(found)}, and the rules of ${stack} were asked for`);
  return resources;
}

function parse(exported: unknown, file: string): readonly Resource[] {
  try {
    return resourcesOf(exported);
  } catch (error) {
    if (error instanceof z.ZodError) throw new SandboxError(`${file} is no export of a stack: ${z.prettifyError(error)}`);
    throw error;
  }
}

/**
 * The resources of a stack that a sandbox's data folder holds.
 * @throws SandboxError with the command that makes it, when there is none.
 */
export function readSandboxState(data: string, stack: string, command: string): readonly Resource[] {
  const file = join(data, "state/.pulumi/stacks/privatesales", `${stack}.json`);
  const owner = join(data, "workspace/stack");
  const holder = existsSync(owner) ? readFileSync(owner, "utf8") : stack;
  if (holder !== stack) throw new SandboxError(`${data} holds the stack ${holder}, and the rules of ${stack} were asked for`);
  if (!existsSync(file)) throw new SandboxError(`there is no stack ${stack} in ${data}. Make it with: ${command}`);
  const { checkpoint } = checkpointFile.parse(readJson(file));
  return ofStack({ deployment: checkpoint.latest ?? {} }, stack, file, command);
}

/**
 * The resources in a file that `pulumi stack export --file` wrote.
 * @throws SandboxError when it is none, or another stack's.
 */
export function readExport(file: string, stack: string): readonly Resource[] {
  const command = `pulumi stack export --stack ${stack} --file ${file}`;
  if (!existsSync(file)) throw new SandboxError(`there is no file ${file}. Make it with: ${command}`);
  return ofStack(readJson(file), stack, file, `pulumi up --stack ${stack}, then ${command}`);
}

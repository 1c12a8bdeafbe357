import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import deploy from "../../stacks/index.ts";
import type { StackName } from "../../sandbox/arguments.ts";
import { flatConfig } from "../../sandbox/workspace.ts";
import { record, type Recorded } from "./record.ts";
import { ROOT } from "./sandbox.ts";

export interface ProgramOptions {
  /** Config keys without `privatesales:`, as text or JSON, over the stack's own. */
  readonly config?: Readonly<Record<string, string>>;
  /** Absolute path; default the project's own. */
  readonly tenantsFile?: string;
}

/** The whole program of a stack under recording mocks, with the config file that an operator keeps for it. */
export function recordProgram(stack: StackName, options: ProgramOptions = {}): Promise<readonly Recorded[]> {
  const own = { tenantsFile: options.tenantsFile ?? join(ROOT, "tenants/tenants.yaml"), ...options.config };
  const over = Object.fromEntries(Object.entries(own).map(([key, value]) => [`privatesales:${key}`, value]));
  return record(() => {
    pulumi.runtime.setAllConfig({ ...flatConfig(stack), ...over });
    return deploy();
  }, undefined, stack);
}

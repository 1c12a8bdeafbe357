import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { z } from "zod";
import { parseConfig } from "../../stacks/config.ts";
import { program } from "../../stacks/index.ts";
import type { StackName } from "../../sandbox/arguments.ts";
import { awsCloud } from "./awsCloud.ts";
import { record, type Recorded } from "./record.ts";
import { ROOT } from "./sandbox.ts";

export interface ProgramOptions {
  /** Config keys without `privatesales:`, as text or JSON, over the stack's own. */
  readonly config?: Readonly<Record<string, string>>;
  /** Absolute path; default the project's own. */
  readonly tenantsFile?: string;
  /** Account of the credentials. Default: the one that the stack's file names. */
  readonly credentialsOf?: string;
}

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/**
 * A stack's config file as the engine hands it to the program: text, and JSON for what is none. Secrets are those that the
 * file's own comments tell its operator to set, so that a file which forgets one fails here.
 */
export function configOf(stack: StackName): Readonly<Record<string, string>> {
  const text = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
  const secrets = [...text.matchAll(/pulumi config set --secret (\S+)/g)].map(([, key = ""]) => [key, "https://secret.test"] as const);
  const entries = Object.entries({ ...stackFile.parse(parse(text)).config, ...Object.fromEntries(secrets) });
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

/** The account that the stack's file names; any, for one that has nothing on AWS. */
const accountOf = (stack: StackName): string => parseConfig(configOf(stack), stack).aws?.accountId ?? "111122223333";

/** The whole program of a stack under recording mocks, with the config file that an operator keeps for it. */
export function recordProgram(stack: StackName, options: ProgramOptions = {}): Promise<readonly Recorded[]> {
  // Under mocks there is no other stack whose gates could be read.
  const own = { promotion: JSON.stringify({ kind: "none" }), tenantsFile: options.tenantsFile ?? join(ROOT, "tenants/tenants.yaml"), ...options.config };
  const over = Object.fromEntries(Object.entries(own).map(([key, value]) => [`privatesales:${key}`, value]));
  return record(() => {
    pulumi.runtime.setAllConfig({ ...configOf(stack), ...over });
    // Nothing answers under mocks.
    return program(() => Promise.resolve({}))();
  }, undefined, stack, awsCloud(options.credentialsOf ?? accountOf(stack)));
}

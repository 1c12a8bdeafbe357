import { runtime, type CustomResourceOptions } from "@pulumi/pulumi";
import { parseArguments } from "../../sandbox/arguments.ts";
import { isolate } from "../../sandbox/isolation.ts";
import { Progress } from "../../sandbox/progress.ts";
import { runStack } from "../../sandbox/run.ts";
import deploy from "../../stacks/index.ts";

/**
 * The sandbox's `up` with one thing changed: the Deployments of the tenant in IMPATIENT_FOR are awaited for seconds, not for the
 * ten minutes that the plugin gives them, so that a test can wait for one that never gets ready.
 */

const WAIT = "20s";
const prefix = `${process.env["IMPATIENT_FOR"] ?? ""}-`;
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const impatient = (options: CustomResourceOptions): CustomResourceOptions => ({ ...options, customTimeouts: { create: WAIT, update: WAIT } });

function program(): ReturnType<typeof deploy> {
  runtime.registerStackTransformation(({ type, name, props, opts }) => (type === DEPLOYMENT && name.startsWith(prefix) ? { props, opts: impatient(opts) } : undefined));
  return deploy();
}

isolate();
const command = parseArguments(process.argv.slice(2));
if (command.kind !== "up") throw new Error(`only up is impatient, not ${command.kind}`);
process.exitCode = await runStack(command, new Progress(process.stderr), { program });

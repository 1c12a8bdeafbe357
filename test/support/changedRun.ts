import { runtime, type ResourceTransformation } from "@pulumi/pulumi";
import { parseArguments, STACK_COMMANDS } from "../../sandbox/arguments.ts";
import { isolate } from "../../sandbox/isolation.ts";
import { Progress } from "../../sandbox/progress.ts";
import { runStack } from "../../sandbox/run.ts";
import deploy from "../../stacks/index.ts";
import { changesSchema } from "./changes.ts";

/**
 * The sandbox's `up`, `preview` and the like with what CHANGES says, as JSON: other values in the stack's config, credentials of another
 * account, another version of an engine, addresses of other servers, or a program that says which cluster writes.
 */

const CLUSTER = "aws:rds/cluster:Cluster";
const changes = changesSchema.parse(JSON.parse(process.env["CHANGES"] ?? "{}"));

/** As an edit of AWS_ENGINES in components/shared/versions.ts would. */
const otherEngine =
  (engineVersion: string): ResourceTransformation =>
  ({ type, props, opts }) =>
    type === CLUSTER || type === "aws:rds/globalCluster:GlobalCluster" ? { props: { ...props, engineVersion }, opts } : undefined;

/** As a program would that takes a cluster's birth for its role. */
const pinnedWriter: ResourceTransformation = ({ type, name, props, opts }) =>
  type === CLUSTER && name === changes.pinnedWriter ? { props: { ...props, replicationSourceIdentifier: "" }, opts: { ...opts, ignoreChanges: ["engineVersion"] } } : undefined;

function program(): ReturnType<typeof deploy> {
  if (changes.auroraVersion !== undefined) runtime.registerStackTransformation(otherEngine(changes.auroraVersion));
  if (changes.pinnedWriter !== undefined) runtime.registerStackTransformation(pinnedWriter);
  runtime.setAllConfig({ ...runtime.allConfig(), ...changes.handedOver });
  return deploy();
}

isolate();
// From level 3 on Pulumi's SDK for Node writes each answer of the engine as it is, secrets included.
if (changes.engineLogs !== undefined) Object.assign(process.env, { PULUMI_OPTION_VERBOSE: "2", TMPDIR: changes.engineLogs });
const command = parseArguments(process.argv.slice(2));
if (!("stack" in command)) throw new Error(`a changed run is one of ${STACK_COMMANDS.join(", ")}, not ${command.kind}`);
const { accountId, config } = changes;
process.exitCode = await runStack(command, new Progress(process.stderr), {
  program,
  ...(accountId === undefined ? {} : { accountId }),
  ...(config === undefined ? {} : { config }),
});

import { assertCapacity } from "../stacks/capacity.ts";
import { ConfigError, parseConfig, type StackConfig } from "../stacks/config.ts";
import { readTenants, TenantsError } from "../stacks/tenants.ts";
import { hostsOf } from "../tenants/hosts.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { defaultData, type Options, type StackCommand } from "./arguments.ts";
import { runEngine, type RunChanges, type StackRun } from "./engineRun.ts";
import { readEnvironment } from "./environment.ts";
import { SandboxError } from "./errors.ts";
import { Interruption } from "./interruption.ts";
import { whyNoMesh } from "./mesh/ability.ts";
import { bringUpMesh } from "./mesh/bringUp.ts";
import { stopMesh } from "./mesh/mesh.ts";
import { changesText, countsLine, edgeText, failureText, simulatedText, styleFor, tenantTable } from "./output.ts";
import type { Log } from "./process.ts";
import type { Progress } from "./progress.ts";
import { RunLog, type Failure, type RunReport } from "./report.ts";
import { flatConfig, type ConfigChanges } from "./workspace.ts";

/** Step B of the provisioning flow, before any server is started: config and tenants file are free of faults. */
function validate(run: StackRun, changes: ConfigChanges): { readonly config: StackConfig; readonly tenants: readonly Tenant[] } {
  try {
    const config = parseConfig(flatConfig(run.stack, changes), run.stack);
    const tenants = readTenants(run.options.tenants ?? config.tenantsFile, config);
    assertCapacity(config, tenants);
    return { config, tenants };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof TenantsError)) throw error;
    const refused = error instanceof TenantsError ? error.faults : [{ message: error.message }];
    if (run.options.json) console.log(JSON.stringify({ stack: run.stack, command: run.kind, refused }));
    throw new SandboxError(error.message);
  }
}

/** Runs one operation of the program with all of its servers, tells what came of it, and returns the exit code. */
export async function runStack(run: StackRun, progress: Progress, changes: RunChanges = {}): Promise<number> {
  const started = performance.now();
  const interruption = new Interruption(progress.log);
  const { config, tenants } = validate(run, changes.config ?? {});
  const style = styleFor(process.stderr, process.env);
  const log = new RunLog(tenants.map((tenant) => tenant.id));
  const tell = (failure: Failure | undefined): void => {
    if (failure !== undefined) progress.log(failureText(failure, style));
  };
  const last = await runEngine(run, config, {
    ...{ progress, interruption, changes },
    onEvent: (event) => {
      tell(log.add(event));
    },
    status: () => `${log.size} resources`,
  });
  // The engine's closing words repeat what the events told; they count when no event told anything.
  if (last !== undefined && interruption.exitCode === undefined && log.report().failures.length === 0) tell(log.fail(last));
  const report = log.report();
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  if (run.options.json) {
    console.log(JSON.stringify({ stack: run.stack, command: run.kind, seconds, ...report }));
  } else {
    if (report.interrupted) console.log(`\n${interruptedText(run, seconds, report)}`);
    else printResult(run, report, tenants, config, seconds);
  }
  const well = report.failures.length === 0;
  if (run.kind === "destroy" && well) await endVisits(run.options.data, progress.log);
  if (run.options.mesh === "wanted" && well && !report.interrupted) await visits(run.options, progress.log);
  return interruption.exitCode ?? (well ? 0 : 1);
}

/** A mesh outlives neither the objects that it serves nor the namespaces that hold its keys. */
async function endVisits(data: string, log: Log): Promise<void> {
  const env = readEnvironment(data);
  if (env !== undefined) await stopMesh(env, log);
}

/** Starts the mesh after the deployment has been told of, and says how to visit the shops, or in one line why not. */
async function visits({ data, json }: Options, log: Log): Promise<void> {
  const env = readEnvironment(data);
  if (env === undefined) return;
  const reason = await whyNoMesh();
  const text = reason === undefined ? await bringUpMesh(env, log) : `no visits      the mesh does not run here: ${reason}`;
  // With --json, standard output is the report's.
  if (json) log(text);
  else console.log(`\n${text}`);
}

const AFTER_FAILURE: Readonly<Record<StackCommand, string>> = {
  up: "Nothing was deleted; what could be made is made, and the same command completes the rest once the cause is mended.",
  preview: "Nothing was written.",
  refresh: "The state is as it was where nothing could be read.",
  destroy: "What could be deleted is gone; the same command goes on once the cause is mended.",
};

const interruptedText = (run: StackRun, seconds: number, { counts }: RunReport): string =>
  `${styleFor(process.stdout, process.env).red(`${run.kind} of ${run.stack} interrupted after ${seconds} s.`)} ` +
  `What was made is recorded; the same command takes up from here.\n${countsLine(counts)}`;

function printResult(run: StackRun, report: RunReport, tenants: readonly Tenant[], config: StackConfig, seconds: number): void {
  const style = styleFor(process.stdout, process.env);
  const failed = report.failures.length;
  if (run.kind === "preview" || run.kind === "refresh") console.log(changesText(report));
  if (run.kind === "up") {
    const rows = report.tenants.map((row) => {
      const tenant = tenants.find(({ id }) => id === row.id);
      return { ...row, state: tenant?.state ?? "", host: tenant === undefined ? "" : hostsOf(tenant, config.domain).primary };
    });
    console.log(`\n${[tenantTable(rows, style), simulatedText(report), edgeText(report), lookAround(run, tenants)].filter((text) => text !== "").join("\n\n")}`);
  }
  const outcome =
    failed === 0
      ? style.green(`${run.kind} of ${run.stack} done in ${seconds} s`)
      : style.red(`${run.kind} of ${run.stack} failed after ${seconds} s: ${failed} reported above. `) + AFTER_FAILURE[run.kind];
  console.log(`\n${outcome}\n${countsLine(report.counts)}`);
}

function lookAround({ stack, options }: StackRun, tenants: readonly Tenant[]): string {
  const data = options.data === defaultData("local") ? "" : `--data ${options.data} `;
  const id = tenants[0]?.id ?? "dior";
  return [
    `look at it     npm run sandbox -- ${data}kubectl get all -n tenant-${id}`,
    `               npm run sandbox -- ${data}psql -c '\\dn'`,
    `change it      edit tenants/tenants.yaml, then ${stack === "local" ? "npm start" : `npm run sandbox -- ${data}up ${stack}`}`,
    `end it         npm run sandbox -- ${data}stop`,
  ].join("\n");
}

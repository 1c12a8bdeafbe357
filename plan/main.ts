/** `npm run plan -- <stack>`: what the next deployment would do, as Markdown for a pull request. */
import { readFileSync } from "node:fs";
import { ConfigError, parseConfig, type StackConfig } from "../stacks/config.ts";
import { readTenants, TenantsError } from "../stacks/tenants.ts";
import { messageOf, SandboxError } from "../sandbox/errors.ts";
import { Progress } from "../sandbox/progress.ts";
import { flatConfig } from "../sandbox/workspace.ts";
import { parseArguments, UsageError, USAGE, type PlanCommand } from "./arguments.ts";
import { NoPreviewError, planOfEvents, planOfText } from "./events.ts";
import { markdownOf } from "./markdown.ts";
import type { Plan } from "./model.ts";
import { EXIT_CODES, reportOf, type PlanReport } from "./report.ts";

async function planOf(command: PlanCommand, config: StackConfig): Promise<Plan> {
  if (command.events !== undefined) return planOfText(readFileSync(command.events === "-" ? 0 : command.events, "utf8"));
  // The engine and the program take a second to load; a file of events does without.
  const { previewInSandbox } = await import("./sandboxPreview.ts");
  const { events, lastWord } = await previewInSandbox(command, config, new Progress(process.stderr));
  const plan = planOfEvents(events);
  const isTold = lastWord === undefined || plan.failures.some(({ urn }) => urn !== undefined);
  return isTold ? plan : { ...plan, failures: [...plan.failures, { urn: undefined, message: lastWord }] };
}

/** The report without the properties of resources, which may be large and are in the Markdown. */
const jsonOf = (report: PlanReport): string =>
  JSON.stringify({
    ...report,
    groups: report.groups.map(({ tenant, counts, steps }) => ({
      tenant: tenant ?? null,
      counts,
      steps: steps.map(({ op, name, type, diff }) => ({ op, name, type, fields: diff.map(({ path }) => path) })),
    })),
    risks: report.risks.map(({ step, danger, what }) => ({ resource: step.name, type: step.type, danger, what })),
  });

async function run(command: PlanCommand): Promise<number> {
  const config = parseConfig(flatConfig(command.stack), command.stack);
  const tenants = readTenants(command.tenants ?? config.tenantsFile, config);
  const plan = await planOf(command, config);
  const report = reportOf(plan, { stack: command.stack, tenantIds: tenants.map(({ id }) => id), bill: config.aws === undefined ? "none" : "aws" });
  console.log(command.json ? jsonOf(report) : markdownOf(report, command.limit));
  return EXIT_CODES[report.outcome];
}

/** Faults that the user can mend; anything else is one of this program, and shows its stack. */
const EXPECTED = [ConfigError, TenantsError, SandboxError, UsageError, NoPreviewError] as const;
const isExpected = (error: unknown): boolean => EXPECTED.some((kind) => error instanceof kind) || (error instanceof Error && "code" in error && "path" in error);

try {
  const command = parseArguments(process.argv.slice(2));
  if (command === "help") console.log(USAGE);
  else process.exitCode = await run(command);
} catch (error) {
  process.exitCode = EXIT_CODES.error;
  if (!isExpected(error)) throw error;
  console.error(messageOf(error));
}

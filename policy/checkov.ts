import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { z } from "zod";
import type { Resource } from "./rule.ts";
import { suppress, type Excused, type Suppression } from "./suppressions.ts";
import { renderPlan } from "./terraform.ts";
import { isRecord } from "./values.ts";

export interface CheckovOptions {
  /** Program and its first arguments: `["checkov"]`, or a python with the path of checkov's script. */
  readonly command: readonly [string, ...string[]];
  /** Folder with checkov and what it needs, put on PYTHONPATH. Default: whatever the command finds itself. */
  readonly pythonPath?: string;
  /** Ids to run. Default: all that know Terraform. */
  readonly checks?: readonly string[];
  /** Seconds. Default: 300. */
  readonly timeout?: number;
}

export interface FailedCheck {
  /** Id of the check. */
  readonly rule: string;
  readonly title: string;
  /** Address in the plan. */
  readonly address: string;
  readonly resource: Resource;
}

export interface CheckovReport {
  readonly passed: number;
  readonly failed: readonly FailedCheck[];
}

const check = z.object({ check_id: z.string(), check_name: z.string().nullish(), resource: z.string() });
const results = z.object({
  results: z.object({ passed_checks: z.array(check), failed_checks: z.array(check), parsing_errors: z.array(z.string()) }),
});

const NOTHING = { passed_checks: [], failed_checks: [], parsing_errors: [] };

/** Has checkov, which knows nothing of Pulumi, judge the resources of AWS as a Terraform plan. */
export async function runCheckov(resources: readonly Resource[], options: CheckovOptions): Promise<CheckovReport> {
  const { plan, origins } = renderPlan(resources);
  const folder = await mkdtemp(join(tmpdir(), "checkov-"));
  try {
    const file = join(folder, "plan.json");
    await writeFile(file, JSON.stringify(plan, undefined, 1));
    return readReport(await start(file, options), origins);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads `checkov -o json`. Nothing judged is an error: it would look like a clean report. */
export function readReport(output: string, origins: ReadonlyMap<string, Resource>): CheckovReport {
  const answer: unknown = JSON.parse(output);
  // Where no check applies to anything, checkov answers with bare counters.
  const idle = isRecord(answer) && answer["failed"] === 0 && answer["passed"] === 0 && !("results" in answer);
  const found = idle ? NOTHING : results.parse(answer).results;
  if (found.parsing_errors.length > 0) throw new Error(`checkov could not read the plan: ${found.parsing_errors.join(", ")}`);
  if (found.passed_checks.length + found.failed_checks.length === 0) throw new Error("checkov judged nothing: the plan has no resource that it knows");
  return {
    passed: found.passed_checks.length,
    failed: found.failed_checks.map(({ check_id: rule, check_name: title, resource: address }) => {
      const resource = origins.get(address);
      if (resource === undefined) throw new Error(`checkov names ${address}, which is not in the plan`);
      return { rule, title: title ?? rule, address, resource };
    }),
  };
}

/** What is left of checkov's findings after the written exceptions, and the exceptions that excused nothing. */
export const judgeReport = (
  { failed }: CheckovReport,
  suppressions: readonly Suppression[],
  stack: string,
): { readonly open: readonly FailedCheck[]; readonly excused: readonly Excused<FailedCheck>[]; readonly unused: readonly string[] } => suppress(failed, suppressions, stack);

/** Looks nothing up on the network: no account, no external checks. */
function start(file: string, { command: [program, ...first], pythonPath, checks, timeout = 300 }: CheckovOptions): Promise<string> {
  const args = [...first, "--file", file, "--framework", "terraform_plan", "--output", "json", "--compact", "--soft-fail", "--skip-download", "--skip-results-upload"];
  const only = checks === undefined ? [] : ["--check", checks.join(",")];
  const path = [pythonPath, process.env["PYTHONPATH"]].filter((one) => one !== undefined && one !== "").join(delimiter);
  const env = { ...process.env, ...(path === "" ? {} : { PYTHONPATH: path }), LOG_LEVEL: "ERROR", CHECKOV_RUN_SCA_PACKAGE_SCAN_V2: "false" };
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, ...only], { env, stdio: ["ignore", "pipe", "pipe"], timeout: timeout * 1000 });
    const output = { out: "", error: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.error += text));
    child.on("error", (error) => {
      reject(new Error(`checkov does not start: ${error.message}. Install policy/requirements.txt and give its path`));
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output.out);
      else reject(new Error(`checkov ended with ${String(signal ?? code)}: ${output.error.trim().split("\n").slice(-5).join("\n")}`));
    });
  });
}

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import type { RunReport } from "../../sandbox/report.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Below it every environment of the tests; `npm test` removes what an interrupted run left there. */
export const TEST_DATA = join(ROOT, ".sandbox-test");

/** What a command of the sandbox came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run sandbox -- …` without npm, as a process of its own, as a user's would be. */
export const sandbox = (data: string, ...args: readonly string[]): Promise<Outcome> => script("sandbox/cli.ts", {}, "--data", data, ...args);

/** Runs a script of the project to its end, with `env` on top of this process's environment. */
export function script(file: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, file), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, stdout, stderr });
    });
  });
}

/** The report of a run with `--json`; an outcome without one is an error that shows what was printed. */
export function reportOf(outcome: Outcome): RunReport {
  try {
    return JSON.parse(outcome.stdout) as RunReport;
  } catch {
    throw new Error(`no report; exit code ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
  }
}

/** A run that has to succeed. */
export async function succeed(data: string, ...args: readonly string[]): Promise<RunReport> {
  const outcome = await sandbox(data, ...args, "--json");
  if (outcome.code !== 0) throw new Error(`exit code ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
  return reportOf(outcome);
}

type Entry = Record<string, unknown> & { id: string };

/** The project's own tenants file as data, to be changed by a test. */
export function tenantEntries(): Entry[] {
  const file = parse(readFileSync(join(ROOT, "tenants/tenants.yaml"), "utf8")) as { tenants: Entry[] };
  return file.tenants;
}

/** Writes a tenants file for `--tenants` and returns its path. */
export function writeTenants(name: string, entries: readonly Entry[]): string {
  const folder = join(TEST_DATA, "tenants");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({ version: 1, tenants: entries }));
  return file;
}

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Write } from "./auditLog.ts";
import { witness } from "./inspect.ts";
import { ROOT, type Outcome } from "./sandbox.ts";

/** Interrupting a run as a person or a process manager does. */

export type Interrupt = (run: ChildProcess) => void;

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error("the run did not start");
  return pid;
};

/** As a terminal sends Ctrl-C: to every process of the foreground group. */
export const ctrlC: Interrupt = (run) => {
  process.kill(-pidOf(run), "SIGINT");
};

/** To the one process, as `kill` does. */
export const terminate: Interrupt = (run) => {
  process.kill(pidOf(run), "SIGTERM");
};

export interface Interrupted extends Outcome {
  /** From the interrupt to the end of the process. */
  readonly seconds: number;
}

function begun(data: string): (resource: string) => boolean {
  const log = join(data, "audit.log");
  const now = existsSync(log) ? witness(data) : undefined;
  const isDone = (resource: string) => ({ verb, object, dryRun }: Write): boolean => verb === "create" && !dryRun && object.includes(`/${resource}/`);
  return (resource) => existsSync(log) && (now ?? witness(data, "start")).writes().some(isDone(resource));
}

/** Starts an `up`, and interrupts it when the API server has been asked to make an object of `resource`, e.g. `deployments`. */
export async function interruptedUp(data: string, tenants: string, resource: string, interrupt: Interrupt): Promise<Interrupted> {
  const hasBegun = begun(data);
  const run = spawn(process.execPath, [join(ROOT, "sandbox/cli.ts"), "--data", data, "up", "--tenants", tenants], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  run.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  run.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // A process that a signal has ended by itself has no exit code: it did not take the signal.
  const ended = new Promise<number>((resolve) => run.on("close", (code) => {
    resolve(code ?? -1);
  }));
  while (!hasBegun(resource)) {
    if (run.exitCode !== null) throw new Error(`the run ended before it made any ${resource}\n${stderr}`);
    await wait(50);
  }
  const start = performance.now();
  interrupt(run);
  const code = await ended;
  return { code, stdout, stderr, seconds: (performance.now() - start) / 1000 };
}

/** Processes of the engine that work on this data folder. */
export const enginesOf = (data: string): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PULUMI_BACKEND_URL=file://${data}/`);
    } catch {
      return false;
    }
  });

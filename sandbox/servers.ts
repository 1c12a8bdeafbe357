import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, SandboxError } from "./errors.ts";
import { type ServerCommand, sleep, startServer, waitUntil } from "./process.ts";

/** One server process of an environment. */
export interface ServerRecord {
  /** Names the pid file. */
  readonly name: string;
  /** The data folder of the environment. */
  readonly dataDir: string;
  /** A path that only this server's command line holds; a recycled pid is told by its absence. */
  readonly marker: string;
  /** Where its output goes. */
  readonly logFile: string;
}

const pidFile = (server: ServerRecord): string => join(server.dataDir, "run", `${server.name}.pid`);

/** The pid of the server if it runs and is ours, else undefined. */
export function runningPid(server: ServerRecord): number | undefined {
  const pid = readPid(pidFile(server));
  return pid !== undefined && commandLine(pid).includes(server.marker) ? pid : undefined;
}

/** Starts the server and records its pid before anything else can fail. */
export async function start(server: ServerRecord, command: ServerCommand): Promise<number> {
  mkdirSync(join(server.dataDir, "run"), { recursive: true });
  mkdirSync(dirname(server.logFile), { recursive: true });
  const pid = await startServer(command, server.logFile);
  writeFileSync(pidFile(server), `${String(pid)}\n`);
  return pid;
}

/** Ends the server: SIGTERM (or `signal`), and SIGKILL when it is still there after `graceMs`. True if it ran. */
export async function stop(
  server: ServerRecord,
  signal: NodeJS.Signals = "SIGTERM",
  graceMs = 10_000,
): Promise<boolean> {
  const pid = runningPid(server);
  if (pid !== undefined) {
    kill(pid, signal);
    if (!(await waitUntil(() => runningPid(server) === undefined, graceMs, 20))) {
      kill(pid, "SIGKILL");
      if (!(await waitUntil(() => runningPid(server) === undefined, 5_000, 20))) {
        throw new SandboxError(`${server.name} (process ${String(pid)}) does not end, not even by SIGKILL`);
      }
    }
  }
  rmSync(pidFile(server), { force: true });
  return pid !== undefined;
}

/** Asks `probe` until it says true; a server that ends first, or takes longer, is an error with the end of its log. */
export async function waitForServer(
  server: ServerRecord,
  probe: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await probe())) {
    const fault = faultOf(server, performance.now() > end ? timeoutMs : undefined);
    if (fault !== undefined) throw new SandboxError(`${fault}. The end of ${server.logFile}:\n${logTail(server)}`);
    await sleep(50);
  }
}

function faultOf(server: ServerRecord, waitedMs: number | undefined): string | undefined {
  if (runningPid(server) === undefined) return `${server.name} ended while it was starting`;
  return waitedMs === undefined ? undefined : `${server.name} is not ready after ${String(waitedMs / 1000)} s`;
}

/** The last lines of a server's log, for an error message. */
function logTail(server: ServerRecord, lines = 8): string {
  try {
    return readFileSync(server.logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "(no log)";
  }
}

/** Resident memory in MiB; 0 when the process is gone. */
export function residentMiB(pid: number): number {
  const text = process.platform === "linux" ? proc(pid, "status").replace(/^[^]*VmRSS:/, "") : ps(pid, "rss=");
  const kib = Number.parseInt(text, 10);
  return Number.isNaN(kib) ? 0 : Math.round(kib / 1024);
}

function readPid(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

/** How a process was started; empty when there is none. */
export function commandLine(pid: number): string {
  return process.platform === "linux" ? proc(pid, "cmdline") : ps(pid, "args=");
}

// Small Linux images have no ps.
function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync("ps", ["-ww", "-o", column, "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself in the meantime.
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Takes one line of progress, without the line end. */
export type Log = (line: string) => void;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Written to the child's standard input. */
  readonly input?: string;
}

export interface RunResult {
  /** The exit code; 127 when the program does not exist, 128 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and collects what it prints; a failure is a code, never a rejection. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { input, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...spawnOptions, stdio: "pipe" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error) => {
      resolve({ code: 127, stdout: "", stderr: error.message });
    });
    child.on("close", (code) => {
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? 128, stdout: text(stdout), stderr: text(stderr) });
    });
    // A child that ends before it has read its input is reported by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Starts a server that outlives this process, with its output appended to `logFile`, and returns its pid.
 * The log is opened here, so that a server under another user id needs no right to its folder.
 */
export function startServer(command: ServerCommand, logFile: string): Promise<number> {
  const { file, args, ...options } = command;
  const output = openSync(logFile, "a", 0o600);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(file, args, { ...options, detached: true, stdio: ["ignore", output, output] });
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      if (child.pid === undefined) reject(new Error(`${file} started without a process id`));
      else resolve(child.pid);
    });
  }).finally(() => {
    closeSync(output);
  });
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks `probe` every `intervalMs` until it says true; false when `timeoutMs` have passed. */
export async function waitUntil(
  probe: () => boolean | Promise<boolean>,
  timeoutMs: number,
  intervalMs = 50,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await probe()) return true;
    if (performance.now() >= end) return false;
    await sleep(intervalMs);
  }
}

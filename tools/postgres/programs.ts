import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ToolError } from "../errors.ts";
import { libpqEnvironment, type Login } from "./server.ts";

export type Program = "pg_dump" | "pg_restore" | "pg_amcheck";

/** Where PostgreSQL's own programs are, and what ends them early. */
export interface Programs {
  /** Folder; undefined looks on PATH. */
  readonly folder: string | undefined;
  readonly signal: AbortSignal;
}

/** A program under way. `done` rejects with what it said on standard error. */
export interface Running {
  readonly stdout: Readable;
  readonly done: Promise<void>;
}

function environmentOf(login: Login | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PG") && !name.endsWith("_URL"));
  return { ...Object.fromEntries(own), LC_ALL: "C", ...(login === undefined ? {} : libpqEnvironment(login)) };
}

/** Starts one. Standard output has to be read. */
export function start(programs: Programs, program: Program, args: readonly string[], login?: Login): Running {
  const file = programs.folder === undefined ? program : join(programs.folder, program);
  const child = spawn(file, args, { env: environmentOf(login), stdio: ["ignore", "pipe", "pipe"], signal: programs.signal });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-4000)));
  const done = new Promise<void>((resolve, reject) => {
    child.on("error", (error) => {
      reject("code" in error && error.code === "ENOENT" ? absent(program, file) : error);
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(failed(program, `${code === null ? `signal ${signal ?? ""}` : `exit code ${code}`}: ${stderr.trim()}`));
    });
  });
  // Whoever reads standard output may fail first; the reason is still there when `done` is awaited.
  done.catch(() => undefined);
  return { stdout: child.stdout, done };
}

/** Runs one to its end and returns what it printed. */
export async function output(programs: Programs, program: Program, args: readonly string[], login?: Login): Promise<string> {
  const { stdout, done } = start(programs, program, args, login);
  let text = "";
  stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await done;
  return text;
}

/** `18` of `pg_restore (PostgreSQL) 18.6`. */
export async function majorOf(programs: Programs, program: Program): Promise<{ readonly major: number; readonly text: string }> {
  const text = (await output(programs, program, ["--version"])).trim();
  return { major: Number(/ (\d+)/.exec(text.replace(/\(.*\)/, ""))?.[1] ?? 0), text };
}

const absent = (program: Program, file: string): ToolError =>
  new ToolError({
    problem: `${program} was not found.`,
    given: file,
    allowed: "PostgreSQL's client programs, of the server's major version or later",
    advice: "name their folder with --pg-bin or PG_BIN, or put them on PATH; in platform/tools they are there.",
  });

const failed = (program: Program, said: string): ToolError =>
  new ToolError({
    problem: `${program} failed.`,
    given: said,
    allowed: "an end without errors",
    advice: "mend what it says and run the same command again; nothing of a run that failed is kept.",
  });

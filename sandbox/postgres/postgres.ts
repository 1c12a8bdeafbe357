import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, serverOf } from "../environment.ts";
import { SandboxError } from "../errors.ts";
import { withLock } from "../lock.ts";
import { type Log, run } from "../process.ts";
import { runningPid, start, stop, waitForServer } from "../servers.ts";
import type { Toolchain } from "../toolchain.ts";
import { type Account, serverAccount } from "./account.ts";
import { clientEnvironment, DATABASE, postgresArgs } from "./arguments.ts";
import { ensureDataFolder } from "./dataFolder.ts";

const READY_MS = 30_000;

/** A program with what it needs to run, for the command line. */
export interface ClientCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts PostgreSQL when it does not run, with the database `privatesales`, and waits until it answers. It listens on
 * loopback only and asks everybody for a password (SCRAM). The server outlives this process.
 */
export async function startPostgres(env: Environment, toolchain: Toolchain, log: Log): Promise<void> {
  await withLock(join(env.dataDir, "postgres.lock"), "starts or stops the same PostgreSQL", log, async () => {
    const server = serverOf(env, "postgres");
    if (runningPid(server) === undefined) {
      log("postgres  starting");
      const account = await serverAccount();
      await ensureDataFolder(env, toolchain, account);
      await start(server, serverCommand(env, toolchain, account));
    }
    await waitForServer(server, () => answers(env, toolchain), READY_MS);
    await ensureDatabase(env, toolchain);
  });
}

/** Ends this environment's PostgreSQL; open connections are closed, finished transactions stay on disk. */
export async function stopPostgres(env: Environment, log: Log): Promise<void> {
  await withLock(join(env.dataDir, "postgres.lock"), "starts or stops the same PostgreSQL", log, async () => {
    // SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for every client to leave.
    await stop(serverOf(env, "postgres"), "SIGINT");
  });
}

/** The superuser's password. */
export function superuserPassword(env: Environment): string {
  return readFileSync(env.paths.postgresPassword, "utf8");
}

/** psql (or another client program of PostgreSQL) as the superuser on the database `privatesales`. */
export function clientCommand(
  env: Environment,
  toolchain: Toolchain,
  args: readonly string[],
  program: "psql" | "pg_dump" | "pg_restore" | "pg_isready" = "psql",
): ClientCommand {
  return { file: join(toolchain.postgresBin, program), args, env: clientEnvironment(env, superuserPassword(env)) };
}

function serverCommand(env: Environment, toolchain: Toolchain, account: Account): Parameters<typeof start>[1] {
  const file = join(toolchain.postgresBin, "postgres");
  // No PG* settings of the user's, and no messages in another language, which the readers of the log do not know.
  return { file, args: postgresArgs(env), cwd: "/", env: { PATH: process.env["PATH"], LC_ALL: "C" }, ...account };
}

async function answers(env: Environment, toolchain: Toolchain): Promise<boolean> {
  const { file, args, env: settings } = clientCommand(env, toolchain, ["--quiet"], "pg_isready");
  return (await run(file, args, { env: settings })).code === 0;
}

async function ensureDatabase(env: Environment, toolchain: Toolchain): Promise<void> {
  const script =
    `SELECT 'CREATE DATABASE ${DATABASE}' WHERE NOT EXISTS ` +
    `(SELECT FROM pg_database WHERE datname = '${DATABASE}') \\gexec\n`;
  const args = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=postgres"];
  const { file, env: settings } = clientCommand(env, toolchain, args);
  const made = await run(file, args, { env: settings, input: script });
  if (made.code !== 0) {
    throw new SandboxError(`the database ${DATABASE} could not be made: ${made.stderr.trim()}`);
  }
}

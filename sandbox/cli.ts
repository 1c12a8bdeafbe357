import { spawn } from "node:child_process";
import { parseArguments, USAGE, type Command } from "./arguments.ts";
import { stopControlPlane } from "./controlPlane/controlPlane.ts";
import { readEnvironment, type Environment } from "./environment.ts";
import { messageOf, SandboxError } from "./errors.ts";
import { isolate } from "./isolation.ts";
import { whyNoMesh } from "./mesh/ability.ts";
import { bringUpMesh } from "./mesh/bringUp.ts";
import { stopMesh } from "./mesh/mesh.ts";
import { statusTable } from "./output.ts";
import { clientCommand, stopPostgres } from "./postgres/postgres.ts";
import { Progress } from "./progress.ts";
import { removeEnvironment } from "./remove.ts";
import { status } from "./status.ts";
import type { Log } from "./process.ts";
import { ensureToolchain } from "./toolchain.ts";

/** The environment of a data folder that must be there already. */
function existing(data: string): Environment {
  const env = readEnvironment(data);
  if (env === undefined) {
    throw new SandboxError(`there is no sandbox in ${data}. Start one with: npm start (or npm run sandbox -- --data ${data} up)`);
  }
  return env;
}

/** Hands the terminal to a program and returns its exit code. */
function handOver(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  // Ctrl-C is the program's: psql ends a query by it.
  process.on("SIGINT", () => undefined);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

async function stopServers(env: Environment, log: Log): Promise<void> {
  // Its processes watch the API server.
  await stopMesh(env, log);
  await Promise.all([stopControlPlane(env, log), stopPostgres(env, log)]);
}

/** Starts the mesh of a stack that is deployed already. */
async function meshOnly(env: Environment, log: Log): Promise<number> {
  const reason = await whyNoMesh();
  if (reason !== undefined) throw new SandboxError(`the mesh does not run here: ${reason}`);
  console.log(await bringUpMesh(env, log));
  return 0;
}

async function execute(command: Command, progress: Progress): Promise<number> {
  const { options } = command;
  switch (command.kind) {
    case "help":
      console.log(USAGE);
      return 0;
    case "up":
    case "preview":
    case "refresh":
    case "destroy":
      // The program and its packages take a second to load; the other commands do without.
      return (await import("./run.ts")).runStack(command, progress);
    case "mesh":
      return meshOnly(existing(options.data), progress.log);
    case "status": {
      const servers = status(existing(options.data));
      console.log(options.json ? JSON.stringify(servers) : statusTable(servers));
      return servers.every(({ state }) => state === "up") ? 0 : 1;
    }
    case "stop":
      await stopServers(existing(options.data), progress.log);
      console.log(`stopped; the data stays in ${options.data}, and npm start goes on with it`);
      return 0;
    case "remove": {
      const env = existing(options.data);
      await stopServers(env, progress.log);
      await removeEnvironment(env);
      console.log(`removed ${options.data} and everything in it`);
      return 0;
    }
    case "kubectl": {
      const env = existing(options.data);
      const { kubectl } = await ensureToolchain({ log: progress.log });
      return handOver(kubectl, command.args, { KUBECONFIG: env.paths.kubeconfig });
    }
    case "psql": {
      const toolchain = await ensureToolchain({ log: progress.log });
      const { file, args, env } = clientCommand(existing(options.data), toolchain, command.args);
      return handOver(file, args, env);
    }
  }
}

/** Progress goes to standard error, so that standard output holds the result alone. */
const progress = new Progress(process.stderr);
isolate();
try {
  process.exitCode = await execute(parseArguments(process.argv.slice(2)), progress);
} catch (error) {
  progress.stop();
  if (!(error instanceof SandboxError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}

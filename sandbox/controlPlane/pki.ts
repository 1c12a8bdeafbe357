import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { componentKubeconfig, type Environment } from "../environment.ts";
import { addressIn } from "../environment/ranges.ts";
import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";
import type { Toolchain } from "../toolchain.ts";
import { type Credentials, kubeconfigText } from "./kubeconfig.ts";

/** Makes the environment's certificates once, and the kubeconfigs whenever the port may have changed. */
export async function ensurePki(env: Environment, toolchain: Toolchain): Promise<void> {
  if (!existsSync(env.paths.pki)) {
    const unfinished = `${env.paths.pki}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    const made = await run(toolchain.pki, [unfinished, addressIn(env.ranges.services, 1)]);
    if (made.code !== 0) throw new SandboxError(`the certificates could not be made: ${made.stderr.trim()}`);
    renameSync(unfinished, env.paths.pki);
  }
  for (const name of ["controller-manager", "scheduler", "kwok"] as const) {
    writePrivate(componentKubeconfig(env, name), kubeconfigText(name, env.ports.apiServer, credentialsOf(env, name)));
  }
  writePrivate(env.paths.kubeconfig, kubeconfigText("admin", env.ports.apiServer, adminCredentials(env)));
}

/** The administrator's certificate and key. */
export function adminCredentials(env: Environment): Credentials {
  return credentialsOf(env, "admin");
}

function credentialsOf(env: Environment, name: string): Credentials {
  const read = (file: string): string => readFileSync(join(env.paths.pki, file), "utf8");
  return { ca: read("ca.crt"), cert: read(`${name}.crt`), key: read(`${name}.key`) };
}

// Renamed into place: another program may be reading the kubeconfig.
function writePrivate(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

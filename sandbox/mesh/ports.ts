import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { isFree, pickPorts } from "../environment/ports.ts";
import { SandboxError } from "../errors.ts";
import type { Log } from "../process.ts";
import { runningPid } from "../servers.ts";
import { meshServerOf, type MeshServerName } from "./servers.ts";

const port = z.int().min(1024).max(65_535);

/** Ports of the mesh on loopback and the server that listens on each. The public ones are 80 and 443 of the gateway's own address. */
const OWNERS = {
  gatewayAdmin: "gateway",
  gatewayAgent: "gateway",
  gatewayStatus: "gateway",
  gatewayMetrics: "gateway",
  istiodGrpc: "istiod",
  istiodTls: "istiod",
  istiodHttp: "istiod",
  istiodMetrics: "istiod",
  pods: "pods",
} as const satisfies Readonly<Record<string, MeshServerName>>;

export type MeshPort = keyof typeof OWNERS;
export type MeshPorts = Readonly<Record<MeshPort, number>>;

const NAMES = Object.keys(OWNERS) as readonly MeshPort[];
const fileSchema = z.record(z.enum(NAMES), port);

const fileOf = (env: Environment): string => join(env.dataDir, "mesh", "ports.json");

/** The ports that this environment's mesh has had since its first start; undefined before that. */
export function readMeshPorts(env: Environment): MeshPorts | undefined {
  const file = fileOf(env);
  if (!existsSync(file)) return undefined;
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new SandboxError(`${file} is damaged. Remove it: the mesh then takes other ports.`);
  }
}

/** The same ports as at the last start, but for those that another program has taken since. */
export async function ensureMeshPorts(env: Environment, log: Log): Promise<MeshPorts> {
  const found = readMeshPorts(env);
  const taken = Object.values(env.ports);
  const seed = env.ports.postgres + 1;
  const ports: Partial<Record<MeshPort, number>> = { ...found };
  for (const name of NAMES) {
    const before = ports[name];
    if (before !== undefined && (runningPid(meshServerOf(env, OWNERS[name])) !== undefined || (await isFree(before)))) continue;
    const [chosen = 0] = await pickPorts(1, seed, [...taken, ...Object.values(ports)]);
    if (before !== undefined) log(`port ${before} (${name}) is used by another program: taking ${chosen} from now on`);
    ports[name] = chosen;
  }
  const whole = fileSchema.parse(ports);
  mkdirSync(join(env.dataDir, "mesh"), { recursive: true });
  writeFileSync(`${fileOf(env)}.new`, `${JSON.stringify(whole, undefined, 2)}\n`);
  renameSync(`${fileOf(env)}.new`, fileOf(env));
  return whole;
}

import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { cacheFolder } from "./cacheFolder.ts";
import { isFree, pickPorts } from "./environment/ports.ts";
import { claimSlot, type Claim, rangesOf, type Ranges, SLOTS } from "./environment/ranges.ts";
import { codeOf, SandboxError } from "./errors.ts";
import { withLock } from "./lock.ts";
import type { Log } from "./process.ts";
import { runningPid, type ServerRecord } from "./servers.ts";

const port = z.int().min(1024).max(65_535);
const portsSchema = z.strictObject({ etcdClient: port, etcdPeer: port, apiServer: port, postgres: port });
export type Ports = Readonly<z.infer<typeof portsSchema>>;

const fileSchema = z.strictObject({
  version: z.literal(1),
  /** Tells this environment from an earlier one in the same folder. */
  id: z.uuid(),
  slot: z.int().min(0).max(SLOTS - 1),
  ports: portsSchema,
});
export type EnvironmentFile = Readonly<z.infer<typeof fileSchema>>;

/** The servers of an environment, in the order in which they start. */
export const SERVER_NAMES = ["etcd", "apiserver", "controller-manager", "scheduler", "kwok", "postgres"] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** One data folder: its own control plane and database, with own ports and address ranges. */
export interface Environment extends EnvironmentFile {
  /** Absolute path. */
  readonly dataDir: string;
  readonly ranges: Ranges;
  readonly paths: EnvironmentPaths;
}

export interface EnvironmentPaths {
  /** Full rights on the API server; readable by the owner only. */
  readonly kubeconfig: string;
  /** The API server's audit log, one JSON object a line. */
  readonly auditLog: string;
  /** PostgreSQL's log with every statement. */
  readonly postgresLog: string;
  readonly pki: string;
  readonly etcdData: string;
  readonly postgresData: string;
  readonly postgresPassword: string;
}

/**
 * Opens the environment in `dataDir`, and makes it when there is none. Ports and ranges stay as they are, except that a
 * port which another program has taken while our server was down is replaced, with a message.
 */
export async function openEnvironment(dataDir: string, log: Log): Promise<Environment> {
  const dir = resolve(dataDir);
  mkdirSync(dir, { recursive: true });
  return withLock(join(dir, "environment.lock"), "opens the same data folder", log, async () => {
    const found = readEnvironment(dir);
    if (found === undefined) return create(dir, log);
    return replaceTakenPorts(found, log);
  });
}

/** The environment in `dataDir`, or undefined when there is none. A damaged file is an error that says what to do. */
export function readEnvironment(dataDir: string): Environment | undefined {
  const dir = resolve(dataDir);
  const file = join(dir, "environment.json");
  try {
    return withPaths(dir, parseEnvironmentFile(readFileSync(file, "utf8"), file));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Checks the text of an environment.json; `file` is its name for the message. */
export function parseEnvironmentFile(text: string, file: string): EnvironmentFile {
  const advice =
    "Put the file back as it was, or end this environment's servers, remove its whole data folder and start again " +
    "(everything in it is lost).";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SandboxError(`${file} is damaged: it is not JSON. ${advice}`);
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(whole file)"}: ${issue.message}`);
  throw new SandboxError(`${file} is damaged:\n${faults.join("\n")}\n${advice}`);
}

/** A server of the environment, by name. */
export function serverOf(env: Environment, name: ServerName): ServerRecord {
  return { name, dataDir: env.dataDir, marker: markerOf(env, name), logFile: logOf(env, name) };
}

/** The file with which a component other than the administrator reaches the API server. */
export function componentKubeconfig(env: Environment, name: "controller-manager" | "scheduler" | "kwok"): string {
  return join(env.paths.pki, `${name}.kubeconfig`);
}

function markerOf(env: Environment, name: ServerName): string {
  switch (name) {
    case "etcd":
      return env.paths.etcdData;
    case "apiserver":
      return env.paths.auditLog;
    case "postgres":
      return env.paths.postgresData;
    case "controller-manager":
    case "scheduler":
    case "kwok":
      return componentKubeconfig(env, name);
    default:
      return name satisfies never;
  }
}

function logOf(env: Environment, name: ServerName): string {
  return name === "postgres" ? env.paths.postgresLog : join(env.dataDir, "logs", `${name}.log`);
}

async function create(dir: string, log: Log): Promise<Environment> {
  const seed = seedOf(dir);
  const [etcdClient = 0, etcdPeer = 0, apiServer = 0, postgres = 0] = await pickPorts(4, seed);
  const id = randomUUID();
  const slot = await claim(dir, id, log);
  const env = withPaths(dir, { version: 1, id, slot, ports: { etcdClient, etcdPeer, apiServer, postgres } });
  save(env);
  return env;
}

function claim(dir: string, id: string, log: Log): Promise<number> {
  const registry = join(cacheFolder(), "ranges");
  return withLock(join(registry, "lock"), "claims an address range", log, () => {
    return Promise.resolve(claimSlot(registry, { dataDir: dir, id }, seedOf(dir) % SLOTS, isLive));
  });
}

function isLive(other: Claim): boolean {
  try {
    return readEnvironment(other.dataDir)?.id === other.id;
  } catch {
    // Damaged or unreadable is not gone: its servers may still use the range.
    return true;
  }
}

async function replaceTakenPorts(env: Environment, log: Log): Promise<Environment> {
  const owners: readonly [keyof Ports, ServerName][] = [
    ["etcdClient", "etcd"],
    ["etcdPeer", "etcd"],
    ["apiServer", "apiserver"],
    ["postgres", "postgres"],
  ];
  let ports = env.ports;
  for (const [name, server] of owners) {
    if (runningPid(serverOf(env, server)) !== undefined || (await isFree(ports[name]))) continue;
    const [replacement = 0] = await pickPorts(1, ports[name] + 1, Object.values(ports));
    log(`port ${String(ports[name])} (${name}) is used by another program: taking ${String(replacement)} from now on`);
    ports = { ...ports, [name]: replacement };
  }
  if (ports === env.ports) return env;
  const changed = { ...env, ports };
  save(changed);
  return changed;
}

function save(env: Environment): void {
  const { version, id, slot, ports } = env;
  const file = join(env.dataDir, "environment.json");
  writeFileSync(`${file}.new`, `${JSON.stringify({ version, id, slot, ports }, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function withPaths(dataDir: string, file: EnvironmentFile): Environment {
  return {
    ...file,
    dataDir,
    ranges: rangesOf(file.slot),
    paths: {
      kubeconfig: join(dataDir, "kubeconfig"),
      auditLog: join(dataDir, "audit.log"),
      postgresLog: join(dataDir, "postgres.log"),
      pki: join(dataDir, "pki"),
      etcdData: join(dataDir, "etcd"),
      postgresData: postgresDataFolder(dataDir, file.id),
      postgresPassword: join(dataDir, "postgres.password"),
    },
  };
}

/**
 * PostgreSQL refuses to run as root, and the user it runs as then (postgres or nobody) cannot pass through root's home
 * folder, where clones often are. So root's databases live in the place that the system keeps for such data.
 */
function postgresDataFolder(dataDir: string, id: string): string {
  return process.getuid?.() === 0 ? `/var/lib/privatesales/${id}/data` : join(dataDir, "postgres");
}

function seedOf(dir: string): number {
  return createHash("sha256").update(dir).digest().readUInt32BE(0);
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Environment, type ServerName, serverOf } from "../environment.ts";
import { SandboxError } from "../errors.ts";
import { withLock } from "../lock.ts";
import type { Log } from "../process.ts";
import { runningPid, start, stop, waitForServer } from "../servers.ts";
import type { Toolchain } from "../toolchain.ts";
import { ApiClient } from "./api.ts";
import { apiServerArgs, controllerManagerArgs, etcdArgs, kwokArgs, schedulerArgs } from "./arguments.ts";
import { installCrds, pendingCrds } from "./crds.ts";
import { initialObjects } from "./objects.ts";
import { adminCredentials, ensurePki } from "./pki.ts";
import { joinStages } from "./stages.ts";

type ControlPlaneServer = Exclude<ServerName, "postgres">;

const own = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The servers that talk to the API server, and so depend on it. */
const CLIENTS = ["kwok", "scheduler", "controller-manager"] as const;

const READY_MS = 120_000;

/**
 * Starts the servers of the control plane that do not run, installs the CRDs and waits until all is ready: the API
 * answers, the nodes are Ready, the controllers work. The servers outlive this process; stopping and starting keeps
 * every object. A server that does not get ready is a SandboxError with the end of its log.
 */
export async function startControlPlane(env: Environment, toolchain: Toolchain, log: Log): Promise<void> {
  const lock = join(env.dataDir, "control-plane.lock");
  await withLock(lock, "starts or stops the same control plane", log, async () => {
    await ensurePki(env, toolchain);
    const api = new ApiClient(env.ports.apiServer, adminCredentials(env));
    try {
      await startServers(env, toolchain, api, log);
    } finally {
      api.close();
    }
  });
}

/** Ends the servers of this environment's control plane, and no others; the objects stay on disk. */
export async function stopControlPlane(env: Environment, log: Log): Promise<void> {
  const lock = join(env.dataDir, "control-plane.lock");
  await withLock(lock, "starts or stops the same control plane", log, async () => {
    // Clients first, or the API server waits for their watches.
    await Promise.all(CLIENTS.map((name) => stop(serverOf(env, name))));
    await stop(serverOf(env, "apiserver"));
    await stop(serverOf(env, "etcd"));
  });
}

async function startServers(env: Environment, toolchain: Toolchain, api: ApiClient, log: Log): Promise<void> {
  await stopOrphans(env);
  await ensureRunning(env, "etcd", toolchain.etcd, etcdArgs(env), log);
  await ensureRunning(env, "apiserver", toolchain.kubeApiserver, apiServerArgs(env, own("audit-policy.yaml")), log);
  // Here, since reading them takes about as long as the API server takes to answer.
  const pending = pendingCrds(env, toolchain);
  await waitFor(env, "apiserver", async () => (await api.send({ method: "GET", path: "/readyz" })).status === 200);
  const stages = join(env.dataDir, "kwok-stages.yaml");
  const stock = toolchain.kwokStages.map((file) => readFileSync(file, "utf8"));
  writeFileSync(stages, joinStages(stock, readFileSync(own("stages.yaml"), "utf8")));
  await Promise.all([
    ensureRunning(env, "controller-manager", toolchain.kubeControllerManager, controllerManagerArgs(env), log),
    ensureRunning(env, "scheduler", toolchain.kubeScheduler, schedulerArgs(env), log),
    ensureRunning(env, "kwok", toolchain.kwok, kwokArgs(env, stages), log),
    createInitialObjects(env, api),
  ]);
  if (pending.crds.length > 0) {
    log(`control plane  installing ${String(pending.crds.length)} CRDs`);
    await installCrds(env, pending, api);
  }
  await waitFor(env, "controller-manager", () => {
    return succeeds(api, "/api/v1/namespaces/default/serviceaccounts/default");
  });
  await waitFor(env, "kwok", () => nodesAreReady(env, api));
}

/** A server whose own server is down may look for it on a port that has changed: it starts anew with it. */
async function stopOrphans(env: Environment): Promise<void> {
  if (runningPid(serverOf(env, "etcd")) === undefined) await stop(serverOf(env, "apiserver"));
  if (runningPid(serverOf(env, "apiserver")) !== undefined) return;
  await Promise.all(CLIENTS.map((name) => stop(serverOf(env, name))));
}

async function ensureRunning(
  env: Environment,
  name: ControlPlaneServer,
  file: string,
  args: readonly string[],
  log: Log,
): Promise<void> {
  const server = serverOf(env, name);
  if (runningPid(server) !== undefined) return;
  log(`control plane  starting ${name}`);
  await start(server, { file, args, cwd: env.dataDir, env: serverEnvironment(env) });
}

/**
 * Nothing of the user's: no proxies, no kubeconfig, and KWOK's own configuration from the data folder. GOGC below 100
 * gives up half a second of the first start for 100 MiB of the API server's memory.
 */
function serverEnvironment(env: Environment): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: env.dataDir, KWOK_WORKDIR: join(env.dataDir, "kwok"), GOGC: "75" };
}

function waitFor(env: Environment, name: ControlPlaneServer, probe: () => Promise<boolean>): Promise<void> {
  return waitForServer(serverOf(env, name), probe, READY_MS);
}

async function createInitialObjects(env: Environment, api: ApiClient): Promise<void> {
  await Promise.all(
    initialObjects(env).map(async ({ path, object }) => {
      const { status, body } = await api.send({ method: "POST", path, body: JSON.stringify(object) });
      if (status === 201 || status === 409) return;
      const { kind, metadata } = object;
      throw new SandboxError(`${kind} ${metadata.name} was not accepted (HTTP ${String(status)}): ${body}`);
    }),
  );
}

async function succeeds(api: ApiClient, path: string): Promise<boolean> {
  return (await api.send({ method: "GET", path })).status === 200;
}

// Ready is not enough: right after a start the nodes still carry the taint that keeps pods away.
async function nodesAreReady(env: Environment, api: ApiClient): Promise<boolean> {
  const nodes = initialObjects(env).filter(({ object }) => object.kind === "Node");
  const answers = await Promise.all(
    nodes.map(({ path, object }) => api.send({ method: "GET", path: `${path}/${object.metadata.name}` })),
  );
  return answers.every(({ status, body }) => status === 200 && isReadyNode(body));
}

function isReadyNode(body: string): boolean {
  return /"type":"Ready","status":"True"/.test(body) && !/"taints":\[/.test(body);
}

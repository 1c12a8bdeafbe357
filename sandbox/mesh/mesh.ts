import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ApiClient } from "../controlPlane/api.ts";
import { adminCredentials } from "../controlPlane/pki.ts";
import { type Environment, serverOf } from "../environment.ts";
import { SandboxError } from "../errors.ts";
import { withLock } from "../lock.ts";
import { type Log, type ServerCommand, waitUntil } from "../process.ts";
import { runningPid, start, stop, waitForServer } from "../servers.ts";
import type { MeshTools, Toolchain } from "../toolchain.ts";
import { apply, istioToken, read } from "./api.ts";
import { waitForCertificates } from "./certificates.ts";
import { gatewayCommand, gatewayObjects, ownAddressFilter, upstreamEnvoyFilter } from "./gateway.ts";
import { istiodCommand, meshConfigText } from "./istiod.ts";
import type { PodSettings } from "./pods/main.ts";
import { ensureMeshPorts, type MeshPorts } from "./ports.ts";
import { readMeshReleases, type MeshReleases } from "./releases.ts";
import { addPodRoute, removePodRoute } from "./route.ts";
import { envoyFolder, meshPath, MESH_SERVER_NAMES, meshServerOf, processesWith, type MeshServerName } from "./servers.ts";

const READY_MS = 120_000;
const CERTIFICATES_MS = 60_000;

/** A running mesh. */
export interface Mesh {
  /** Of the gateway, with ports 80 and 443. */
  readonly address: string;
  /** Certificates of the gateway that are not signed, with reasons; TLS does not work for their hosts. */
  readonly unsigned: readonly string[];
}

interface Parts {
  readonly env: Environment;
  readonly tools: MeshTools;
  readonly toolchain: Toolchain;
  readonly releases: MeshReleases;
  readonly ports: MeshPorts;
  readonly api: ApiClient;
  readonly log: Log;
}

const locked = <T>(env: Environment, log: Log, work: () => Promise<T>): Promise<T> =>
  withLock(join(env.dataDir, "mesh.lock"), "starts or stops the same mesh", log, work);

/**
 * Starts what does not run of the mesh: cert-manager, istiod, the pods' process, the gateway; and the route that makes the
 * pods' addresses this machine's own. The stack has to be deployed. What a crash has left is taken over or ended.
 */
export async function startMesh(env: Environment, toolchain: Toolchain, tools: MeshTools, log: Log): Promise<Mesh> {
  if (runningPid(serverOf(env, "apiserver")) === undefined) throw new SandboxError("the mesh needs the sandbox's servers. Start them with: npm start");
  return locked(env, log, async () => {
    const ports = await ensureMeshPorts(env, log);
    const api = new ApiClient(env.ports.apiServer, adminCredentials(env));
    try {
      const parts = { env, toolchain, tools, releases: readMeshReleases(env), ports, api, log };
      await needNamespaces(parts);
      await addPodRoute(env);
      await startCertManager(parts);
      await startIstiod(parts);
      const [address] = await Promise.all([startGateway(parts), startPods(parts)]);
      return { address, unsigned: await waitForCertificates(api, parts.releases.gateway.namespace, CERTIFICATES_MS) };
    } finally {
      api.close();
    }
  });
}

/** Ends the mesh of this environment and takes its route away; true if there was something to end. */
export async function stopMesh(env: Environment, log: Log): Promise<boolean> {
  if (!existsSync(meshPath(env))) return false;
  return locked(env, log, async () => {
    const stopped = await Promise.all(MESH_SERVER_NAMES.toReversed().map((name) => stop(meshServerOf(env, name))));
    await endOrphanedEnvoy(env);
    const routed = await removePodRoute(env);
    return routed || stopped.includes(true);
  });
}

async function needNamespaces({ api, releases }: Parts): Promise<void> {
  for (const { namespace } of [releases.istiod, releases.gateway, releases.certManager]) {
    if ((await read(api, `/api/v1/namespaces/${namespace}`, z.unknown())) !== undefined) continue;
    throw new SandboxError(`the mesh serves a deployed stack, and there is no namespace ${namespace} yet. Deploy it with: npm start`);
  }
}

/** Starts the server unless it runs; true if it did start it. */
async function ensure({ env, log }: Parts, name: MeshServerName, command: () => Promise<ServerCommand> | ServerCommand): Promise<boolean> {
  const server = meshServerOf(env, name);
  if (runningPid(server) !== undefined) return false;
  log(`mesh  starting ${name}`);
  await start(server, await command());
  return true;
}

const answers = (port: number, path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(false);
    });
  });

async function startCertManager(parts: Parts): Promise<void> {
  const { env, tools, releases } = parts;
  const kubeconfig = meshPath(env, "cert-manager.kubeconfig");
  await ensure(parts, "cert-manager", async () => {
    await copyFile(env.paths.kubeconfig, kubeconfig);
    return { file: tools.certManager, args: [kubeconfig, releases.certManager.namespace], cwd: meshPath(env), env: { PATH: process.env["PATH"], HOME: meshPath(env) } };
  });
}

async function startIstiod(parts: Parts): Promise<void> {
  const { env, tools, releases, ports, api } = parts;
  const files = {
    program: tools.pilotDiscovery,
    kubeconfig: env.paths.kubeconfig,
    meshConfig: meshPath(env, "mesh.yaml"),
    networks: meshPath(env, "networks.yaml"),
    folder: meshPath(env),
  };
  for (const object of [upstreamEnvoyFilter(releases.istiod.namespace), ...gatewayObjects(releases.gateway)]) await apply(api, object);
  await ensure(parts, "istiod", () => {
    writeFileSync(files.meshConfig, meshConfigText(releases.istiod, ports));
    writeFileSync(files.networks, "networks: {}\n");
    return istiodCommand(files, releases.istiod, ports);
  });
  await waitForServer(meshServerOf(env, "istiod"), () => answers(ports.istiodHttp, "/ready"), READY_MS);
}

async function startPods(parts: Parts): Promise<void> {
  const { env, toolchain, releases, ports } = parts;
  const settings: PodSettings = { dataDir: env.dataDir, port: ports.pods, pki: toolchain.pki, rootNamespace: releases.istiod.namespace };
  await ensure(parts, "pods", () => {
    const file = meshPath(env, "pods.json");
    writeFileSync(file, JSON.stringify(settings));
    return { file: process.execPath, args: [fileURLToPath(new URL("pods/main.ts", import.meta.url)), file], cwd: env.dataDir, env: { PATH: process.env["PATH"], HOME: env.dataDir } };
  });
  await waitForServer(meshServerOf(env, "pods"), () => answers(ports.pods, "/"), READY_MS);
}

const podSchema = z.object({ status: z.object({ podIP: z.string().optional() }).default({}) });
const rootSchema = z.object({ data: z.object({ "root-cert.pem": z.string() }) });

/** Waits for something that another process makes. */
async function expected<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  let found: T | undefined;
  await waitUntil(async () => (found = await find()) !== undefined, READY_MS);
  if (found === undefined) throw new SandboxError(`${what} is not there after ${READY_MS / 1000} s`);
  return found;
}

/** Returns the address that it listens on. */
async function startGateway(parts: Parts): Promise<string> {
  const { env, tools, releases, ports, api } = parts;
  const { name, namespace } = releases.gateway;
  const address = await expected("the gateway's pod address", async () => (await read(api, `/api/v1/namespaces/${namespace}/pods/${name}`, podSchema))?.status.podIP);
  await apply(api, ownAddressFilter(releases.gateway, address));
  const known = meshPath(env, "gateway", "address");
  // Its pod was made anew, and the process still goes by the old one's address.
  if (existsSync(known) && readFileSync(known, "utf8") !== address) await stop(meshServerOf(env, "gateway"));
  await ensure(parts, "gateway", async () => {
    await endOrphanedEnvoy(env);
    const folder = meshPath(env, "gateway");
    const secrets = join(folder, "var", "run", "secrets");
    for (const part of ["tokens", "istio"]) mkdirSync(join(secrets, part), { recursive: true, mode: 0o700 });
    writeFileSync(known, address);
    mkdirSync(envoyFolder(env), { recursive: true });
    const root = await expected("istiod's root certificate", () => read(api, `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`, rootSchema));
    writeFileSync(join(secrets, "tokens", "istio-token"), await istioToken(api, namespace, name), { mode: 0o600 });
    writeFileSync(join(secrets, "istio", "root-cert.pem"), root.data["root-cert.pem"]);
    const bootstrap = join(folder, "bootstrap.json");
    // Status and metrics are for this machine alone.
    writeFileSync(bootstrap, readFileSync(tools.bootstrap, "utf8").replaceAll("{{ .wildcard }}", "127.0.0.1"));
    return gatewayCommand({ agent: tools.pilotAgent, envoy: tools.envoy, folder, bootstrap, envoyFolder: envoyFolder(env) }, releases.gateway, ports, address);
  });
  await waitForServer(meshServerOf(env, "gateway"), () => answers(ports.gatewayAgent, "/healthz/ready"), READY_MS);
  return address;
}

/** An Envoy whose agent was killed keeps the ports, with a configuration that nobody updates any more. */
async function endOrphanedEnvoy(env: Environment): Promise<void> {
  const gone = (): boolean => processesWith(envoyFolder(env)).length === 0;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of processesWith(envoyFolder(env))) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended by itself in the meantime.
      }
    }
    if (await waitUntil(gone, 5_000)) return;
  }
  throw new SandboxError("an Envoy of the last run does not end, not even by SIGKILL");
}

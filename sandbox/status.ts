import { type Environment, type Ports, SERVER_NAMES, type ServerName, serverOf } from "./environment.ts";
import { readMeshPorts, type MeshPort } from "./mesh/ports.ts";
import { MESH_SERVER_NAMES, meshServerOf, type MeshServerName } from "./mesh/servers.ts";
import { residentMiB, runningPid, type ServerRecord } from "./servers.ts";

/** The state of one server. */
export interface ServerStatus {
  readonly name: ServerName | MeshServerName;
  readonly state: "up" | "down";
  /** Present when it is up. */
  readonly pid?: number;
  /** The port of 127.0.0.1 that it listens on, for those that listen. */
  readonly port?: number;
  /** Resident memory in MiB; 0 when it is down. */
  readonly memoryMiB: number;
}

const PORTS: Readonly<Partial<Record<ServerName, keyof Ports>>> = {
  etcd: "etcdClient",
  apiserver: "apiServer",
  postgres: "postgres",
};

/** The gateway's public ports are the standard ones, on an address of its own. */
const MESH_PORTS: Readonly<Partial<Record<MeshServerName, MeshPort>>> = { istiod: "istiodTls", pods: "pods" };

/** What runs of an environment's servers. The mesh, which not everybody runs, counts as soon as one of its processes does. */
export function status(env: Environment): readonly ServerStatus[] {
  const own = SERVER_NAMES.map((name) => {
    const portName = PORTS[name];
    return stateOf(name, serverOf(env, name), portName === undefined ? undefined : env.ports[portName]);
  });
  const meshPorts = readMeshPorts(env);
  if (meshPorts === undefined) return own;
  const mesh = MESH_SERVER_NAMES.map((name) => {
    const portName = MESH_PORTS[name];
    return stateOf(name, meshServerOf(env, name), portName === undefined ? undefined : meshPorts[portName]);
  });
  return mesh.some(({ state }) => state === "up") ? [...own, ...mesh] : own;
}

function stateOf(name: ServerStatus["name"], server: ServerRecord, portNumber: number | undefined): ServerStatus {
  const port = portNumber === undefined ? {} : { port: portNumber };
  const pid = runningPid(server);
  return pid === undefined ? { name, state: "down", ...port, memoryMiB: 0 } : { name, state: "up", pid, ...port, memoryMiB: residentMiB(pid) };
}

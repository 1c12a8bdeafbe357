import { type Environment, type Ports, SERVER_NAMES, type ServerName, serverOf } from "./environment.ts";
import { residentMiB, runningPid } from "./servers.ts";

/** The state of one server. */
export interface ServerStatus {
  readonly name: ServerName;
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

/** What runs of an environment's servers. */
export function status(env: Environment): readonly ServerStatus[] {
  return SERVER_NAMES.map((name) => {
    const portName = PORTS[name];
    const port = portName === undefined ? {} : { port: env.ports[portName] };
    const pid = runningPid(serverOf(env, name));
    return pid === undefined
      ? { name, state: "down", ...port, memoryMiB: 0 }
      : { name, state: "up", pid, ...port, memoryMiB: residentMiB(pid) };
  });
}

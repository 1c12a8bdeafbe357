import type { StandIn } from "../provider.ts";
import { checkConfig, diffConfig, parseConfig, type Connection } from "./config.ts";
import { ownConnection, type OwnServer } from "./own.ts";
import { provider } from "./provider.ts";
import { Queue } from "./queue.ts";
import { Server } from "./server.ts";

/** Writes wait in one line for each server, whichever provider they come from. All are on loopback: the port tells. */
const queues = new Map<number, Queue>();

function queueOf(port: number): Queue {
  const queue = queues.get(port) ?? new Queue();
  queues.set(port, queue);
  return queue;
}

function standIn(reach: (connection: Connection) => Connection): StandIn {
  return {
    name: "postgresql",
    version: "3.18.1",
    checkConfig,
    diffConfig,
    configure: (config) => Promise.resolve().then(() => {
      const connection = reach(parseConfig(config));
      return provider(new Server(connection, queueOf(connection.port)));
    }),
  };
}

/**
 * Stand-in of the official postgresql plugin: Role, Schema, Database, Grant, GrantRole, DefaultPrivileges and Extension
 * by real SQL on a server of this machine. Passwords reach the server as SCRAM verifiers only.
 */
export const postgresql: StandIn = standIn((connection) => connection);

/** The same, where the sandbox's own server answers for hosts that a cloud's stand-in handed out. */
export const postgresqlFor = ({ own }: { readonly own: OwnServer }): StandIn => standIn((connection) => ownConnection(connection, own));

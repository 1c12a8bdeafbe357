import { isLoopbackHost, type Connection } from "./config.ts";

/** The sandbox's own server, which answers for hosts that exist on paper only. */
export interface OwnServer {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The superuser. */
  readonly username: string;
  readonly password: string;
  /** Host names that are handed out now. */
  readonly hosts: () => readonly string[];
}

/**
 * The connection as the sandbox makes it: a host that was handed out becomes the sandbox's own server, with its superuser and without
 * TLS; the rest of the provider's settings stays. One on this machine stays as it is.
 * @throws naming the host and what is allowed
 */
export function ownConnection(connection: Connection, own: OwnServer): Connection {
  const { host, user, databaseUsername } = connection;
  if (isLoopbackHost(host)) return connection;
  const hosts = own.hosts();
  if (!hosts.includes(host)) {
    const allowed = ["the loopback address (localhost, 127.0.0.1, ::1)", ...hosts].join(", ");
    throw new Error(`postgresql provider, host: the sandbox does not connect to "${host}"; allowed are: ${allowed}`);
  }
  return {
    ...connection,
    host: "127.0.0.1",
    port: own.port,
    user: own.username,
    password: own.password,
    sslmode: "disable",
    sslrootcert: undefined,
    // Unset it is the user, whom the sandbox's server does not know.
    databaseUsername: databaseUsername === user ? own.username : databaseUsername,
  };
}

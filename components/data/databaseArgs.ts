import type * as pulumi from "@pulumi/pulumi";

interface Common {
  /** Name of the one database that holds a schema per tenant. */
  readonly database: string;
  /**
   * Databases beside it that tenants must not enter; each has to belong to the provider's user.
   * Default: `postgres` and `template1`.
   */
  readonly closedDatabases?: readonly string[];
}

/** A server that exists, with the database in it. */
export interface ExternalDatabaseArgs extends Common {
  readonly kind: "external";
  /** Address from which Pulumi's provider reaches the server. */
  readonly host: pulumi.Input<string>;
  readonly port: number;
  /** A superuser, or a user with CREATEROLE who owns the database. */
  readonly username: string;
  readonly password: pulumi.Input<string>;
  readonly sslmode: "disable" | "require" | "verify-full";
  /**
   * File with the PEM of the authorities that signed the server's certificate, as the provider finds it from the project's
   * root. Default: those that the machine trusts.
   */
  readonly authoritiesFile?: string;
  /** `superuser: false` where the user is none, e.g. on Aurora: PUBLIC can then make large objects. Default: true. */
  readonly superuser?: boolean;
  /** Address as pods see it; default: `host`. */
  readonly podHost?: pulumi.Input<string>;
  /** Address ranges of the server as pods see it, for network policies, e.g. `10.0.12.0/24`. */
  readonly cidrs: readonly string[];
}

/** A server of our own in the cluster, for development: one replica, no TLS. */
export interface InClusterDatabaseArgs extends Common {
  readonly kind: "inCluster";
  /** Gibibytes. */
  readonly storageGi: number;
  /** Server connections, the superuser's three included. Default: 200. */
  readonly maxConnections?: number;
  /** Address from which Pulumi's provider reaches the server, e.g. the loopback end of `nodePort`. */
  readonly providerHost: string;
  readonly providerPort: number;
  /** Port of every node on which the server is offered to the provider, 30000 to 32767. Default: none. */
  readonly nodePort?: number;
  /** Where connections to `nodePort` come from, as the pod sees them. Default: Docker's networks, 172.16.0.0/12. */
  readonly nodeCidr?: string;
  /** `on` protects the volume against every delete. */
  readonly protection: "on" | "off";
}

export type DatabaseArgs = ExternalDatabaseArgs | InClusterDatabaseArgs;

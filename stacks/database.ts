import * as pulumi from "@pulumi/pulumi";
import type { Aurora } from "../components/data/aws/aurora.ts";
import { MIGRATION_CONNECTIONS } from "../components/data/tenantDatabase.ts";
import { AUTHORITIES_FILE, rdsAuthorities } from "./aws/authorities.ts";
import type { StackConfig } from "./config.ts";
import type { DatabaseServer } from "./parts/data.ts";

/** Server connections that stay free for the superuser, the provider and monitoring. */
const RESERVED_CONNECTIONS = 13;

/** What the pooler may hold of a server's connections: the jobs of tenants go around it. */
export const poolerConnections = (maxConnections: number, tenants: number): number =>
  maxConnections - RESERVED_CONNECTIONS - tenants * MIGRATION_CONNECTIONS;

/** Aurora's master user is no superuser, and its server's certificate is checked by name. `regions`: wherever the writer can be. */
export const auroraServer = (aurora: Aurora, regions: readonly string[]): DatabaseServer => ({
  args: {
    kind: "external",
    host: aurora.host,
    port: aurora.port,
    username: aurora.username,
    password: aurora.password,
    database: aurora.database,
    // Those beside it belong to rdsadmin, whom no master user can overrule; nobody's data is in them.
    closedDatabases: [],
    sslmode: "verify-full",
    superuser: false,
    authoritiesFile: AUTHORITIES_FILE,
    cidrs: aurora.cidrs,
  },
  authorities: { authorities: rdsAuthorities(regions) },
  ready: aurora.ready,
});

/**
 * The stack's database as the component takes it.
 * @throws Error for a database that the stack makes in AWS; `auroraServer` is that one's.
 */
export function databaseServer(config: StackConfig): DatabaseServer {
  const { database, data } = config;
  switch (database.kind) {
    case "external": {
      const { host, port, username, sslmode, podHost, cidrs } = database;
      return {
        args: {
          kind: "external",
          host,
          port,
          username,
          sslmode,
          cidrs,
          database: database.database,
          // The schema of the config has refused an external database without one.
          password: pulumi.secret(config.databasePassword ?? ""),
          ...(podHost === undefined ? {} : { podHost }),
        },
        authorities: database.authorities === undefined ? {} : { authorities: database.authorities },
        ready: [],
      };
    }
    case "inCluster": {
      const { kind, storageGi, nodePort, providerHost, providerPort, maxConnections } = database;
      return {
        args: { kind, storageGi, nodePort, providerHost, providerPort, maxConnections, database: database.database, protection: data.protection },
        authorities: {},
        ready: [],
      };
    }
    case "aurora":
      throw new Error("a database of kind aurora is made in AWS");
  }
}

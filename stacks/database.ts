import * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "../components/data/databaseArgs.ts";
import { MIGRATION_CONNECTIONS } from "../components/data/tenantDatabase.ts";
import type { StackConfig } from "./config.ts";

/** Server connections that stay free for the superuser, the provider and monitoring. */
const RESERVED_CONNECTIONS = 13;

/** What the pooler may hold of a server's connections: the jobs of tenants go around it. */
export const poolerConnections = (maxConnections: number, tenants: number): number =>
  maxConnections - RESERVED_CONNECTIONS - tenants * MIGRATION_CONNECTIONS;

/** What the pooler checks the server's certificate against, where there is one. */
export function authoritiesOf({ database }: StackConfig): { readonly authorities?: string } {
  return database.kind === "external" && database.authorities !== undefined ? { authorities: database.authorities } : {};
}

/** The stack's database as the component takes it. */
export function databaseArgs(config: StackConfig): DatabaseArgs {
  const { database, data } = config;
  switch (database.kind) {
    case "external": {
      const { host, port, username, sslmode, podHost, cidrs } = database;
      return {
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
      };
    }
    case "inCluster": {
      const { storageGi, nodePort, providerHost, providerPort, maxConnections } = database;
      return {
        kind: "inCluster",
        storageGi,
        nodePort,
        providerHost,
        providerPort,
        maxConnections,
        database: database.database,
        protection: data.protection,
      };
    }
  }
}

import type * as pulumi from "@pulumi/pulumi";
import type { ElastiCache } from "../../components/data/aws/elasticache.ts";
import { Cache } from "../../components/data/cache.ts";
import { Credentials } from "../../components/data/credentials.ts";
import { Database } from "../../components/data/database.ts";
import type { DatabaseArgs } from "../../components/data/databaseArgs.ts";
import { DataNamespace } from "../../components/data/dataNamespace.ts";
import { Pooler } from "../../components/data/pooler.ts";
import type { Istio } from "../../components/mesh/istio.ts";
import { isOpen } from "../../tenants/tenant.ts";
import { poolerConnections } from "../database.ts";
import type { Inputs } from "./inputs.ts";

/** What a tenant needs to know of a cache, whoever runs it. */
export type AnyCache = Pick<Cache | ElastiCache, "host" | "port" | "tls" | "reach" | "userOf" | "prefixOf" | "ready">;

export interface DataParts {
  readonly credentials: Credentials;
  readonly database: Database;
  readonly pooler: Pooler;
  readonly cache: AnyCache;
}

/** The server as its kind gives it, and who signed its certificate. */
export interface DatabaseServer {
  readonly args: DatabaseArgs;
  readonly authorities: { readonly authorities?: string };
  /** What must be there before the first connection. */
  readonly ready: readonly pulumi.Resource[];
}

/** Everybody's passwords; first, since a managed cache is made with them. */
export const declareCredentials = ({ tenants, everywhere }: Inputs): Credentials =>
  new Credentials("credentials", { tenants: tenants.filter(({ state }) => state !== "purged") }, everywhere);

/** Database, pooler and cache. `managedCache` stands in for a cache of the cluster's own. */
export function declareData(inputs: Inputs, istio: Istio, credentials: Credentials, server: DatabaseServer, managedCache: AnyCache | undefined): DataParts {
  const { config, tenants, onCluster } = inputs;
  const users = tenants.filter(isOpen);
  const dataNamespace = new DataNamespace("data", onCluster);
  const { namespace } = dataNamespace;
  const inData = { ...onCluster, dependsOn: [...dataNamespace.ready, ...istio.ready] };
  const database = new Database("database", server.args, { ...inData, dependsOn: [...inData.dependsOn, ...server.ready] });
  const pooler = new Pooler(
    "pooler",
    {
      namespace,
      database: { host: database.host, port: database.port, name: database.database, tls: database.sslmode },
      ...server.authorities,
      tenants: users,
      credentials,
      replicas: config.pooler.replicas,
      serverConnections: poolerConnections(config.database.maxConnections, users.length),
    },
    inData,
  );
  const cache = managedCache ?? declareCache(inputs, namespace, credentials, inData);
  return { credentials, database, pooler, cache };
}

function declareCache({ config, tenants }: Inputs, namespace: string, credentials: Credentials, options: pulumi.ComponentResourceOptions): Cache {
  if (config.cache.kind !== "inCluster") throw new Error(`a cache of kind ${config.cache.kind} is made outside the cluster, and there is none`);
  return new Cache("cache", { namespace, tenants: tenants.filter(isOpen), credentials, memoryMi: config.cache.memoryMi }, options);
}

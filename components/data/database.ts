import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { NAMESPACES, serviceHost } from "../shared/names.ts";
import type { Reach } from "./reach.ts";
import type { DatabaseArgs, ExternalDatabaseArgs, InClusterDatabaseArgs } from "./databaseArgs.ts";
import {
  POSTGRES_NAME,
  POSTGRES_PORT,
  POSTGRES_USER,
  postgresClaim,
  postgresMetadata,
  postgresPolicy,
  postgresService,
  postgresStatefulSet,
} from "./postgresServer.ts";

type Sslmode = ExternalDatabaseArgs["sslmode"];

/** What one kind of server comes to. */
interface Server {
  readonly provider: postgresql.Provider;
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly sslmode: Sslmode;
  readonly reach: Reach;
}

/** The group that alone may connect; each tenant's logins are members. */
const CONNECT_ROLE = "tenants";

/** Seconds. A server that does not answer is an error with an address, not a run that hangs. */
const CONNECT_TIMEOUT = 15;

/** What makes a large object; each has one form, so its name alone means it. `lo_import` is a superuser's from the start. */
const LARGE_OBJECT_MAKERS = ["lo_creat", "lo_create", "lo_from_bytea"];

/** PostgreSQL: the server, how the provider reaches it, and the database closed to whoever is not a tenant. */
export class Database extends pulumi.ComponentResource {
  readonly provider: postgresql.Provider;
  /** Address and port as pods see them. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly sslmode: Sslmode;
  readonly database: string;
  readonly connectRole: string = CONNECT_ROLE;
  readonly reach: Reach;
  /** What has to be there before a tenant's roles and schema. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:Database", name, {}, opts);
    const server = declareServer(this, name, args);
    this.provider = server.provider;
    this.host = server.host;
    this.port = server.port;
    this.sslmode = server.sslmode;
    this.reach = server.reach;
    this.database = args.database;
    this.ready = declareAccess(this, name, args, server.provider);
    this.registerOutputs({ host: this.host, port: this.port, database: this.database });
  }
}

function declareServer(parent: pulumi.Resource, name: string, args: DatabaseArgs): Server {
  switch (args.kind) {
    case "external":
      return externalServer(parent, name, args);
    case "inCluster":
      return inClusterServer(parent, name, args);
  }
}

function externalServer(parent: pulumi.Resource, name: string, args: ExternalDatabaseArgs): Server {
  const { port, sslmode } = args;
  const provider = new postgresql.Provider(
    `${name}-provider`,
    {
      host: args.host,
      port,
      username: args.username,
      password: args.password,
      database: args.database,
      sslmode,
      ...(args.authoritiesFile === undefined ? {} : { sslrootcert: args.authoritiesFile }),
      superuser: args.superuser ?? true,
      connectTimeout: CONNECT_TIMEOUT,
    },
    { parent },
  );
  return {
    provider,
    host: pulumi.output(args.podHost ?? args.host),
    port,
    sslmode,
    reach: { kind: "addresses", cidrs: args.cidrs, port },
  };
}

function inClusterServer(parent: pulumi.Resource, name: string, args: InClusterDatabaseArgs): Server {
  const password = new random.RandomPassword(`${name}-admin-password`, { length: 32, special: false }, { parent });
  const secret = new k8s.core.v1.Secret(
    `${name}-secret`,
    { metadata: postgresMetadata(), stringData: { password: password.result } },
    { parent },
  );
  const claim = new k8s.core.v1.PersistentVolumeClaim(`${name}-volume`, postgresClaim(args), {
    parent,
    protect: args.protection === "on",
  });
  const service = new k8s.core.v1.Service(`${name}-service`, postgresService(args), { parent });
  const policy = new k8s.networking.v1.NetworkPolicy(`${name}-network`, postgresPolicy(args), { parent });
  const server = new k8s.apps.v1.StatefulSet(`${name}-server`, postgresStatefulSet(args), {
    parent,
    dependsOn: [secret, claim, policy],
  });
  const provider = new postgresql.Provider(
    `${name}-provider`,
    {
      host: args.providerHost,
      port: args.providerPort,
      username: POSTGRES_USER,
      password: password.result,
      database: args.database,
      sslmode: "disable",
      superuser: true,
      connectTimeout: CONNECT_TIMEOUT,
    },
    // Whatever uses the provider waits for it, and so for the server.
    { parent, dependsOn: [server, service] },
  );
  return {
    provider,
    host: pulumi.output(serviceHost(POSTGRES_NAME, NAMESPACES.data)),
    port: POSTGRES_PORT,
    sslmode: "disable",
    reach: { kind: "namespace", namespace: NAMESPACES.data, port: POSTGRES_PORT },
  };
}

/**
 * PostgreSQL lets every login CONNECT to every database and make temporary tables, by a grant to PUBLIC. It is taken
 * back here, on the database and on those beside it, and CONNECT is given to the tenants' group.
 */
function declareAccess(
  parent: pulumi.Resource,
  name: string,
  args: DatabaseArgs,
  provider: postgresql.Provider,
): readonly pulumi.Resource[] {
  const { database } = args;
  const options = { parent, provider };
  const closed = [database, ...(args.closedDatabases ?? ["postgres", "template1"])];
  const revocations = [...new Set(closed)].map(
    (each) =>
      new postgresql.Grant(
        `${name}-public-${each}`,
        { role: "public", database: each, objectType: "database", privileges: [] },
        options,
      ),
  );
  const publicSchema = new postgresql.Grant(
    `${name}-public-schema`,
    { role: "public", database, schema: "public", objectType: "schema", privileges: [] },
    options,
  );
  const tenants = new postgresql.Role(`${name}-tenants`, { name: CONNECT_ROLE, login: false }, options);
  const connect = new postgresql.Grant(
    `${name}-tenants-connect`,
    { role: tenants.name, database, objectType: "database", privileges: ["CONNECT"] },
    // Two grants on one database at once: "tuple concurrently updated".
    { ...options, dependsOn: [...revocations] },
  );
  const largeObjects = isSuperuser(args) ? [closeLargeObjects(`${name}-public-large-objects`, database, options)] : [];
  return [...revocations, publicSchema, tenants, connect, ...largeObjects];
}

const isSuperuser = (args: DatabaseArgs): boolean => args.kind === "inCluster" || (args.superuser ?? true);

/**
 * A large object is in no schema: the dump of a tenant would leave it out, and its purge behind. PUBLIC may make them by a
 * grant on functions that belong to the server's superuser, so it stays where the provider's user is none (Aurora); what one
 * tenant makes there is closed to the others all the same. https://www.postgresql.org/docs/18/lo-interfaces.html
 */
const closeLargeObjects = (name: string, database: string, options: pulumi.CustomResourceOptions): pulumi.Resource =>
  new postgresql.Grant(
    name,
    { role: "public", database, schema: "pg_catalog", objectType: "function", objects: LARGE_OBJECT_MAKERS, privileges: [] },
    options,
  );

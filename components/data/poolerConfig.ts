import { isOpen, type Tenant } from "../../tenants/tenant.ts";
import type { Labels } from "../shared/labels.ts";
import { tenantRoles } from "../shared/names.ts";

export const POOLER_NAME = "pooler";
export const POOLER_PORT = 6432;
export const POOLER_SELECTOR: Labels = { "app.kubernetes.io/name": POOLER_NAME };
export const POOLER_USERS = { admin: "pooler_admin", stats: "pooler_stats" } as const;

/** Where the pooler finds its files. */
export const POOLER_FILES = {
  config: "/etc/pgbouncer/pgbouncer.ini",
  users: "/etc/pgbouncer-users/userlist.txt",
  authorities: "/etc/pgbouncer-ca/ca.crt",
} as const;

/** Client connections, over all tenants and per pod; a tenant's share is bounded by its plan. */
const MAX_CLIENTS = 5000;

export interface PoolerDatabase {
  /** Address as the pooler's pods see it. */
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly tls: "disable" | "require" | "verify-full";
}

export interface PoolerOptions {
  readonly database: PoolerDatabase;
  readonly tenants: readonly Tenant[];
  /** Pods. Each has pools of its own, so a tenant's pool is divided by this. */
  readonly replicas: number;
  /**
   * Connections of the server that are the pooler's: its `max_connections` less the superuser's, migrations and
   * backups.
   */
  readonly serverConnections: number;
}

/** Server connections of one tenant in one pod. */
export const poolSizePerPod = (tenant: Tenant, replicas: number): number =>
  Math.floor(tenant.plan.database.poolSize / replicas);

/** What is wrong with the pools' sums; empty when they fit. */
export function poolerFaults(options: Omit<PoolerOptions, "database">): readonly string[] {
  const { replicas, serverConnections } = options;
  const tenants = options.tenants.filter(isOpen);
  const tooSmall = tenants
    .filter((tenant) => poolSizePerPod(tenant, replicas) < 1)
    .map(
      ({ id, plan }) =>
        `tenant ${id}: a pool of ${plan.database.poolSize} connections cannot be split over ${replicas} pooler pods; ` +
        `allowed is at least one for each pod; raise the plan's poolSize or lower the pooler's replicas`,
    );
  const shares = tenants.map((tenant) => ({ id: tenant.id, connections: poolSizePerPod(tenant, replicas) * replicas }));
  const sum = shares.reduce((total, { connections }) => total + connections, 0);
  if (sum <= serverConnections) return tooSmall;
  const largest = shares.toSorted((a, b) => b.connections - a.connections || a.id.localeCompare(b.id)).slice(0, 5);
  return [
    ...tooSmall,
    `the pools of ${shares.length} tenants come to ${sum} server connections; allowed are ${serverConnections}; ` +
      `the largest: ${largest.map(({ id, connections }) => `${id} ${connections}`).join(", ")}; ` +
      `lower the plans' poolSize, or raise the server's max_connections (database.maxConnections in the stack's file)`,
  ];
}

/** Throws when the pools do not fit into the server's connections, with every fault. */
export function assertPoolsFit(options: PoolerOptions): void {
  const faults = poolerFaults(options);
  if (faults.length > 0)
    throw new Error(`the pooler's pools do not fit:\n${faults.map((fault) => `- ${fault}`).join("\n")}`);
}

/**
 * The text of pgbouncer.ini. A pool belongs to one login, so no connection ever changes tenant.
 * Throws as `assertPoolsFit` does.
 */
export function poolerConfig(options: PoolerOptions): string {
  assertPoolsFit(options);
  const { database, replicas, serverConnections } = options;
  const users = options.tenants.filter(isOpen).map((tenant) => {
    const size = poolSizePerPod(tenant, replicas);
    const server = `pool_size=${size} max_user_connections=${size}`;
    return `${tenantRoles(tenant.id).app} = ${server} max_user_client_connections=${tenant.plan.connections}`;
  });
  return [
    "[databases]",
    `${database.name} = host=${database.host} port=${database.port} dbname=${database.name}`,
    "",
    "[users]",
    ...users.toSorted(),
    "",
    "[pgbouncer]",
    "listen_addr = 0.0.0.0",
    `listen_port = ${POOLER_PORT}`,
    // The root file system is read-only, and nobody is on the other end of a local socket.
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${POOLER_FILES.users}`,
    `admin_users = ${POOLER_USERS.admin}`,
    `stats_users = ${POOLER_USERS.stats}`,
    "pool_mode = transaction",
    "default_pool_size = 1",
    `max_db_connections = ${Math.floor(serverConnections / replicas)}`,
    `max_client_conn = ${MAX_CLIENTS}`,
    "max_prepared_statements = 200",
    "query_wait_timeout = 30",
    "server_idle_timeout = 60",
    "ignore_startup_parameters = extra_float_digits",
    `server_tls_sslmode = ${database.tls}`,
    ...(database.tls === "verify-full" ? [`server_tls_ca_file = ${POOLER_FILES.authorities}`] : []),
    "",
  ].join("\n");
}

/** The text of userlist.txt. In clear, since the pooler logs in to the server with the password that it checks. */
export const poolerUserList = (passwords: Readonly<Record<string, string>>): string =>
  Object.entries(passwords)
    .map(([user, password]) => `"${user}" "${password.replaceAll('"', '""')}"\n`)
    .toSorted()
    .join("");

/** Logins that the pooler knows, as `[login, tenant id]`. */
export const poolerLogins = (tenants: readonly Tenant[]): readonly (readonly [string, string])[] =>
  tenants.filter(isOpen).map(({ id }) => [tenantRoles(id).app, id]);

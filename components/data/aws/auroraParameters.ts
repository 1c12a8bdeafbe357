/** How every Aurora cluster is set, whichever region it stands in. */

export const POSTGRES_PORT = 5432;
export const AURORA_ENGINE = "aurora-postgresql";

interface Parameter {
  readonly name: string;
  readonly value: string;
  /** `pending-reboot` for what the server reads only when it starts; AWS refuses `immediate` there. */
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** Milliseconds from which a statement is written to the log. */
const SLOW_STATEMENT_MS = 1000;

/** Milliseconds after which an open transaction without work is ended, since it holds back vacuum for all tenants. */
const IDLE_TRANSACTION_MS = 300_000;

const now = (name: string, value: string): Parameter => ({ name, value, applyMethod: "immediate" });
const atStart = (name: string, value: string): Parameter => ({ name, value, applyMethod: "pending-reboot" });

/**
 * Parameters of the cluster.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
 */
export const clusterParameters = (maxConnections: number): readonly Parameter[] => [
  now("rds.force_ssl", "1"),
  now("ssl_min_protocol_version", "TLSv1.2"),
  now("log_statement", "ddl"),
  now("log_min_duration_statement", String(SLOW_STATEMENT_MS)),
  now("log_connections", "1"),
  now("log_disconnections", "1"),
  now("log_lock_waits", "1"),
  now("idle_in_transaction_session_timeout", String(IDLE_TRANSACTION_MS)),
  now("pgaudit.log", "ddl,role"),
  atStart("shared_preload_libraries", "pg_stat_statements,pgaudit"),
  atStart("max_connections", String(maxConnections)),
];

/** `17` of `17.7`. */
export function majorOf(engineVersion: string): string {
  const [major] = engineVersion.split(".");
  if (major === undefined || !/^[0-9]+$/.test(major)) {
    throw new Error(`engine version ${JSON.stringify(engineVersion)} does not begin with a number; write one such as 17.7`);
  }
  return major;
}

/** Names say the region and never a role: which cluster writes can change, and names cannot. */
export const clusterName = (prefix: string, region: string): string => `${prefix}-db-${region}`;

/** Log group that Aurora exports PostgreSQL's log to; AWS fixes the name. */
export const postgresLogGroup = (cluster: string): string => `/aws/rds/cluster/${cluster}/postgresql`;

/**
 * Where writes go: the endpoint of the global database, which follows the writer through a failover; where AWS has not
 * given one yet, that of the cluster.
 */
export const writerHost = (globalEndpoint: string | undefined, clusterEndpoint: string): string =>
  globalEndpoint === undefined || globalEndpoint === "" ? clusterEndpoint : globalEndpoint;

import type { Environment } from "../environment.ts";

export const SUPERUSER = "postgres";
export const DATABASE = "privatesales";

/** Arguments of initdb; `passwordFile` holds the superuser's password. */
export function initdbArgs(dataFolder: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${dataFolder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The same order of texts on every machine.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-sync",
  ];
}

/** Arguments of the postgres server. */
export function postgresArgs(env: Environment): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    port: env.ports.postgres,
    listen_addresses: "127.0.0.1",
    // Socket paths are limited to about 100 bytes, and data folders are not.
    unix_socket_directories: "",
    max_connections: 200,
    password_encryption: "scram-sha-256",
    // A power cut may cost this database; nothing in it is worth waiting for disks.
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    // The log is the witness of which statement reached which schema.
    log_statement: "all",
    log_line_prefix: "%m [%p] %u@%d ",
    log_destination: "stderr",
    logging_collector: "off",
    log_timezone: "UTC",
    timezone: "UTC",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${String(value)}`]);
  return ["-D", env.paths.postgresData, ...options];
}

/** The libpq environment of a client that connects as the superuser. */
export function clientEnvironment(env: Environment, password: string): Readonly<Record<string, string>> {
  return {
    PGHOST: "127.0.0.1",
    PGPORT: String(env.ports.postgres),
    PGUSER: SUPERUSER,
    PGPASSWORD: password,
    PGDATABASE: DATABASE,
    PGSSLMODE: "disable",
    PGAPPNAME: "sandbox",
  };
}

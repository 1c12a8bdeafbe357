import { readFileSync } from "node:fs";
import type { PoolClient, PoolConfig, QueryResultRow } from "pg";
import { Pool } from "pg";
import { isLoopbackHost, type Connection } from "./config.ts";
import { isTransient } from "./failure.ts";
import type { Queue } from "./queue.ts";

/** Whatever SQL can be sent to: a transaction, or a connection outside of one. */
export interface Session {
  rows<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Writes are serialised, so more connections would only wait; reads of a refresh share them. */
const MAX_CONNECTIONS = 4;
/** Before the server renames or copies a database, it waits five seconds for the connections to it to close. */
const IDLE_MS = 1_000;

/** The sandbox opens no connection off loopback. */
function assertLoopback(host: string): void {
  if (isLoopbackHost(host)) return;
  throw new Error(
    `the sandbox connects to PostgreSQL on the loopback address only (localhost, 127.0.0.1, ::1), not to "${host}"`,
  );
}

function tls(connection: Connection): PoolConfig["ssl"] {
  const ca = connection.sslrootcert === undefined ? {} : { ca: readFileSync(connection.sslrootcert, "utf8") };
  switch (connection.sslmode) {
    case "disable":
      return false;
    case "require":
      // As libpq does: with a root certificate "require" checks the issuer.
      return { ...ca, rejectUnauthorized: "ca" in ca, checkServerIdentity: () => undefined };
    case "verify-ca":
      return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verify-full":
      return { ...ca, rejectUnauthorized: true };
  }
}

function session(client: PoolClient): Session {
  return {
    rows: async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(sql, [...values])).rows,
  };
}

/** One server as one provider sees it. Connections close when idle, so that the process can end. */
export class Server {
  readonly connection: Connection;
  readonly #writes: Queue;
  readonly #pools = new Map<string, Pool>();
  /** Inside a transaction before its COMMIT: from then on only the server knows whether it took effect. */
  readonly #interruptible = new Set<PoolClient>();
  readonly #interrupted = new WeakSet<PoolClient>();
  #cancelled = false;

  /** `writes` is shared by all providers of one server: parallel GRANTs on one object fail there. */
  constructor(connection: Connection, writes: Queue) {
    this.connection = connection;
    this.#writes = writes;
  }

  /** Reads in one transaction, so that all answers are of one moment. */
  read<T>(database: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#transaction(database, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work);
  }

  /** Writes in one transaction; once more if another session got in the way. */
  write<T>(database: string, work: (session: Session) => Promise<T>): Promise<T> {
    const once = (): Promise<T> => this.#transaction(database, "BEGIN", work);
    return this.#writes.run(() => once().catch((error: unknown) => {
      if (isTransient(error)) return once();
      throw error;
    }));
  }

  /** For the few statements that the server refuses inside a transaction, such as CREATE DATABASE. */
  autocommit<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#writes.run(() => this.#connected(this.connection.database, (client) => work(session(client))));
  }

  /** Ends transactions under way (the server rolls them back) and refuses new ones. */
  cancel(): void {
    this.#cancelled = true;
    for (const client of this.#interruptible) {
      this.#interrupted.add(client);
      client.release(true);
    }
    this.#interruptible.clear();
  }

  #transaction<T>(database: string, begin: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#connected(database, async (client) => {
      this.#interruptible.add(client);
      try {
        await client.query(begin);
        const result = await work(session(client));
        this.#interruptible.delete(client);
        await client.query("COMMIT");
        return result;
      } finally {
        this.#interruptible.delete(client);
      }
    });
  }

  /** A connection whose work failed is closed, which rolls back what it had begun. */
  async #connected<T>(database: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#cancelled) throw new Error("the run was cancelled before this was done");
    const client = await this.#pool(database).connect();
    let failed = true;
    try {
      const result = await work(client);
      failed = false;
      return result;
    } catch (error) {
      if (this.#interrupted.has(client)) throw new Error("the run was cancelled before this was done: the server has rolled it back", { cause: error });
      throw error;
    } finally {
      if (!this.#interrupted.has(client)) client.release(failed);
    }
  }

  #pool(database: string): Pool {
    const known = this.#pools.get(database);
    if (known !== undefined) return known;
    const { host, port, user, password, connectTimeout, maxConnections } = this.connection;
    assertLoopback(host);
    const pool = new Pool({
      host, port, user, password, database,
      ssl: tls(this.connection),
      max: maxConnections === 0 ? MAX_CONNECTIONS : Math.min(maxConnections, MAX_CONNECTIONS),
      connectionTimeoutMillis: connectTimeout * 1_000,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
      application_name: "Pulumi provider",
    });
    // The server may end an idle connection (a dropped database, a stop); the pool then opens a new one.
    pool.on("error", () => undefined);
    this.#pools.set(database, pool);
    return pool;
  }
}

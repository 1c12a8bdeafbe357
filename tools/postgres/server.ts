import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { Client } from "pg";

/** A connection string with what a step changes of it; passwords never stand in an argument of a program. */
export interface Login {
  readonly url: URL;
  /** Role that every statement runs as from the start. */
  readonly role?: string;
}

export function withChanges({ url, ...login }: Login, changes: { database?: string; user?: string; password?: string; role?: string }): Login {
  const changed = new URL(url);
  if (changes.database !== undefined) changed.pathname = `/${encodeURIComponent(changes.database)}`;
  if (changes.user !== undefined) changed.username = encodeURIComponent(changes.user);
  if (changes.password !== undefined) changed.password = encodeURIComponent(changes.password);
  return { ...login, url: changed, ...(changes.role === undefined ? {} : { role: changes.role }) };
}

export const databaseOf = ({ url }: Login): string => decodeURIComponent(url.pathname.slice(1));

const APPLICATION = "privatesales-tools";

/** What libpq's programs read; nothing else of PG* reaches them. */
export function libpqEnvironment({ url, role }: Login): Readonly<Record<string, string>> {
  const parameter = (name: string, variable: string): Record<string, string> => {
    const value = url.searchParams.get(name);
    return value === null ? {} : { [variable]: value };
  };
  return {
    PGHOST: url.hostname,
    PGPORT: url.port === "" ? "5432" : url.port,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: databaseOf({ url }),
    PGAPPNAME: APPLICATION,
    ...parameter("sslmode", "PGSSLMODE"),
    ...parameter("sslrootcert", "PGSSLROOTCERT"),
    ...(role === undefined ? {} : { PGOPTIONS: `-c role=${role}` }),
  };
}

export async function connect({ url, role }: Login): Promise<Client> {
  const options = role === undefined ? {} : { options: `-c role=${role}` };
  const client = new Client({ connectionString: url.href, application_name: APPLICATION, connectionTimeoutMillis: 15_000, ...options });
  // A connection that breaks while nothing is asked of it; the next question fails with the reason.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(login: Login, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(login);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What the server keeps of a password, so that the password itself is in no statement and no log: RFC 5803. */
export function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${hmac("Server Key").toString("base64")}`;
}

import { randomBytes } from "node:crypto";
import { connect, createServer } from "node:net";
import { Client } from "pg";
import { afterAll, expect } from "vitest";
import { postgresql } from "../../../sandbox/providers/postgresql/index.ts";
import type {
  CreateResult, DiffResult, Properties, Provider, ReadResult,
} from "../../../sandbox/providers/provider.ts";
import type { Kind } from "../../sandbox/providers/postgresql/support.ts";
import { TYPES } from "../../sandbox/providers/postgresql/support.ts";

function serverUrl(): URL {
  const url = process.env.SANDBOX_DATABASE_URL;
  if (url === undefined) throw new Error("SANDBOX_DATABASE_URL is not set: these tests run inside the sandbox");
  return new URL(url);
}

const url = serverUrl();

/** Names that no other test run has. */
const prefix = `t${randomBytes(3).toString("hex")}_`;
export const database = url.pathname.slice(1);

/** The provider's arguments, as JSON text where the engine sends them so. */
const config: Properties = {
  host: url.hostname, port: url.port, username: decodeURIComponent(url.username),
  password: decodeURIComponent(url.password), database, sslmode: "disable",
};

/** Runs SQL as the superuser, behind the provider's back. */
export async function sql<Row extends object>(text: string, inDatabase = database): Promise<Row[]> {
  return as(decodeURIComponent(url.username), decodeURIComponent(url.password), text, inDatabase);
}

/** Runs SQL as any user; rejects when the log-in or the statement is refused. */
export async function as<Row extends object>(
  user: string,
  password: string,
  text: string,
  inDatabase = database,
): Promise<Row[]> {
  const client = new Client({ host: url.hostname, port: Number(url.port), user, password, database: inDatabase });
  // The server may cut the connection of a database that is dropped.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** One resource through its life, as the engine would drive it. */
export class Driven {
  readonly kind: Kind;
  readonly #provider: Provider;
  id = "";
  inputs: Properties = {};
  state: Properties = {};

  constructor(kind: Kind, provider: Provider) {
    this.kind = kind;
    this.#provider = provider;
  }

  #request() {
    return { urn: `urn:${this.kind}`, type: TYPES[this.kind], name: "thing" };
  }

  async #checked(news: Properties): Promise<Properties> {
    const { inputs, failures } = await this.#provider.check({ ...this.#request(), olds: this.inputs, news });
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return inputs;
  }

  async create(news: Properties, preview = false): Promise<CreateResult> {
    const inputs = await this.#checked(news);
    const made = await this.#provider.create({ ...this.#request(), inputs, preview, timeout: 0 });
    if (!preview) Object.assign(this, { id: made.id, inputs, state: made.state });
    return made;
  }

  async diff(news: Properties, ignoreChanges: readonly string[] = []): Promise<DiffResult> {
    const inputs = await this.#checked(news);
    return this.#provider.diff({
      ...this.#request(), id: this.id, oldInputs: this.inputs, olds: this.state, news: inputs, ignoreChanges,
    });
  }

  async update(news: Properties, preview = false, ignoreChanges: readonly string[] = []): Promise<Properties> {
    const inputs = await this.#checked(news);
    const state = await this.#provider.update({
      ...this.#request(), id: this.id, oldInputs: this.inputs, olds: this.state, inputs, preview, timeout: 0,
      ignoreChanges,
    });
    if (!preview) Object.assign(this, { inputs, state });
    return state;
  }

  /** Reads without keeping what was found. */
  peek(): Promise<ReadResult | undefined> {
    return this.#provider.read({ ...this.#request(), id: this.id, inputs: this.inputs, olds: this.state });
  }

  imported(id: string): Promise<ReadResult | undefined> {
    return this.#provider.read({ ...this.#request(), id, inputs: {}, olds: {} });
  }

  async refresh(): Promise<void> {
    const found = await this.peek();
    if (found === undefined) throw new Error(`${this.id} is gone`);
    Object.assign(this, { inputs: found.inputs, state: found.state });
  }

  delete(): Promise<void> {
    return this.#provider.delete({
      ...this.#request(), id: this.id, olds: this.state, oldInputs: this.inputs, timeout: 0,
    });
  }
}

export function configured(changes: Properties = {}): Promise<Provider> {
  return postgresql.configure({ ...config, ...changes });
}

export const provider = await configured();

interface Suite {
  /** Creates and remembers: all is deleted at the end, and nothing may be left. */
  readonly create: (kind: Kind, news: Properties, by?: Provider) => Promise<Driven>;
  /** The properties that a run with these inputs would change. */
  readonly paths: (driven: Driven, news: Properties) => Promise<readonly string[]>;
  /** A name of this test run; `fresh` gives another one at each call. */
  readonly n: (name: string) => string;
  readonly fresh: (name: string) => string;
}

/** What every file of these tests shares; call it once, at the top. */
export function suite(): Suite {
  const made: Driven[] = [];
  let counter = 0;
  afterAll(async () => {
    // What a test deleted already, or dropped behind the provider's back, fails here; the count below is what matters.
    for (const driven of made.reverse()) await driven.delete().catch(() => undefined);
    expect(await sql(`SELECT rolname::text AS left FROM pg_roles WHERE rolname LIKE '${prefix}%'
      UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE '${prefix}%'
      UNION ALL SELECT datname FROM pg_database WHERE datname LIKE '${prefix}%'`)).toEqual([]);
  });
  return {
    create: async (kind, news, by = provider) => {
      const driven = new Driven(kind, by);
      await driven.create(news);
      made.push(driven);
      return driven;
    },
    paths: async (driven, news) => (await driven.diff(news)).changes.map(({ path }) => path),
    n: (name) => prefix + name,
    fresh: (name) => `${prefix}${name}${String(counter++)}`,
  };
}

/** A port in front of the server that keeps what is sent to it. */
export async function eavesdrop(): Promise<{ port: number; sent: () => string; stop: () => void }> {
  const chunks: Buffer[] = [];
  const listener = createServer((socket) => {
    const upstream = connect(Number(url.port), url.hostname);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => upstream.destroy());
    upstream.on("error", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, "127.0.0.1", resolve);
  });
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the listener has no port");
  return {
    port: address.port,
    sent: () => Buffer.concat(chunks).toString("latin1"),
    stop: () => {
      listener.close();
    },
  };
}

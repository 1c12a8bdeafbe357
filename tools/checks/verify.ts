import { createClient } from "redis";
import { withClient } from "../postgres/server.ts";
import type { Check } from "./check.ts";
import { expectApi, expectPage, type Visitor } from "./visit.ts";

/** What the applications of a tenant are told, and have to find. */
export interface Deployed {
  /** Connection string of the application's login. */
  readonly database: URL;
  readonly schema: string;
  readonly cache: URL;
  /** What every key of the tenant starts with. */
  readonly cachePrefix: string;
  /** Every host, the primary one first. */
  readonly hosts: readonly string[];
}

/** Seconds that the cache keeps the check's key when nobody takes it away. */
const KEPT_SECONDS = 60;
const WRITTEN = "written by the verification";

/** The login works, by the way that the application takes, and lands in its own schema. */
async function expectSchema({ database, schema }: Deployed): Promise<void> {
  const { rows } = await withClient({ url: database }, (client) => client.query<{ schema: string | null }>("SELECT current_schema() AS schema"));
  if (rows[0]?.schema !== schema) throw new Error(`the application's login lands in schema ${rows[0]?.schema ?? "(none)"}, not in ${schema}`);
}

/** What is written in the tenant's key space is read again. */
async function expectCache({ cache, cachePrefix }: Deployed): Promise<void> {
  const client = createClient({ url: cache.href, socket: { connectTimeout: 10_000, reconnectStrategy: false } });
  // It is heard by the command that meets it.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const key = `${cachePrefix}verify`;
    await client.set(key, WRITTEN, { expiration: { type: "EX", value: KEPT_SECONDS } });
    const read = await client.get(key);
    if (read !== WRITTEN) throw new Error(`the cache gave ${JSON.stringify(read)} for what was written a moment before`);
    await client.del(key);
  } finally {
    client.destroy();
  }
}

/** Step G of a tenant's deployment: database, cache, API and a page at every host answer for this tenant. */
export function deploymentChecks(deployed: Deployed, visitor: Visitor): readonly Check[] {
  const [primary = "", ...secondary] = deployed.hosts;
  return [
    { name: `database, schema ${deployed.schema}`, run: () => expectSchema(deployed) },
    { name: `cache, keys ${deployed.cachePrefix}*`, run: () => expectCache(deployed) },
    { name: `API, https://${primary}/api/`, run: () => expectApi(visitor, primary) },
    ...[primary, ...secondary].map((host) => ({ name: `page, https://${host}/`, run: () => expectPage(visitor, host, deployed.hosts) })),
  ];
}

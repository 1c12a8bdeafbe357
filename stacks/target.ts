import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { ConfigError, type StackConfig } from "./config.ts";
import { expandHome } from "./paths.ts";

/**
 * Where a stack stands, by what a server cannot change about itself. Names and addresses can be given to another cluster or
 * server; its objects would then be made there, and the tenants' own be taken for lost.
 */
export interface Target {
  /** uid of the namespace kube-system; undefined for a cluster that the stack makes itself. */
  readonly cluster?: string;
  /** PostgreSQL's system identifier; undefined for a server that the stack makes itself. */
  readonly database?: string;
}

const TYPE = "privatesales:stack:Target";
const stateSchema = z.record(z.string(), z.object({ type: z.string(), outputs: z.looseObject({}) }));
const targetSchema = z.object({ cluster: z.string().optional(), database: z.string().optional() });

/** Seconds until a server that does not answer is a fault with an address. */
const PATIENCE = 15;

/** Keeps the target in the state, where it is written at once and outlasts a run that fails later. */
export class PinnedTarget extends pulumi.ComponentResource {
  constructor(name: string, target: Target) {
    super(TYPE, name);
    this.registerOutputs(target);
  }
}

/** The target that a stack's state has from its first run; empty before that. */
export function pinnedIn(resources: unknown): Target {
  const found = Object.values(stateSchema.parse(resources)).find(({ type }) => type === TYPE);
  const { cluster, database } = targetSchema.parse(found?.outputs ?? {});
  return { ...(cluster === undefined ? {} : { cluster }), ...(database === undefined ? {} : { database }) };
}

type ExistingCluster = Extract<StackConfig["cluster"], { kind: "kubeconfig" }>;
type ExistingDatabase = Extract<StackConfig["database"], { kind: "external" }>;

async function clusterUid({ kubeconfig, context }: ExistingCluster): Promise<string> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const client = new KubeConfig();
  const path = expandHome(kubeconfig);
  client.loadFromString(existsSync(path) ? readFileSync(path, "utf8") : kubeconfig);
  if (context !== undefined) client.setCurrentContext(context);
  const { metadata } = await client.makeApiClient(CoreV1Api).readNamespace({ name: "kube-system" });
  return z.string().parse(metadata?.uid);
}

async function systemIdentifier({ host, port, username, sslmode, authorities }: ExistingDatabase, password: string): Promise<string> {
  const { Client } = await import("pg");
  const verified = { rejectUnauthorized: true, ...(authorities === undefined ? {} : { ca: authorities }) };
  const ssl = { disable: false, require: { rejectUnauthorized: false }, "verify-full": verified }[sslmode];
  // The database `postgres` is there from the start; the stack's own is made by it.
  const client = new Client({ host, port, user: username, password, database: "postgres", ssl, connectionTimeoutMillis: PATIENCE * 1000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>("SELECT system_identifier::text AS id FROM pg_control_system()");
    return z.string().parse(rows[0]?.id);
  } finally {
    await client.end();
  }
}

/** The innermost cause, since `fetch failed` says nothing; of an answer that is no success, its first line. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? (error.message.trim().split("\n")[0] ?? "") : reasonOf(error.cause);
}

/** Asks, and makes a silent or refusing server a fault of the key that names it. */
async function ask(key: string, stack: string, question: Promise<string>): Promise<string> {
  const clock = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${PATIENCE} s`));
    }, PATIENCE * 1000);
    clock.signal.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  });
  try {
    return await Promise.race([question, late]);
  } catch (error) {
    throw new ConfigError(`Pulumi.${stack}.yaml: privatesales:${key}: it cannot be reached: ${reasonOf(error)}. Nothing was changed; check address, network and credentials.`);
  } finally {
    clock.abort();
  }
}

/**
 * The cluster and the database server that the config leads to now.
 * @throws ConfigError when one of them does not answer.
 */
export async function observeTarget({ cluster, database, databasePassword = "" }: StackConfig, stack: string): Promise<Target> {
  const [uid, identifier] = await Promise.all([
    cluster.kind === "kubeconfig" ? ask("cluster", stack, clusterUid(cluster)) : undefined,
    database.kind === "external" ? ask("database", stack, systemIdentifier(database, databasePassword)) : undefined,
  ]);
  return { ...(uid === undefined ? {} : { cluster: uid }), ...(identifier === undefined ? {} : { database: identifier }) };
}

const IDENTITIES = {
  cluster: { server: "cluster", by: "the uid of its namespace kube-system" },
  database: { server: "database server", by: "its system identifier" },
} as const;

/**
 * What a stack is deployed to stays what it is.
 * @throws ConfigError that names what was found, what the stack has, and the way back.
 */
export function assertTarget(pinned: Target, found: Target, stack: string): void {
  const faults = (["cluster", "database"] as const).flatMap((key) => {
    const [before, now] = [pinned[key], found[key]];
    if (before === undefined || now === undefined || before === now) return [];
    const { server, by } = IDENTITIES[key];
    return [
      `Pulumi.${stack}.yaml: privatesales:${key} leads to another ${server} than the one stack ${stack} is deployed to: ${by} is ${now}, ` +
        `and the stack's is ${before}. Nothing was changed. Lead it back to the ${server} it is deployed to; if that one is gone for good, ` +
        `restore it from its backup, or begin anew with an empty state: pulumi stack rm --force --preserve-config ${stack} && pulumi stack init ${stack}`,
    ];
  });
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
}

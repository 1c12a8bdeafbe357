import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writesIn, type Write } from "./auditLog.ts";
import { sandbox } from "./sandbox.ts";

/** Looking into a sandbox as its user would, and at what its servers have logged. */

/** The text of a log from its start, or what it gets from now on. */
function tail(file: string, since: Since): () => string {
  const start = since === "now" && existsSync(file) ? statSync(file).size : 0;
  return () => {
    const log = openSync(file, "r");
    try {
      const rest = Buffer.alloc(fstatSync(log).size - start);
      readSync(log, rest, 0, rest.length, start);
      return rest.toString("utf8");
    } finally {
      closeSync(log);
    }
  };
}

type Since = "start" | "now";

/** What has reached the servers of a sandbox since then. */
export interface Witness {
  readonly writes: () => readonly Write[];
  /** A piece of the API server's log. */
  readonly auditLog: () => string;
  /** A piece of PostgreSQL's log. */
  readonly postgresLog: () => string;
}

export function witness(data: string, since: Since = "now"): Witness {
  const audit = tail(join(data, "audit.log"), since);
  return { writes: () => writesIn(audit()), auditLog: audit, postgresLog: tail(join(data, "postgres.log"), since) };
}

async function output(data: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await sandbox(data, ...args);
  if (code !== 0) throw new Error(`${args.join(" ")}: exit code ${code}\n${stderr}`);
  return stdout.trim();
}

export const kubectl = (data: string, ...args: readonly string[]): Promise<string> => output(data, "kubectl", ...args);

/** The value that a query returns, without a head; rows are lines, columns are parted by `|`. */
export const query = (data: string, sql: string): Promise<string> => output(data, "psql", "--no-psqlrc", "-At", "-c", sql);

/** Lines of a text; none for an empty one. */
export const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

const listSchema = z.object({
  items: z.array(z.object({ kind: z.string(), metadata: z.object({ namespace: z.string().optional(), name: z.string(), uid: z.string() }) })),
});

/** `kind namespace/name uid` of every object of these kinds, in all namespaces or one, sorted. */
export async function objectsOf(data: string, kinds: string, namespace?: string): Promise<readonly string[]> {
  const where = namespace === undefined ? ["--all-namespaces"] : ["--namespace", namespace];
  const { items } = listSchema.parse(JSON.parse(await kubectl(data, "get", kinds, ...where, "-o", "json")));
  return items.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name} ${metadata.uid}`).toSorted();
}

/** Names of all namespaces, sorted. */
export const namespacesOf = async (data: string): Promise<readonly string[]> =>
  lines(await kubectl(data, "get", "namespaces", "-o", "name")).map((name) => name.replace("namespace/", ""));

/** Every cluster-wide object of the program, of whatever kind. */
export async function clusterWideOf(data: string): Promise<readonly string[]> {
  const kinds = lines(await kubectl(data, "api-resources", "--namespaced=false", "--verbs=list", "-o", "name"));
  return lines(await kubectl(data, "get", kinds.join(","), "-l", "app.kubernetes.io/part-of=privatesales", "-o", "name"));
}

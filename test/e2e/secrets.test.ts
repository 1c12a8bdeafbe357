import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { leaksIn, searchFolder } from "../support/canaries.ts";
import { changedRun } from "../support/changes.ts";
import { kubectl, lines, query } from "../support/inspect.ts";
import { configOf } from "../support/program.ts";
import { shop } from "../support/runs.ts";
import { sandbox, TEST_DATA, writeTenants, type Outcome } from "../support/sandbox.ts";

/**
 * Secrets stand where they are used, in Secrets of the cluster and as hashes in the database, and nowhere else: not in the state, its
 * history and backups, the engine's verbose log, the servers' logs, what a run prints, or any other object.
 */

const DATA = join(TEST_DATA, "secrets");
const ENGINE_LOGS = join(DATA, "engine-logs");
const TENANTS = writeTenants("secrets", [shop("shopa"), shop("shopb")]);
const CHANGED = writeTenants("secrets-changed", [{ ...shop("shopa"), quota: { cpu: "9" } }, shop("shopb")]);

/** What an operator sets by `pulumi config set --secret`; with every character that some form writes in another way. */
const canary = (): string => `ca"n/a+r&y ${randomBytes(12).toString("base64url")}%`;
const CANARIES = { smtpPassword: canary(), deadMansSwitchUrl: `https://watch.test/${randomBytes(12).toString("base64url")}` };

/** With a login, so that the password is used. */
const MONITORING = JSON.stringify({ ...monitoringOf(configOf("local")), smtp: { host: "smtp.shops.test", port: 587, from: "alerts@shops.test", username: "alerts" } });

/** Files that are keys themselves, or the cluster's own store. */
const KEYS = ["etcd", "pki", "passphrase", "postgres.password"];

function monitoringOf(config: Readonly<Record<string, string>>): object {
  return z.looseObject({}).parse(JSON.parse(config["privatesales:monitoring"] ?? ""));
}

const runs: Record<string, Outcome> = {};
let secrets: Readonly<Record<string, string>> = {};

async function run(name: string, ...args: readonly string[]): Promise<void> {
  const canaries = Object.fromEntries(Object.entries(CANARIES).map(([key, value]) => [`privatesales:${key}`, value]));
  const handedOver = { ...canaries, "privatesales:monitoring": MONITORING };
  const outcome = await changedRun({ handedOver, engineLogs: ENGINE_LOGS }, DATA, ...args);
  if (outcome.code !== 0) throw new Error(`${name}: exit code ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
  runs[name] = outcome;
}

const secretsSchema = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }), data: z.record(z.string(), z.base64()).default({}) })),
});

/** `<namespace>/<name>.<key>` of every value of every Secret, decoded. */
async function secretValues(): Promise<Readonly<Record<string, string>>> {
  const { items } = secretsSchema.parse(JSON.parse(await kubectl(DATA, "get", "secrets", "-A", "-o", "json")));
  return Object.fromEntries(
    items.flatMap(({ metadata, data }) =>
      Object.entries(data).map(([key, value]) => [`${metadata.namespace}/${metadata.name}.${key}`, Buffer.from(value, "base64").toString("utf8")]),
    ),
  );
}

/** The passwords that were generated, out of the connection strings and files that hold them. */
function generatedIn(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const inUrls = Object.entries(values).flatMap(([name, value]) => {
    const password = /^\w+:\/\/[^:/]+:([^@]+)@/.exec(value)?.[1];
    return password === undefined ? [] : [[name, password] as const];
  });
  const whole = Object.entries(values).filter(([name, value]) => /password$/.test(name) && value.length >= 16 && !value.includes(" "));
  return Object.fromEntries([...inUrls, ...whole]);
}

async function remove(): Promise<void> {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
  rmSync(DATA, { recursive: true, force: true });
}

beforeAll(async () => {
  await remove();
  mkdirSync(ENGINE_LOGS, { recursive: true });
  await run("up", "up", "--tenants", TENANTS);
  await run("preview", "preview", "--tenants", CHANGED);
  await run("up as JSON", "up", "--tenants", CHANGED, "--json");
  await run("refresh", "refresh", "--tenants", CHANGED, "--json");
  secrets = { ...CANARIES, ...generatedIn(await secretValues()), superuser: readFileSync(join(DATA, "postgres.password"), "utf8").trim() };
});
afterAll(remove);

describe("the search", () => {
  test("knows the canaries, and each generated password as the server has it", async () => {
    const names = Object.keys(secrets);
    for (const id of ["shopa", "shopb"]) {
      for (const key of ["DATABASE_URL", "MIGRATION_DATABASE_URL", "CACHE_URL"]) expect(names).toContain(`tenant-${id}/data-access.${key}`);
    }
    expect(names.length).toBeGreaterThan(10);
    expect(new Set(Object.values(secrets)).size).toBe(names.length);
    for (const value of Object.values(secrets)) expect(value.length).toBeGreaterThanOrEqual(16);
    expect(await query(DATA, "SELECT count(*) FROM pg_authid WHERE rolname LIKE 'tenant\\_%' AND rolpassword LIKE 'SCRAM-SHA-256$%'")).toBe("4");
  });

  test("finds them where they belong", async () => {
    const all = await kubectl(DATA, "get", "secrets", "-A", "-o", "json");
    expect(leaksIn(all, secrets).toSorted()).toEqual(Object.keys(secrets).filter((name) => name !== "superuser").toSorted());
    expect(searchFolder(DATA, secrets, KEYS.filter((path) => path !== "postgres.password")).leaks).toEqual(["superuser in postgres.password"]);
  });
});

test("what the runs printed holds none", () => {
  expect(Object.keys(runs)).toHaveLength(4);
  for (const [name, { stdout, stderr }] of Object.entries(runs)) expect([name, leaksIn(stdout, secrets), leaksIn(stderr, secrets)]).toEqual([name, [], []]);
  expect(runs["preview"]?.stdout).toContain("shopa-quota");
});

test("state, its history and backups, the engine's verbose log and the servers' logs hold none", () => {
  const { files, leaks } = searchFolder(DATA, secrets, KEYS);
  expect(leaks).toEqual([]);
  expect(files).toBeGreaterThan(20);
  expect(searchFolder(ENGINE_LOGS, { own: "Current cloud URL" }).leaks.length).toBeGreaterThan(3);
  const state = searchFolder(join(DATA, "state"), { urn: "shopa-quota", cipher: "v1:" });
  for (const part of ["stacks/", "history/", "backups/"]) expect(state.leaks.filter((leak) => leak.startsWith("urn in ") && leak.includes(part)).length).toBeGreaterThan(0);
});

test("no object but Secrets holds one, in content, annotation or status", async () => {
  const kinds = lines(await kubectl(DATA, "api-resources", "--verbs=list", "-o", "name")).filter((kind) => kind !== "secrets" && !kind.includes("metrics.k8s.io"));
  expect(kinds.length).toBeGreaterThan(60);
  const text = await kubectl(DATA, "get", kinds.join(","), "-A", "-o", "json", "--show-managed-fields", "--ignore-not-found");
  writeFileSync(join(DATA, "objects.json"), text);
  expect(text).toContain("tenant-shopa");
  expect(leaksIn(text, secrets)).toEqual([]);
});

test("the database keeps hashes, and no comment, setting or activity holds one", async () => {
  const text = await query(
    DATA,
    "SELECT string_agg(rolname || coalesce(rolpassword, '') || coalesce(rolconfig::text, ''), ' ') FROM pg_authid a LEFT JOIN (SELECT setrole, setconfig AS rolconfig FROM pg_db_role_setting) s ON s.setrole = a.oid " +
      "UNION ALL SELECT coalesce(string_agg(description, ' '), '') FROM pg_shdescription UNION ALL SELECT coalesce(string_agg(query, ' '), '') FROM pg_stat_activity",
  );
  expect(text).toContain("tenant_shopa__app");
  expect(leaksIn(text, secrets)).toEqual([]);
});

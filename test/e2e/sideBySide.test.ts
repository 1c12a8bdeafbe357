import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnvironment, type Environment } from "../../sandbox/environment.ts";
import { superuserPassword } from "../../sandbox/postgres/postgres.ts";
import type { ServerStatus } from "../../sandbox/status.ts";
import { changesIn } from "../support/auditLog.ts";
import { changedRun, succeedWith } from "../support/changes.ts";
import { kubectl, lines, query, witness } from "../support/inspect.ts";
import { changingStatementsIn, entriesAbout } from "../support/postgresLog.ts";
import { fieldsByName, shop } from "../support/runs.ts";
import { reportOf, sandbox, succeed, TEST_DATA, writeTenants } from "../support/sandbox.ts";

/** A second data folder beside the shared one, which runs all the time. */

const SECOND = join(TEST_DATA, "second");
const TENANTS = writeTenants("second", [shop("hermes")]);

function firstFolder(): string {
  const data = process.env["SANDBOX_DATA"];
  if (data === undefined) throw new Error("SANDBOX_DATA is not set: this test runs beside the shared sandbox");
  return data;
}

function environmentOf(data: string): Environment {
  const env = readEnvironment(data);
  if (env === undefined) throw new Error(`there is no sandbox in ${data}`);
  return env;
}

const statusOf = async (data: string): Promise<readonly ServerStatus[]> =>
  JSON.parse((await sandbox(data, "status", "--json")).stdout) as readonly ServerStatus[];
const processesOf = async (data: string): Promise<readonly string[]> =>
  (await statusOf(data)).map(({ name, state, pid }) => `${name} ${state} ${pid ?? ""}`);
const shopsOf = async (data: string): Promise<readonly string[]> =>
  lines(await kubectl(data, "get", "namespaces", "-o", "name")).filter((name) => name.startsWith("namespace/tenant-"));

async function remove(): Promise<void> {
  if (existsSync(join(SECOND, "environment.json"))) await sandbox(SECOND, "remove");
}

beforeAll(remove);
afterAll(remove);

test("a second environment is made beside the first, on ports and addresses of its own", async () => {
  const first = firstFolder();
  const processes = await processesOf(first);
  expect(processes).toHaveLength(6);
  expect(processes.filter((line) => !line.includes(" up "))).toEqual([]);
  const seen = witness(first);
  const { tenants } = await succeed(SECOND, "up", "--tenants", TENANTS);
  expect(tenants.map(({ id, steps }) => [id, Object.values(steps)])).toEqual([["hermes", ["done", "done", "done", "done", "done"]]]);

  const [one, two] = [environmentOf(first), environmentOf(SECOND)];
  expect(new Set([one, two].flatMap(({ ports }) => Object.values(ports))).size).toBe(8);
  expect(new Set([one, two].flatMap(({ ranges }) => [ranges.pods, ranges.services])).size).toBe(4);
  const schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_hermes'";
  expect([await shopsOf(SECOND), await query(SECOND, schemas)]).toEqual([["namespace/tenant-hermes"], "1"]);
  expect(await shopsOf(first)).toContain("namespace/tenant-dior");
  expect(await shopsOf(first)).not.toContain("namespace/tenant-hermes");
  expect(await query(first, schemas)).toBe("0");
  expect(changesIn(seen.writes())).toEqual([]);
  // The question just asked names the schema only inside a text; no statement is about it.
  expect(entriesAbout(seen.postgresLog().replaceAll(schemas, ""), ["hermes"])).toEqual([]);
  expect(await processesOf(first)).toEqual(processes);
});

/** The config of the second, with one of its servers at the first's address. */
const leadingTo = {
  cluster: ({ paths }: Environment) => ({ "privatesales:cluster": JSON.stringify({ kind: "kubeconfig", kubeconfig: paths.kubeconfig }) }),
  database: (env: Environment) => ({
    "privatesales:database": JSON.stringify({ kind: "external", host: "127.0.0.1", port: env.ports.postgres, username: "postgres", sslmode: "disable", cidrs: ["127.0.0.1/32"] }),
    "privatesales:databasePassword": superuserPassword(env),
  }),
};

describe.each(["preview", "up"])("%s", (command) => {
  test.each([
    ["cluster", "another cluster than the one stack local is deployed to: the uid of its namespace kube-system is "],
    ["database", "another database server than the one stack local is deployed to: its system identifier is "],
  ] as const)("with a %s that is the first's is refused before anything is written", async (server, reason) => {
    const seen = [witness(firstFolder()), witness(SECOND)];
    const handedOver = leadingTo[server](environmentOf(firstFolder()));
    const outcome = await changedRun({ handedOver }, SECOND, command, "--tenants", TENANTS, "--json");
    expect(outcome.code).toBe(1);
    const { failures, changes } = reportOf(outcome);
    expect(failures.map((failure) => failure.reason)).toEqual([expect.stringContaining(`Pulumi.local.yaml: privatesales:${server} leads to ${reason}`)]);
    expect(outcome.stderr).toContain("Nothing was changed. Lead it back to the");
    expect(changes).toEqual([]);
    expect(seen.map(({ writes }) => changesIn(writes()))).toEqual([[], []]);
    expect(seen.map(({ postgresLog }) => changingStatementsIn(postgresLog()))).toEqual([[], []]);
  });
});

test("another kubeconfig for the same cluster, and another login of the same server, change the providers' own entries and nothing else", async () => {
  const { paths, ports } = environmentOf(SECOND);
  const moved = join(SECOND, "moved.kubeconfig");
  writeFileSync(moved, readFileSync(paths.kubeconfig));
  const handedOver = {
    "privatesales:cluster": JSON.stringify({ kind: "kubeconfig", kubeconfig: moved }),
    "privatesales:database": JSON.stringify({ kind: "external", host: "localhost", port: ports.postgres, podHost: "127.0.0.1", username: "postgres", sslmode: "disable", cidrs: ["127.0.0.1/32"] }),
  };
  const report = await succeedWith({ handedOver }, SECOND, "preview", "--tenants", TENANTS);
  expect(fieldsByName(report)).toEqual({ "update cluster-kubernetes": ["kubeconfig"], "update database-provider": ["host"] });
});

test("stopping the second leaves the first running", async () => {
  const first = firstFolder();
  const processes = await processesOf(first);
  expect((await sandbox(SECOND, "stop")).code).toBe(0);
  expect((await statusOf(SECOND)).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => "down"));
  expect(await processesOf(first)).toEqual(processes);
  expect(await shopsOf(first)).toContain("namespace/tenant-dior");
});

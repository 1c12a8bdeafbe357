import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnvironment } from "../../../sandbox/environment.ts";
import { waitUntil } from "../../../sandbox/process.ts";
import { ensureToolchain } from "../../../sandbox/toolchain.ts";
import { shop } from "../../support/runs.ts";
import { ROOT, sandbox, TEST_DATA, writeTenants } from "../../support/sandbox.ts";
import { contactsIn, foreignOf, SENDING_CALLS } from "../../support/strace.ts";

/** No run talks to an address off the loopback and this environment's own ranges, whatever its user's environment says. */

const DATA = join(TEST_DATA, "strace");
const folder = mkdtempSync(join(tmpdir(), "privatesales-strace-"));
const at = (name: string): string => join(folder, name);
const read = (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");

/** Where a client that heeded these would go: addresses that nothing answers (RFC 5737). */
const MISLEADING = {
  AWS_ACCESS_KEY_ID: "nonsense",
  AWS_SECRET_ACCESS_KEY: "nonsense",
  AWS_ENDPOINT_URL: "http://192.0.2.1",
  AWS_PROFILE: "nobody",
  KUBECONFIG: "/nonexistent/kubeconfig",
  PGHOST: "192.0.2.2",
  PGUSER: "nobody",
  PGSSLMODE: "verify-full",
} as const;

/** The log of this command and of every process that it starts, while strace and those go on. */
function trace(command: string, log: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const options = ["-f", "-qq", "-s", "0", "--seccomp-bpf", "-e", `trace=${SENDING_CALLS}`, "-o", at(log)];
  return spawn("strace", [...options, "sh", "-c", command], { cwd: ROOT, env: { ...process.env, ...env }, stdio: "ignore" });
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null;
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

let strace: ChildProcess;
let ranges: readonly string[] = [];

beforeAll(async () => {
  // Building the toolchain does use the network.
  await ensureToolchain({ log: console.log });
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
  const up = [process.execPath, join(ROOT, "sandbox/cli.ts"), "--data", DATA, "up", "--tenants", writeTenants("strace", [shop("alone")])];
  // The servers outlive the command, and strace outlives them: the command's end is told by a file.
  const command = `${up.map(quote).join(" ")} > ${quote(at("out"))} 2> ${quote(at("err"))}; echo $? > ${quote(at("code"))}`;
  strace = trace(command, "trace", MISLEADING);
  if (!(await waitUntil(() => read("code").endsWith("\n"), 400_000, 200))) throw new Error(`the run does not end\n${read("err")}`);
  const env = readEnvironment(DATA);
  if (env !== undefined) ranges = [env.ranges.pods, env.ranges.services];
});

afterAll(async () => {
  await sandbox(DATA, "remove");
  await waitUntil(() => ended(strace), 20_000);
  rmSync(folder, { recursive: true, force: true });
});

describe("a complete run under strace", () => {
  test("succeeds, whatever AWS_*, KUBECONFIG and PG* say", () => {
    expect(read("code")).toBe("0\n");
    expect(read("out")).toMatch(/^alone +active +ok +ok +ok +ok +ok /m);
  });

  test("opens connections, and none off loopback and its own ranges", () => {
    const contacts = contactsIn(read("trace"));
    const env = readEnvironment(DATA);
    const ports = new Set(contacts.map(({ port }) => port));
    expect(env).toBeDefined();
    // Control: the engine's and the servers' own connections are seen.
    expect([env?.ports.apiServer, env?.ports.postgres, env?.ports.etcdClient].filter((port) => port !== undefined && ports.has(port))).toHaveLength(3);
    expect(foreignOf(contacts, ranges)).toEqual([]);
  });

  test("the servers that it started are followed, too", () => {
    const pids = ["etcd", "apiserver", "scheduler", "kwok"].map((name) => readFileSync(join(DATA, "run", `${name}.pid`), "utf8").trim());
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(new RegExp(`^TracerPid:\\s+${strace.pid ?? 0}$`, "m"));
  });
});

test("an attempt elsewhere would be seen", async () => {
  // The kernel refuses the broadcast address before anything is sent.
  const attempt = `require("node:net").connect({ host: "255.255.255.255", port: 9 }).on("error", () => undefined)`;
  const child = trace(`${quote(process.execPath)} -e ${quote(attempt)}`, "control");
  expect(await waitUntil(() => ended(child), 20_000)).toBe(true);
  expect(foreignOf(contactsIn(read("control")), ranges)).toMatchObject([{ address: "255.255.255.255", port: 9 }]);
});

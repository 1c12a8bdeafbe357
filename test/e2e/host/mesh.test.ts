import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnvironment, type Environment } from "../../../sandbox/environment.ts";
import { envoyFolder, meshServerOf, processesWith } from "../../../sandbox/mesh/servers.ts";
import { waitUntil } from "../../../sandbox/process.ts";
import { runningPid } from "../../../sandbox/servers.ts";
import { succeedWith } from "../../support/changes.ts";
import { clientOf, podOf, target, type Edge } from "../../support/edge.ts";
import { kubectl, lines } from "../../support/inspect.ts";
import { apiTests } from "../../support/mesh/api.ts";
import { checkTests } from "../../support/mesh/checks.ts";
import { entryTests } from "../../support/mesh/entries.ts";
import { isolationTests } from "../../support/mesh/isolation.ts";
import { scaleTest } from "../../support/mesh/scale.ts";
import { DOMAIN, OWN_DOMAIN, SEED, SHOPS, shopsFile } from "../../support/mesh/shops.ts";
import { ROOT, sandbox, TEST_DATA, type Outcome } from "../../support/sandbox.ts";

/** Requests through the real istiod and the real Envoy, to pods that say who they are. */

const DATA = join(TEST_DATA, "mesh");

let up: Outcome;
let env: Environment;
let edge: Edge;

const routes = (range: string): string => execFileSync("ip", ["route", "show", "table", "local", range], { encoding: "utf8" }).trim();

beforeAll(async () => {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
  up = await sandbox(DATA, "up", "--mesh", "--tenants", shopsFile());
  const found = readEnvironment(DATA);
  if (up.code !== 0 || found === undefined) throw new Error(`${up.stdout}\n${up.stderr}`);
  env = found;
  const address = await kubectl(DATA, "get", "pod", "-n", "istio-ingress", "istio-ingress", "-o", "jsonpath={.status.podIP}");
  edge = { address, ca: readFileSync(join(DATA, "mesh", "ca.crt"), "utf8") };
});

afterAll(async () => {
  await sandbox(DATA, "remove");
});

const { visit, send } = clientOf(() => edge);

describe("hosts", () => {
  test.each([
    ["dior.privatesales.localhost", "dior storefront"],
    ["chanel.privatesales.localhost", "chanel storefront"],
    ["gucci.privatesales.localhost", "gucci storefront"],
    ["store-chanel.privatesales.localhost", "chanel storefront"],
    ["kr-chanel.privatesales.localhost", "chanel storefront"],
    ["boutique-gucci.privatesales.localhost", "gucci storefront"],
    [OWN_DOMAIN, "gucci storefront"],
  ])("%s reaches %s, with a certificate for it", async (host, expected) => {
    expect(await visit({ host })).toBe(expected);
    expect(await visit({ host, path: "/api/orders" })).toBe(expected.replace("storefront", "api"));
    expect(await visit({ host, scheme: "http" })).toBe(expected);
  });

  test.each(["shop-dior", "kr-dior"])("%s redirects to the primary host, path and query kept, on the public port", async (name) => {
    for (const port of ["", ":443"]) {
      expect(target(await send({ host: `${name}.${DOMAIN}${port}`, path: "/bags?page=2" }))).toBe(`308 https://dior.${DOMAIN}/bags?page=2`);
    }
    expect(target(await send({ host: `${name}.${DOMAIN}`, path: "/bags?page=2", scheme: "http" }))).toBe(`308 http://dior.${DOMAIN}/bags?page=2`);
  });

  test("the certificate is for the hosts of the program's Certificate, and for no others", async () => {
    await expect(send({ host: "dior.privatesales.localhost", sni: "a.b.privatesales.localhost" })).rejects.toThrow();
    await expect(clientOf(() => ({ ...edge, ca: "" })).send({ host: "dior.privatesales.localhost" })).rejects.toThrow(/certificate/);
    const issued = await kubectl(DATA, "get", "certificate", "-n", "istio-ingress", "wildcard-privatesales", "-o", "jsonpath={.status.conditions[?(@.type=='Ready')].reason} {.spec.dnsNames}");
    expect(issued).toBe(`Ready ["*.${DOMAIN}","${DOMAIN}"]`);
  });

  test("a Certificate for other names is served as it says, and no client takes it for a shop's", async () => {
    const names = (dnsNames: readonly string[]): Promise<string> =>
      kubectl(DATA, "patch", "certificate", "-n", "istio-ingress", "wildcard-privatesales", "--type=merge", "-p", JSON.stringify({ spec: { dnsNames } }));
    const served = (): Promise<string> => visit({ host: `dior.${DOMAIN}` }).catch((error: unknown) => String(error));
    await names(["*.elsewhere.example"]);
    expect(await waitUntil(async () => (await served()).includes("ERR_TLS_CERT_ALTNAME_INVALID") || (await served()).includes("altnames"), 30_000)).toBe(true);
    await names([`*.${DOMAIN}`, DOMAIN]);
    expect(await waitUntil(async () => (await served()) === "dior storefront", 30_000)).toBe(true);
  });

  test("what a shop gets of a request: its own name, whatever the client says, and a call from the gateway alone", async () => {
    const headers = { "x-tenant": "chanel", "x-tenant-id": "chanel", "x-forwarded-tenant": "chanel", "x-user-id": "1", "x-user-roles": "admin" };
    const pod = podOf(await send({ host: `dior.${DOMAIN}`, headers }));
    expect(pod).toMatchObject({ tenant: "dior", version: "1.0.0", caller: "spiffe://cluster.local/ns/istio-ingress/sa/istio-ingress", headers: { "x-tenant": "dior" } });
    for (const name of Object.keys(headers).slice(1)) expect(pod?.headers).not.toHaveProperty(name);
  });
});

entryTests(clientOf(() => edge));
isolationTests(clientOf(() => edge));
apiTests(clientOf(() => edge));
checkTests(() => edge, () => env);

describe("the sandbox's part", () => {
  test("up says how to visit the shops, in lines that work as they are", () => {
    const curls = up.stdout.split("\n").flatMap((line) => /curl .*/.exec(line) ?? []);
    expect(curls).toHaveLength(6);
    const answers = curls.map((line) => execFileSync("sh", ["-c", `${line} --silent`], { encoding: "utf8" }));
    for (const id of [...SHOPS]) expect(answers.join("\n")).toContain(`"tenant": "${id}"`);
    expect(answers.join("\n")).toContain("302");
  });

  test("status knows the processes", async () => {
    const { code, stdout } = await sandbox(DATA, "status", "--json");
    expect(code).toBe(0);
    const states = (JSON.parse(stdout) as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`);
    expect(states).toEqual(expect.arrayContaining(["cert-manager up", "istiod up", "pods up", "gateway up"]));
  });

  test("pods that are deleted answer no more, and their successors do", async () => {
    const answering = async (): Promise<string | undefined> => podOf(await send({ host: `gucci.${DOMAIN}` }))?.pod;
    const before = lines(await kubectl(DATA, "get", "pods", "-n", "tenant-gucci", "-l", "app.kubernetes.io/name=storefront", "-o", "name")).map((name) => name.replace("pod/", ""));
    expect(before).toContain(await answering());
    await kubectl(DATA, "delete", "pod", "-n", "tenant-gucci", ...before);
    const changed = await waitUntil(async () => {
      const after = await answering();
      return after !== undefined && !before.includes(after);
    }, 30_000);
    expect(changed).toBe(true);
  });

  test("a crash that leaves an Envoy without its agent, and no pods' process, is mended by the next start", async () => {
    for (const name of ["gateway", "pods"] as const) process.kill(runningPid(meshServerOf(env, name)) ?? 0, "SIGKILL");
    await waitUntil(() => runningPid(meshServerOf(env, "gateway")) === undefined, 5000);
    const orphans = processesWith(envoyFolder(env));
    expect(orphans).not.toEqual([]);
    const { code, stdout, stderr } = await sandbox(DATA, "mesh");
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(stdout).toContain("curl ");
    for (const pid of orphans) expect(processesWith(envoyFolder(env))).not.toContain(pid);
    expect(await visit({ host: `dior.${DOMAIN}` })).toBe("dior storefront");
  });

  test("without the right to change routes it says why not: up as a line, mesh as its error", () => {
    const without = (...args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync("setpriv", ["--bounding-set=-net_admin", "--inh-caps=-net_admin", process.execPath, "sandbox/cli.ts", "--data", DATA, ...args], { cwd: ROOT, encoding: "utf8" });
    expect(without("mesh")).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^the mesh does not run here: .*NET_ADMIN/) as unknown });
    const { status, stdout } = without("up", "--mesh", "--tenants", shopsFile());
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^no visits +the mesh does not run here: .*NET_ADMIN/);
  });
});

describe("a stack of the seed's own domain, with https alone", () => {
  beforeAll(async () => {
    await succeedWith({ config: { "privatesales:domain": SEED, "privatesales:mesh": { http: "redirect" } } }, DATA, "up", "--tenants", shopsFile());
    const signed = await waitUntil(() => visit({ host: `dior.${SEED}` }).then((answer) => answer === "dior storefront", () => false), 60_000);
    if (!signed) throw new Error(`no certificate for ${SEED}`);
  });

  test.each([
    ["dior.privatesales.co.kr", "dior storefront"],
    ["chanel.privatesales.co.kr", "chanel storefront"],
    ["store-chanel.privatesales.co.kr", "chanel storefront"],
    ["boutique-gucci.privatesales.co.kr", "gucci storefront"],
    ["kr-chanel.privatesales.co.kr", "chanel storefront"],
    [OWN_DOMAIN, "gucci storefront"],
  ])("%s reaches %s; plain http redirects there, path and query kept", async (host, expected) => {
    expect(await visit({ host })).toBe(expected);
    expect(target(await send({ host, path: "/bags?page=2", scheme: "http" }))).toBe(`301 https://${host}/bags?page=2`);
  });

  test.each([
    ["shop-dior.privatesales.co.kr", "/", "308 https://dior.privatesales.co.kr/"],
    ["kr-dior.privatesales.co.kr", "/bags", "308 https://dior.privatesales.co.kr/bags"],
    ["www.privatesales.co.kr", "/?brand=dior", "302 https://dior.privatesales.co.kr/?brand=dior"],
    ["www.privatesales.co.kr", "/?store=chanel", "302 https://chanel.privatesales.co.kr/?store=chanel"],
  ])("%s%s answers %s", async (host, path, expected) => {
    expect(target(await send({ host, path }))).toBe(expected);
  });

  test("the hosts of before are nobody's, and their certificate is gone", async () => {
    await expect(send({ host: `dior.${DOMAIN}` })).rejects.toThrow();
    expect(await visit({ host: `dior.${DOMAIN}`, scheme: "http" })).toBe("404");
  });

  // The last one: it leaves objects that no stack knows.
  scaleTest({ visit, send }, () => env);
});

describe("the end", () => {
  test("stop ends every process and takes the route away", async () => {
    expect(routes(env.ranges.pods)).toContain(env.ranges.pods);
    expect((await sandbox(DATA, "stop")).code).toBe(0);
    expect(routes(env.ranges.pods)).toBe("");
    expect(processesWith(join(env.dataDir, "mesh"))).toEqual([]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cacheFolder } from "../../sandbox/cacheFolder.ts";
import { openEnvironment, parseEnvironmentFile, readEnvironment } from "../../sandbox/environment.ts";
import { isFree, pickPorts } from "../../sandbox/environment/ports.ts";
import { addressIn, claimSlot, rangesOf, SLOTS } from "../../sandbox/environment/ranges.ts";
import { SandboxError } from "../../sandbox/errors.ts";

let dir: string;
let cache: string | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sandbox-environment-"));
  cache = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = join(dir, "cache");
});
afterEach(() => {
  if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
  else process.env["XDG_CACHE_HOME"] = cache;
  rmSync(dir, { recursive: true, force: true });
});

const silent = (): void => undefined;

describe("address ranges", () => {
  test("are within the two private blocks, and no two slots share an address", () => {
    const all = Array.from({ length: SLOTS }, (_, slot) => rangesOf(slot));
    expect(all[0]).toEqual({ pods: "10.244.0.0/20", services: "10.96.0.0/20" });
    expect(all[17]).toEqual({ pods: "10.245.16.0/20", services: "10.97.16.0/20" });
    expect(all[63]).toEqual({ pods: "10.247.240.0/20", services: "10.99.240.0/20" });
    expect(new Set(all.flatMap(({ pods, services }) => [pods, services]))).toHaveLength(2 * SLOTS);
  });

  test.each([
    ["10.96.0.0/20", 1, "10.96.0.1"],
    ["10.244.16.0/20", 15 * 256 + 7, "10.244.31.7"],
    ["192.168.255.0/24", 255, "192.168.255.255"],
  ])("address %s + %i is %s", (cidr, offset, address) => {
    expect(addressIn(cidr, offset)).toBe(address);
  });

  test("a live claim is passed by, a dead or unreadable one is taken over", () => {
    const claims = join(dir, "ranges");
    const alive = new Set(["a"]);
    const claim = (id: string): number => {
      return claimSlot(claims, { dataDir: `/data/${id}`, id }, 62, (other) => alive.has(other.id));
    };
    expect(claim("a")).toBe(62);
    expect(claim("b")).toBe(63);
    expect(claim("c"), "b is not alive").toBe(63);
    alive.add("c");
    expect(claim("d"), "after the last comes the first").toBe(0);
    writeFileSync(join(claims, "62.json"), "{");
    expect(claim("e")).toBe(62);
  });

  test("none left is an error that says where the claims are", () => {
    const claims = join(dir, "ranges");
    const claim = (id: string): number => claimSlot(claims, { dataDir: dir, id }, 0, () => true);
    for (let slot = 0; slot < SLOTS; slot++) expect(claim(String(slot))).toBe(slot);
    expect(() => claim("one more")).toThrow(`the files in ${claims} name them`);
  });
});

describe("ports", () => {
  test("are the next free ones, without those already in use here", async () => {
    const free = (port: number): boolean => port !== 20_006;
    expect(await pickPorts(3, 5, [20_007], free)).toEqual([20_005, 20_008, 20_009]);
    expect(await pickPorts(2, 9_999, [], free)).toEqual([29_999, 20_000]);
  });

  test("none left is an error with the range", async () => {
    const picked = pickPorts(2, 0, [], (port) => port === 20_001);
    await expect(picked).rejects.toThrow("2 free ports of 127.0.0.1 between 20000 and 29999 and found 1");
  });

  test("a port is free exactly while nobody listens", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    expect(await isFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(port)).toBe(true);
  });
});

describe("the environment of a data folder", () => {
  test("is made once and stays", async () => {
    const first = await openEnvironment(join(dir, "data"), silent);
    const second = await openEnvironment(join(dir, "data"), silent);
    expect(second).toEqual(first);
    expect(new Set(Object.values(first.ports))).toHaveLength(4);
    expect(first.paths.kubeconfig).toBe(join(dir, "data", "kubeconfig"));
    expect(readEnvironment(join(dir, "data"))).toEqual(first);
  });

  test("shares neither ports nor ranges with another one", async () => {
    const one = await openEnvironment(join(dir, "one"), silent);
    const two = await openEnvironment(join(dir, "two"), silent);
    expect(two.ranges.pods).not.toBe(one.ranges.pods);
    expect(two.ranges.services).not.toBe(one.ranges.services);
    expect(Object.values(two.ports).filter((port) => Object.values(one.ports).includes(port))).toEqual([]);
  });

  test("replaces a port that another program has taken, and says so", async () => {
    const data = join(dir, "data");
    const before = await openEnvironment(data, silent);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(before.ports.apiServer, "127.0.0.1", resolve));
    const lines: string[] = [];
    const after = await openEnvironment(data, (line) => lines.push(line));
    await new Promise((resolve) => other.close(resolve));
    expect(after.ports).toEqual({ ...before.ports, apiServer: after.ports.apiServer });
    expect(after.ports.apiServer).not.toBe(before.ports.apiServer);
    expect(lines).toEqual([expect.stringContaining(`port ${String(before.ports.apiServer)} (apiServer) is used`)]);
    expect(readEnvironment(data)).toEqual(after);
  });

  test("is absent where no environment.json is", () => {
    expect(readEnvironment(join(dir, "nothing"))).toBeUndefined();
  });
});

describe("a damaged environment.json", () => {
  const good = async (): Promise<string> => {
    await openEnvironment(join(dir, "data"), silent);
    return readFileSync(join(dir, "data", "environment.json"), "utf8");
  };

  test("is told from a good one", async () => {
    const text = await good();
    expect(parseEnvironmentFile(text, "environment.json")).toEqual(JSON.parse(text));
  });

  test.each([
    ["half of it", (text: string) => text.slice(0, 40), "it is not JSON"],
    ["a port too large", (text: string) => text.replace(/"postgres": \d+/, '"postgres": 70000'), "ports.postgres: "],
    ["a port missing", (text: string) => text.replace(/"etcdPeer": \d+,/, ""), "ports.etcdPeer: "],
    ["an unknown key", (text: string) => text.replace("{", '{"extra": 1,'), '"extra"'],
    ["another version", (text: string) => text.replace('"version": 1', '"version": 2'), "version: "],
    ["a list", () => "[]", "(whole file): "],
  ])("%s: names file and key and says what to do", async (_, damage, fault) => {
    const text = damage(await good());
    let thrown: unknown;
    try {
      parseEnvironmentFile(text, "/data/environment.json");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SandboxError);
    expect(String(thrown)).toContain("/data/environment.json is damaged");
    expect(String(thrown)).toContain(fault);
    expect(String(thrown)).toContain("remove its whole data folder");
  });
});

test.each([
  [{ XDG_CACHE_HOME: "/var/x" }, "/var/x/privatesales"],
  [{ XDG_CACHE_HOME: "relative" }, "/home/me/.cache/privatesales"],
  [{}, "/home/me/.cache/privatesales"],
])("the cache folder with %j is %s", (env, folder) => {
  expect(cacheFolder(env, "/home/me")).toBe(folder);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { resultsText, runChecks, type Check } from "../../tools/checks/check.ts";
import { check } from "../../tools/checks/command.ts";
import { readTargets } from "../../tools/checks/targets.ts";
import { ToolError } from "../../tools/errors.ts";

const never = new AbortController().signal;

/** A check that holds from the given attempt on. */
function holdsFrom(attempt: number): Check & { readonly attempts: () => number } {
  let attempts = 0;
  return {
    name: `holds from attempt ${attempt}`,
    attempts: () => attempts,
    run: () => {
      attempts += 1;
      return attempts >= attempt ? Promise.resolve() : Promise.reject(new Error(`attempt ${attempts}`));
    },
  };
}

describe("checks", () => {
  test("are tried again until they hold", async () => {
    const [at1, at2] = [holdsFrom(1), holdsFrom(2)];
    const results = await runChecks([at1, at2], 30, never);
    expect(results.map(({ fault }) => fault)).toEqual([undefined, undefined]);
    expect([at1.attempts(), at2.attempts()]).toEqual([1, 2]);
  });

  test("are given up at the deadline, with the last reason", async () => {
    const results = await runChecks([holdsFrom(2), holdsFrom(1)], 0, never);
    expect(results.map(({ fault }) => fault)).toEqual(["attempt 1", undefined]);
    expect(resultsText(results).split("\n").map((line) => line.replace(/ +[\d.]+ s +/, " "))).toEqual([
      "ok holds from attempt 1",
      "FAILED holds from attempt 2: attempt 1",
      "1 hold, 1 failed",
    ]);
  });

  test("are given up when the pod is ended", async () => {
    const ending = new AbortController();
    const waiting = runChecks([holdsFrom(99)], 600, ending.signal);
    ending.abort();
    expect((await waiting).map(({ fault }) => fault)).toEqual(["attempt 1"]);
  });
});

describe("the list of shops", () => {
  const folder = mkdtempSync(join(tmpdir(), "targets-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const shop = { id: "dior", version: "1.0.0", hosts: ["dior.example"], namespace: "tenant-dior" };
  const written = (content: string): string => {
    const file = join(folder, "targets.json");
    writeFileSync(file, content);
    return file;
  };

  test("is read", async () => {
    expect(await readTargets(written(JSON.stringify([shop])))).toEqual([shop]);
  });

  test.each([
    ["of nothing, which every test would pass", "[]", /at least|Too small/i],
    ["of a shop without a host", JSON.stringify([{ ...shop, hosts: [] }]), /hosts/],
    ["that is no JSON", "dior", /JSON/],
  ])("%s is refused", async (_, content, reason) => {
    await expect(readTargets(written(content))).rejects.toThrow(reason);
    await expect(readTargets(join(folder, "none.json"))).rejects.toThrow(/ENOENT/);
  });
});

describe("command lines", () => {
  const settings = { DATABASE_SCHEMA: "tenant_dior", CACHE_PREFIX: "tenant:dior:", PRIMARY_HOST: "dior.invalid", HOSTS: "dior.invalid,shop-dior.invalid" };
  const urls = { DATABASE_URL: "postgresql://a:secret@127.0.0.1:1/x", CACHE_URL: "redis://a:secret@127.0.0.1:1" };

  test("verify asks database, cache, API and every host, each once", async () => {
    const { text, good } = await check("verify", ["--deadline=0", "--gateway=127.0.0.1:1"], { ...settings, ...urls }, never);
    expect(good).toBe(false);
    expect(text.match(/^FAILED/gm)).toHaveLength(5);
    expect(text.match(/ECONNREFUSED/g)?.length).toBeGreaterThanOrEqual(5);
    expect(text).not.toContain("secret");
  });

  test.each<[string, Parameters<typeof check>[0], readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ["no settings", "verify", [], {}, /verify needs PRIMARY_HOST/],
    ["no connection string, and does not repeat the given", "verify", [], { ...settings, ...urls, CACHE_URL: "p@ssword" }, /^CACHE_URL is no connection string\.\n(?!.*p@ssword)/s],
    ["an option of another command", "verify", ["--fail-on=HIGH"], { ...settings, ...urls }, /allowed {2}--gateway, --certificates, --deadline/],
    ["no targets", "integration", [], {}, /There is no list of shops/],
    ["a gateway without a port", "integration", ["--gateway=ingress", "--targets=x"], {}, /--gateway is no address\..*allowed {2}HOST:PORT/s],
    ["a deadline in words", "scan", ["--deadline=soon", "--targets=x"], {}, /--deadline is no number of seconds/],
    ["a severity that Trivy does not know", "scan", ["--fail-on=BAD", "--targets=x"], {}, /allowed {2}LOW, MEDIUM, HIGH, CRITICAL/],
    ["other certificates", "verify", ["--certificates=any"], { ...settings, ...urls }, /allowed {2}public, selfSigned/],
  ])("refuses %s", async (_, kind, args, env, reason) => {
    const refusal = await check(kind, args, env, never).then(() => undefined, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(ToolError);
    expect((refusal as ToolError).message).toMatch(reason);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aclFile } from "../../../components/data/cacheAcl.ts";
import { sha256 } from "../../../components/shared/pods.ts";
import type { Environment } from "../../../sandbox/environment.ts";
import { startCache, type CacheServer } from "../cacheServer.ts";
import type { Edge } from "../edge.ts";
import { kubectl } from "../inspect.ts";
import { script, type Outcome } from "../sandbox.ts";
import { DOMAIN } from "./shops.ts";

type Variables = Readonly<Record<string, string>>;

/** What the pods of the tenant are told, with addresses that this machine reaches: the sandbox has no pooler, and its cache is Debian's. */
async function toldTo(tenant: string, env: Environment, cachePort: number): Promise<Variables> {
  const read = async (kind: string, name: string): Promise<Variables> =>
    (JSON.parse(await kubectl(env.dataDir, "get", kind, name, "-n", `tenant-${tenant}`, "-o", "json")) as { data: Record<string, string> }).data;
  const secrets = await read("secret", "data-access");
  const at = (key: string, port: number): string => {
    const url = new URL(Buffer.from(secrets[key] ?? "", "base64").toString());
    url.host = `127.0.0.1:${port}`;
    return url.href;
  };
  return { ...(await read("configmap", "settings")), DATABASE_URL: at("DATABASE_URL", env.ports.postgres), CACHE_URL: at("CACHE_URL", cachePort) };
}

/** The verification of a deployment and the shopper's tests of the gates, as their Jobs run them, against gateway, database and cache. */
export function checkTests(edge: () => Edge, environment: () => Environment): void {
  describe("the platform's own checks", () => {
    const folder = mkdtempSync(join(tmpdir(), "mesh-checks-"));
    let cache: CacheServer;
    let told: Variables;

    beforeAll(async () => {
      const first = await toldTo("dior", environment(), 1);
      const passwordSha256 = sha256(decodeURIComponent(new URL(first["CACHE_URL"] ?? "").password));
      cache = await startCache(aclFile([{ id: "dior", passwordSha256 }], sha256("reloader")));
      told = await toldTo("dior", environment(), cache.port);
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true });
      await cache.stop();
    });

    const run = (kind: string, env: Variables, ...args: readonly string[]): Promise<Outcome> =>
      script("tools/main.ts", env, kind, `--gateway=${edge().address}:443`, "--certificates=selfSigned", "--deadline=0", ...args);
    const verify = (over: Variables = {}, ...args: readonly string[]): Promise<Outcome> => run("verify", { ...told, ...over }, ...args);

    test("verify: a deployed tenant's database, cache, API and hosts answer", async () => {
      const { code, stdout } = await verify();
      expect([code, stdout]).toEqual([0, expect.stringContaining("0 failed")]);
      for (const what of ["database, schema tenant_dior", "cache, keys tenant:dior:*", `API, https://dior.${DOMAIN}/api/`, `page, https://shop-dior.${DOMAIN}/`]) {
        expect(stdout).toMatch(new RegExp(`^ok .*${what.replaceAll(/[*.]/g, "\\$&")}$`, "m"));
      }
    });

    test.each<[string, Variables, RegExp]>([
      ["another schema", { DATABASE_SCHEMA: "tenant_chanel" }, /^FAILED.*the application's login lands in schema tenant_dior, not in tenant_chanel$/m],
      ["another tenant's keys", { CACHE_PREFIX: "tenant:chanel:" }, /^FAILED.*cache, keys tenant:chanel:\*: .*(NOPERM|No permissions|no permissions)/m],
      ["a host that nobody serves", { HOSTS: `dior.${DOMAIN},nobody.${DOMAIN}` }, /^FAILED.*https:\/\/nobody\.\S+: https:\/\/nobody\.\S+ answers 404, not with a page$/m],
      ["a closed shop", { PRIMARY_HOST: `closed.${DOMAIN}` }, /^FAILED.*API, .*: https:\/\/closed\.\S+\/api\/ answers 503$/m],
      ["a redirect to a host that is not the shop's", { HOSTS: `shop-dior.${DOMAIN}`, PRIMARY_HOST: `shop-dior.${DOMAIN}` }, /^FAILED.*redirects to dior\.\S+, which is none of the shop's hosts$/m],
    ])("verify names %s, and ends with 1", async (_, over, expected) => {
      const { code, stdout } = await verify(over);
      expect([code, stdout]).toEqual([1, expect.stringMatching(expected)]);
    });

    test("verify does not take a certificate of nobody known for a public one", async () => {
      const { code, stdout } = await verify({}, "--certificates=public");
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^FAILED.*page, .*certificate/m)]);
    });

    const integration = (hosts: readonly string[]): Promise<Outcome> => {
      const file = join(folder, "targets.json");
      writeFileSync(file, JSON.stringify([{ id: "dior", version: "1.0.0", namespace: "tenant-dior", hosts }]));
      return run("integration", {}, `--targets=${file}`);
    };

    test("integration: a shop that does what a shopper expects passes, and one that is closed does not", async () => {
      const good = await integration([`dior.${DOMAIN}`, `shop-dior.${DOMAIN}`]);
      expect([good.code, good.stdout]).toEqual([0, expect.stringContaining("5 hold, 0 failed")]);
      const bad = await integration([`closed.${DOMAIN}`]);
      expect([bad.code, bad.stdout]).toEqual([1, expect.stringMatching(/^FAILED.*dior: page at https:\/\/closed\.\S+: https:\/\/closed\.\S+ answers 503, not with a page$/m)]);
    });
  });
}

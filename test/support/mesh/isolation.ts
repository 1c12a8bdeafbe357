import { describe, expect, test } from "vitest";
import { reached, type Client, type Sent } from "../edge.ts";
import { DOMAIN, OWN_DOMAIN, SHOPS } from "./shops.ts";

/** No way of naming another shop reaches it. */
export function isolationTests({ visit, sendHttp2 }: Client): void {
  const pairs = SHOPS.flatMap((a) => SHOPS.filter((b) => b !== a).map((b) => [a, b] as const));

  describe("isolation, for every ordered pair of shops", () => {
    const hostOf = (id: string): string => `${id}.${DOMAIN}`;

    test.each(pairs)("host of %s with the name of %s anywhere else reaches the host's shop", async (a, b) => {
      const wheres: readonly Partial<Sent>[] = [
        { path: `/?brand=${b}` },
        { path: `/?store=${b}` },
        { path: `/?brand=${a}&brand=${b}` },
        { path: `/?brand=${b}&store=${a}` },
        { path: `/%2e%2e/${b}` },
        { path: `/?brand=%${b.charCodeAt(0).toString(16)}${b.slice(1)}` },
        { headers: { "x-tenant": b } },
        { headers: { "x-forwarded-host": hostOf(b) } },
        { headers: { forwarded: `host=${hostOf(b)}` } },
        { headers: { "x-original-url": `https://${hostOf(b)}/` } },
        { headers: { "x-envoy-original-path": `/?brand=${b}` } },
      ];
      for (const where of wheres) expect([where, await visit({ host: hostOf(a), ...where })]).toEqual([where, `${a} storefront`]);
    });

    test.each(SHOPS)("%s in capitals and with a port is the same shop; with the root's dot it is nobody's or the same", async (a) => {
      expect(await visit({ host: hostOf(a).toUpperCase() })).toBe(`${a} storefront`);
      expect(await visit({ host: `${hostOf(a)}:443` })).toBe(`${a} storefront`);
      expect(await visit({ host: `${hostOf(a)}:1` })).toBe(`${a} storefront`);
      expect([`${a} storefront`, "404"]).toContain(await visit({ host: `${hostOf(a)}.` }));
    });

    test.each(pairs)("a target in absolute form names %s over a connection for %s: 421 with TLS, its own shop without", async (a, b) => {
      expect(await visit({ host: hostOf(b), path: `https://${hostOf(a)}/` })).toBe("421");
      expect(await visit({ host: hostOf(b), path: `http://${hostOf(a)}/`, scheme: "http" })).toBe(`${a} storefront`);
    });

    test.each(pairs)("a connection for %s that asks for %s is answered 421, by HTTP/1.1 and HTTP/2, and stays good for its own", async (a, b) => {
      expect(await visit({ sni: hostOf(a), host: hostOf(b) })).toBe("421");
      const replies = await sendHttp2(hostOf(a), [{ host: hostOf(a) }, { host: hostOf(b) }, { host: `${hostOf(b)}:443` }, { host: `${hostOf(a)}:443` }]);
      expect(replies.map(reached)).toEqual([`${a} storefront`, "421", "421", `${a} storefront`]);
    });

    test("an own domain and the platform's hosts share no connection either", async () => {
      for (const [sni, host] of [[OWN_DOMAIN, hostOf("gucci")], [OWN_DOMAIN, hostOf("dior")], [hostOf("gucci"), OWN_DOMAIN]] as const) {
        expect(["404", "421"]).toContain(await visit({ sni, host }));
      }
    });
  });
}

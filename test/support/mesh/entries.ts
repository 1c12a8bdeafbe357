import { describe, expect, test } from "vitest";
import { target, type Client } from "../edge.ts";
import { DOMAIN } from "./shops.ts";

/** Where nobody in particular is meant: `www`, hosts without a shop, and shops that are closed. */
export function entryTests({ send, visit }: Client): void {
  describe("www", () => {
    test.each([
      ["/?brand=dior", `302 https://dior.${DOMAIN}/?brand=dior`],
      ["/?store=chanel", `302 https://chanel.${DOMAIN}/?store=chanel`],
      ["/new/bags?utm=x&brand=gucci&page=2", `302 https://gucci.${DOMAIN}/new/bags?utm=x&brand=gucci&page=2`],
      ["/?brand=dior&store=dior", `302 https://dior.${DOMAIN}/?brand=dior&store=dior`],
    ])("%s answers %s", async (path, expected) => {
      expect(target(await send({ host: `www.${DOMAIN}`, path }))).toBe(expected);
      expect(target(await send({ host: `www.${DOMAIN}:443`, path }))).toBe(expected);
    });

    test.each(["/", "/?brand=nobody", "/?brand=", "/?brand=Dior", "/?store=dior%2F", "/?brand=clos%65d2"])("%s is 404 with a plain page", async (path) => {
      const reply = await send({ host: `www.${DOMAIN}`, path });
      expect(reply).toMatchObject({ status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
      expect(reply.body).toContain("No such shop");
    });

    test("both brands at once is 400", async () => {
      expect(await visit({ host: `www.${DOMAIN}`, path: "/?brand=dior&store=chanel" })).toBe("400");
    });
  });

  describe("no shop", () => {
    test.each(["nobody", "dior2", "xdior", "shop-chanel"])("%s is 404 with a plain page", async (name) => {
      const reply = await send({ host: `${name}.${DOMAIN}` });
      expect(reply).toMatchObject({ status: 404, body: "There is no shop at this address.\n" });
    });

    test("a suspended shop is 503 and says when to come again", async () => {
      for (const path of ["/", "/api/orders"]) {
        const reply = await send({ host: `closed.${DOMAIN}`, path });
        expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "3600" } });
      }
    });
  });
}

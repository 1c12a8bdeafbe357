import { describe, expect, test } from "vitest";
import { FAULT_HEADER } from "../../../sandbox/mesh/pods/answer.ts";
import { sleep } from "../../../sandbox/process.ts";
import { podOf, type Client, type Reply, type Sent } from "../edge.ts";
import { DOMAIN, PARTNER } from "./shops.ts";

/** What the gateway does for a shop's API. */
export function apiTests(client: Client): void {
  describe("the API", () => {
    const { visit, send } = client;
    const GUCCI = `gucci.${DOMAIN}`;
    const api = (sent: Partial<Sent>): Promise<Reply> => send({ host: GUCCI, path: "/api/orders", ...sent });

    test("an answer that takes longer than the tenant allows is 504; the storefront has its own time", async () => {
      const late = { headers: { [FAULT_HEADER]: "wait=1500" } };
      expect((await api(late)).status).toBe(504);
      expect(await visit({ host: GUCCI, ...late })).toBe("gucci storefront");
      expect(await visit({ host: GUCCI, path: "/api/orders", headers: { [FAULT_HEADER]: "wait=200" } })).toBe("gucci api");
    });

    test.each(["POST", "PUT", "PATCH", "DELETE", "GET"])("a %s that the application may have seen is not sent again", async (method) => {
      expect((await api({ method, headers: { [FAULT_HEADER]: "reset-first" } })).status).toBe(503);
      expect(podOf(await api({ method }))).toMatchObject({ tenant: "gucci", method, headers: { "x-envoy-attempt-count": "1" } });
    });

    test.each([
      [`https://${GUCCI}`, true],
      [`https://boutique-gucci.${DOMAIN}`, true],
      [PARTNER, true],
      [`https://dior.${DOMAIN}`, false],
      [`http://${GUCCI}`, false],
      [`https://${GUCCI}.example`, false],
      ["null", false],
    ])("pages of %s may call it: %s", async (origin, may) => {
      const allowed = may ? origin : undefined;
      const preflight = await api({ method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "authorization" } });
      expect(preflight.headers["access-control-allow-origin"]).toBe(allowed);
      expect((await api({ headers: { origin } })).headers["access-control-allow-origin"]).toBe(allowed);
    });

    test("the plan's rate limit is 429 with Retry-After, for this shop's API alone", async () => {
      const many = (sent: Sent): Promise<readonly Reply[]> => Promise.all(Array.from({ length: 120 }, () => send(sent)));
      const counted = (replies: readonly Reply[], status: number): number => replies.filter((reply) => reply.status === status).length;
      // The bucket is full again two seconds after the tests before.
    await sleep(2_500);
    const started = performance.now();
      const limited = await many({ host: GUCCI, path: "/api/orders" });
      const seconds = (performance.now() - started) / 1000;
      // Starter: a bucket of 40 and 20 more a second.
      expect(counted(limited, 200)).toBeGreaterThanOrEqual(40);
      expect(counted(limited, 200)).toBeLessThanOrEqual(40 + 20 * Math.ceil(seconds));
      expect(counted(limited, 429)).toBe(120 - counted(limited, 200));
      expect(counted(limited, 429)).toBeGreaterThan(0);
      for (const { headers } of limited.filter(({ status }) => status === 429)) expect(headers["retry-after"]).toBe("1");
      expect(counted(await many({ host: GUCCI }), 200)).toBe(120);
      expect(counted(await many({ host: `dior.${DOMAIN}`, path: "/api/orders" }), 200)).toBe(120);
    });
  });
}

import type { Check } from "./check.ts";
import type { Target } from "./targets.ts";
import { expectApi, expectPage, visit, type Visitor } from "./visit.ts";

/** Nobody's site: reserved, so no tenant can allow it. */
const STRANGER = "https://stranger.invalid";

const preflight = (visitor: Visitor, host: string, origin: string): Promise<string | undefined> =>
  visit(visitor, { host, path: "/api/", method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } }).then(
    ({ headers }) => headers["access-control-allow-origin"],
  );

/** The shop's own pages may call its API, and a stranger's may not. */
async function expectOwnOriginOnly(visitor: Visitor, host: string): Promise<void> {
  const own = `https://${host}`;
  const allowed = await preflight(visitor, host, own);
  if (allowed !== own) throw new Error(`a page of ${own} may not call its own API: access-control-allow-origin is ${allowed ?? "absent"}`);
  const strangers = await preflight(visitor, host, STRANGER);
  if (strangers !== undefined) throw new Error(`a page of ${STRANGER} may call the API: access-control-allow-origin is ${strangers}`);
}

/** A path that no shop has is the client's fault, and never the server's. */
async function expectMissing(visitor: Visitor, host: string): Promise<void> {
  const { status } = await visit(visitor, { host, path: "/there-is-no-such-page" });
  if (status >= 500) throw new Error(`https://${host}/there-is-no-such-page answers ${status}; a page that is not there is no fault of the server`);
}

/** What a shopper expects of a shop, at every host of every shop. */
export const shopperChecks = (targets: readonly Target[], visitor: Visitor): readonly Check[] =>
  targets.flatMap(({ id, hosts }) => {
    const [primary = ""] = hosts;
    return [
      ...hosts.map((host) => ({ name: `${id}: page at https://${host}/`, run: () => expectPage(visitor, host, hosts) })),
      { name: `${id}: API`, run: () => expectApi(visitor, primary) },
      { name: `${id}: who may call the API`, run: () => expectOwnOriginOnly(visitor, primary) },
      { name: `${id}: a missing page`, run: () => expectMissing(visitor, primary) },
    ];
  });

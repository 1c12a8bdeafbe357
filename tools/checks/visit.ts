import { request, type RequestOptions } from "node:https";
import type { IncomingHttpHeaders } from "node:http";

/** How a shop is visited: by its public name, at an address that need not be in any DNS. */
export interface Visitor {
  /** `host:port` that is dialled; the host's own name, port 443, when nothing is given. */
  readonly gateway: string | undefined;
  /** `selfSigned`: the platform's own authority, which no client knows; encrypted all the same. */
  readonly certificates: "public" | "selfSigned";
}

export interface Visit {
  readonly host: string;
  readonly path: string;
  readonly method?: "GET" | "OPTIONS";
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Milliseconds that one answer may take. */
const PATIENCE = 10_000;

function optionsOf({ gateway, certificates }: Visitor, { host, path, method = "GET", headers }: Visit): RequestOptions {
  const [name = host, port = "443"] = gateway?.split(":") ?? [];
  return {
    ...{ host: name, port, path, method, servername: host, rejectUnauthorized: certificates === "public" },
    // A connection of its own: the next check may be of another shop.
    agent: false,
    headers: { ...headers, host },
    signal: AbortSignal.timeout(PATIENCE),
  };
}

/** One request, without following a redirect. Rejects when nobody answers in 10 seconds, or with a certificate that does not fit. */
export function visit(visitor: Visitor, about: Visit): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(optionsOf(visitor, about), (response) => {
      // The page itself says nothing that a check knows; it has to come, though.
      response.resume();
      response.once("error", reject);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
    });
    asked.once("error", reject);
    asked.end();
  });
}

/**
 * Throws unless a page comes, at this host or where it redirects to among `own`: a redirect to a stranger's host is no page of the shop.
 */
export async function expectPage(visitor: Visitor, host: string, own: readonly string[]): Promise<void> {
  let at = { host, path: "/" };
  for (let hops = 0; hops < 5; hops += 1) {
    const { status, headers } = await visit(visitor, at);
    if (status >= 200 && status < 300) return;
    if (status < 300 || status >= 400 || headers.location === undefined) throw new Error(`https://${at.host}${at.path} answers ${status}, not with a page`);
    const next = new URL(headers.location, `https://${at.host}${at.path}`);
    if (!own.includes(next.hostname)) throw new Error(`https://${at.host}${at.path} redirects to ${next.hostname}, which is none of the shop's hosts`);
    at = { host: next.hostname, path: `${next.pathname}${next.search}` };
  }
  throw new Error(`https://${host}/ redirects without an end`);
}

/** Throws unless the API answers: what it says of the path is its own affair, as long as it is no fault of a server. */
export async function expectApi(visitor: Visitor, host: string): Promise<void> {
  const { status } = await visit(visitor, { host, path: "/api/" });
  if (status >= 500) throw new Error(`https://${host}/api/ answers ${status}`);
}

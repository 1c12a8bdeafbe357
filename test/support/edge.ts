import { request as plainRequest, type IncomingHttpHeaders } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as tlsRequest } from "node:https";
import type { Answer } from "../../sandbox/mesh/pods/answer.ts";

/** Requests to the gateway as a shopper's client, or an attacker's, would send them. */

export interface Edge {
  /** The gateway's, with ports 80 and 443. */
  readonly address: string;
  /** PEM of whoever signed the shops' certificates. */
  readonly ca: string;
}

export interface Sent {
  /** The name that the TLS connection is opened for and that the certificate must hold. Default: the host without its port. */
  readonly sni?: string;
  /** Of the Host header or `:authority`. */
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `http` without TLS. */
  readonly scheme?: "https" | "http";
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const nameOf = (host: string): string => host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();

/** One request over a connection of its own. */
function send({ address, ca }: Edge, { host, sni = nameOf(host), path = "/", method = "GET", headers = {}, scheme = "https" }: Sent): Promise<Reply> {
  const options = { host: address, path, method, headers: { host, ...headers }, agent: false as const };
  return new Promise((resolve, reject) => {
    const sent = scheme === "http" ? plainRequest({ ...options, port: 80 }) : tlsRequest({ ...options, port: 443, servername: sni, ca });
    sent.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on("error", reject).end();
  });
}

/** Several requests over one HTTP/2 connection that was opened for `sni`. */
async function sendHttp2({ address, ca }: Edge, sni: string, requests: readonly { readonly host: string; readonly path?: string }[]): Promise<readonly Reply[]> {
  const session = connectHttp2(`https://${address}`, { servername: sni, ca });
  try {
    return await Promise.all(
      requests.map(
        ({ host, path = "/" }) =>
          new Promise<Reply>((resolve, reject) => {
            const stream = session.request({ ":authority": host, ":path": path });
            let body = "";
            let headers: IncomingHttpHeaders & { ":status"?: number | undefined } = {};
            stream.setEncoding("utf8").on("data", (text: string) => (body += text));
            stream.on("response", (received) => (headers = received));
            stream.on("end", () => {
              resolve({ status: headers[":status"] ?? 0, headers, body });
            });
            stream.on("error", reject);
            session.on("error", reject);
          }),
      ),
    );
  } finally {
    session.close();
  }
}

/** The pod that answered; undefined when none did. */
export function podOf({ status, body }: Reply): Answer | undefined {
  return status === 200 ? (JSON.parse(body) as Answer) : undefined;
}

/** Tenant and service that answered, or the status. */
export const reached = (reply: Reply): string => {
  const pod = podOf(reply);
  return pod === undefined ? String(reply.status) : `${pod.tenant} ${pod.service}`;
};

/** Where a redirect leads: the public ports are the standard ones, so none may stand there. */
export const target = ({ status, headers }: Reply): string => `${status} ${headers.location ?? ""}`;

/** Clients of one gateway, which may start later than they are made. */
export interface Client {
  /** One request over a connection of its own. */
  readonly send: (sent: Sent) => Promise<Reply>;
  /** The same, told as who answered. */
  readonly visit: (sent: Sent) => Promise<string>;
  /** Several requests over one HTTP/2 connection that was opened for `sni`. */
  readonly sendHttp2: (sni: string, requests: readonly Pick<Sent, "host" | "path">[]) => Promise<readonly Reply[]>;
}

export const clientOf = (edge: () => Edge): Client => ({
  send: (sent) => send(edge(), sent),
  visit: async (sent) => reached(await send(edge(), sent)),
  sendHttp2: (sni, requests) => sendHttp2(edge(), sni, requests),
});

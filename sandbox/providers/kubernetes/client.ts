import { Buffer } from "node:buffer";
import { Agent, request as send, type RequestOptions } from "node:https";
import {
  Agent as PlainAgent,
  request as sendPlain,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { isRecord } from "../wire.ts";
import { mapsAt, textAt, type KubeObject } from "./objects.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface Call {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** JSON unless it is a patch of some kind. */
  readonly type?: "application/json-patch+json" | "application/apply-patch+yaml";
}

/** An answer that is not a success, with what the API server said. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly KubeObject[];
  constructor(status: number, body: unknown) {
    super(textAt(body, "message") ?? `the API server answered ${String(status)}`);
    this.name = "ApiError";
    this.status = status;
    this.reason = textAt(body, "reason") ?? "";
    this.causes = mapsAt(body, "details", "causes");
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

const MEBIBYTE = 1 << 20;
const REQUEST_TIMEOUT = 60_000;
const BUSY_RETRIES = 6;

/** Requests to one API server over kept connections. */
export class Client {
  readonly #server: URL;
  readonly #agent: Agent | PlainAgent;
  readonly #headers: OutgoingHttpHeaders;
  readonly #signal: AbortSignal;

  private constructor(server: URL, agent: Agent | PlainAgent, headers: OutgoingHttpHeaders, signal: AbortSignal) {
    this.#server = server;
    this.#agent = agent;
    this.#headers = headers;
    this.#signal = signal;
  }

  /** Throws when the kubeconfig's files cannot be read. */
  static async connect(config: KubeConfig, signal: AbortSignal): Promise<Client> {
    const server = new URL(config.getCurrentCluster()?.server ?? "");
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    // The API server closes idle connections after minutes; this side closes them first.
    const kept = { keepAlive: true, maxSockets: 64, timeout: 30_000, scheduling: "lifo" } as const;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
    );
    const agent = server.protocol === "http:" ? new PlainAgent(kept) : new Agent({ ...kept, ...tls });
    const headers = isRecord(options.headers) ? options.headers : {};
    return new Client(server, agent, headers, signal);
  }

  /** One request. Throws `ApiError` for an answer that is not a success; waits and repeats when the server is busy. */
  async call(method: Method, path: string, call: Call = {}): Promise<KubeObject> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(method, path, call);
      } catch (error) {
        const busy = error instanceof ApiError && (error.status === 429 || error.status === 503);
        if (!busy || attempt > BUSY_RETRIES) throw error;
        await sleep(100 * 2 ** attempt, undefined, { signal: this.#signal });
      }
    }
  }

  async #once(method: Method, path: string, call: Call): Promise<KubeObject> {
    const url = new URL(path, this.#server);
    url.search = new URLSearchParams(call.query).toString();
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body), "utf8");
    const headers = {
      ...this.#headers,
      accept: "application/json",
      ...(body === undefined
        ? {}
        : { "content-type": call.type ?? "application/json", "content-length": String(body.length) }),
    };
    const { status, text } = await this.#exchange(url, { agent: this.#agent, method, headers }, body);
    const answer: unknown = text === "" ? {} : parse(text);
    if (status >= 200 && status < 300) return isRecord(answer) ? answer : {};
    throw new ApiError(status, answer);
  }

  async #exchange(url: URL, options: RequestOptions, body: Buffer | undefined): Promise<Exchange> {
    // A write under way goes on to its answer: an object that was made without one would stand in nobody's state.
    const interruptible = options.method === "GET" ? { signal: this.#signal } : {};
    for (;;) {
      this.#signal.throwIfAborted();
      const request = (url.protocol === "http:" ? sendPlain : send)(url, { ...options, ...interruptible });
      try {
        return await exchange(request, body);
      } catch (error) {
        // A kept connection may be closed by the server just as it is taken: nothing was received then.
        if (!request.reusedSocket || codeOf(error) !== "ECONNRESET") throw unreachable(error, url);
      }
    }
  }
}

interface Exchange {
  readonly status: number;
  readonly text: string;
}

function exchange(request: ClientRequest, body: Buffer | undefined): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    request.setTimeout(REQUEST_TIMEOUT, () => {
      request.destroy(new Error(`no answer within ${String(REQUEST_TIMEOUT / 1000)} s`));
    });
    request.on("error", reject);
    request.on("response", (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size > 256 * MEBIBYTE) response.destroy(new Error("the answer is larger than 256 MiB"));
      });
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") });
      });
    });
    request.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { message: text.slice(0, 500) };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function unreachable(error: unknown, url: URL): Error {
  if (error instanceof Error && error.name === "AbortError") return error;
  const why = error instanceof Error ? error.message || codeOf(error) : String(error);
  return new Error(`the Kubernetes API server at ${url.origin} did not answer: ${why}`);
}

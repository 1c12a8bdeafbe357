import { Agent, request } from "node:https";
import type { Credentials } from "./kubeconfig.ts";

export interface ApiResponse {
  /** HTTP status; 0 when nothing answers. */
  readonly status: number;
  readonly body: string;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
}

const JSON_TYPE = "application/json";

/** A bare client for the few requests that the start itself needs; kubectl takes 100 ms for each. */
export class ApiClient {
  readonly #agent: Agent;
  readonly #port: number;

  constructor(port: number, credentials: Credentials) {
    this.#port = port;
    this.#agent = new Agent({ ...credentials, keepAlive: true, maxSockets: 16 });
  }

  send({ method, path, body, contentType = JSON_TYPE, accept = JSON_TYPE }: ApiRequest): Promise<ApiResponse> {
    const headers = { accept, ...(body === undefined ? {} : { "content-type": contentType }) };
    return new Promise((resolve) => {
      const options = { host: "127.0.0.1", port: this.#port, method, path, headers, agent: this.#agent };
      const sent = request({ ...options, timeout: 30_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("close", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer for 30 s")));
      sent.on("error", (error) => {
        resolve({ status: 0, body: error.message });
      });
      sent.end(body);
    });
  }

  /** Ends idle connections, which would keep the process alive. */
  close(): void {
    this.#agent.destroy();
  }
}

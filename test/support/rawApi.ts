import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { z } from "zod";

/** A user and the groups that authentication would give it. */
export interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

export interface Answer {
  readonly status: number;
  /** Parsed JSON; text where it is none. */
  readonly body: unknown;
}

const kubeconfigSchema = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ server: z.url(), "certificate-authority-data": z.base64() }) })]),
  users: z.tuple([z.object({ user: z.object({ "client-certificate-data": z.base64(), "client-key-data": z.base64() }) })]),
});

const decoded = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The sandbox's API server without a client library: thousands of questions, on a few connections, as anybody. */
export class RawApi {
  readonly #server: URL;
  readonly #agent: Agent;

  /** The sandbox writes its kubeconfig as JSON. */
  constructor(kubeconfig: string | undefined = process.env.SANDBOX_KUBECONFIG) {
    if (kubeconfig === undefined) throw new Error("SANDBOX_KUBECONFIG is not set: these tests run inside the sandbox");
    const config = kubeconfigSchema.parse(JSON.parse(readFileSync(kubeconfig, "utf8")));
    const [{ cluster }] = config.clusters;
    const [{ user }] = config.users;
    this.#server = new URL(cluster.server);
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 16,
      ca: decoded(cluster["certificate-authority-data"]),
      cert: decoded(user["client-certificate-data"]),
      key: decoded(user["client-key-data"]),
    });
  }

  /** Sends a request as the deployer, or as whom it impersonates. */
  send(method: string, path: string, options: { as?: Subject; body?: object; contentType?: string } = {}): Promise<Answer> {
    const { as, body, contentType = "application/json" } = options;
    const headers = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": contentType }),
      // A group a header: the API server does not split them.
      ...(as === undefined ? {} : { "impersonate-user": as.user, "impersonate-group": [...as.groups] }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#server), { method, headers, agent: this.#agent, timeout: 60_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString("utf8")) });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer for 60 s: ${method} ${path}`)));
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** What must succeed, checked against a schema. */
  async ask<T>(schema: z.ZodType<T>, method: string, path: string, options: { as?: Subject; body?: object } = {}): Promise<T> {
    const { status, body } = await this.send(method, path, options);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return schema.parse(body);
  }

  close(): void {
    this.#agent.destroy();
  }
}

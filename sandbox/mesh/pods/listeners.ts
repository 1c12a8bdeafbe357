import { createServer, type Server } from "node:https";
import { answer } from "./answer.ts";
import type { Identities } from "./identities.ts";
import type { Pod } from "./pod.ts";

/** How a caller in the mesh names HTTP/1.1; `istio` is what the gateway sends without the filter that knows the request's protocol. */
const HTTP1 = ["istio-http/1.1", "istio", "http/1.1"];

const keyOf = (pod: Pod, port: number): string => `${pod.address} ${port} ${pod.namespace} ${pod.account}`;

const chosenProtocol = ({ protocols }: { readonly protocols: readonly string[] }): string | undefined => protocols.find((name) => HTTP1.includes(name));

/** One server an address and port, as if each pod had its own: an address without a pod refuses connections. */
export class Listeners {
  readonly #servers = new Map<string, Server>();
  readonly #identities: Identities;
  readonly #root: string;
  #pods: ReadonlyMap<string, Pod> = new Map();

  /** `root`: the certificate that callers' certificates are checked against; without a certificate nobody is heard. */
  constructor(identities: Identities, root: string) {
    this.#identities = identities;
    this.#root = root;
  }

  /** Names of the pods that answer. */
  get answering(): readonly string[] {
    return [...this.#pods.values()].map(({ name, namespace }) => `${namespace}/${name}`);
  }

  /** Opens what these pods lack and closes what no pod has any more. */
  async become(pods: readonly Pod[]): Promise<void> {
    const wanted = new Map(pods.flatMap((pod) => pod.ports.map((port) => [keyOf(pod, port), { pod, port }] as const)));
    await this.#identities.ensure(pods.filter(({ ports }) => ports.length > 0));
    const gone = [...this.#servers].filter(([key]) => !wanted.has(key));
    for (const [key, server] of gone) {
      this.#servers.delete(key);
      server.close();
      server.closeIdleConnections();
    }
    const opened = [...wanted].filter(([key]) => !this.#servers.has(key)).map(([key, { pod, port }]) => this.#open(key, pod, port));
    await Promise.all(opened);
    this.#pods = new Map(pods.filter(({ ports }) => ports.length > 0).map((pod) => [pod.address, pod]));
  }

  #open(key: string, pod: Pod, port: number): Promise<void> {
    const { certificate, key: privateKey } = this.#identities.of(pod.namespace, pod.account);
    const options = { cert: certificate, key: privateKey, ca: this.#root, requestCert: true, rejectUnauthorized: true, ALPNCallback: chosenProtocol };
    const server = createServer({ ...options, keepAliveTimeout: 60_000 }, (request, response) => {
      answer(this.#pods, request, response);
    });
    this.#servers.set(key, server);
    return new Promise((resolve) => {
      server.once("error", (error) => {
        console.error(`${pod.name}: ${error.message}`);
        this.#servers.delete(key);
        resolve();
      });
      server.listen({ host: pod.address, port }, resolve);
    });
  }
}

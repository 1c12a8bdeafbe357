import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import type { Pod } from "./pod.ts";

/** What a pod answers: who it is, and what reached it. */
export interface Answer {
  readonly tenant: string;
  readonly service: string;
  readonly version: string;
  readonly pod: string;
  /** Identity in the mesh of whoever called. */
  readonly caller: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** Header by which a caller has a pod behave badly: `wait=<ms>` answers late, `reset-first` breaks the connection of a first attempt. */
export const FAULT_HEADER = "x-sandbox-fault";

function behave({ headers, socket }: IncomingMessage, answered: () => void): void {
  const fault = String(headers[FAULT_HEADER] ?? "");
  if (fault === "reset-first" && headers["x-envoy-attempt-count"] === "1") socket.destroy();
  else setTimeout(answered, Number(/^wait=(\d{1,5})$/.exec(fault)?.[1] ?? 0));
}

function callerOf(request: IncomingMessage): string {
  const names = request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().subjectaltname : undefined;
  return names?.replace(/^URI:/, "") ?? "";
}

/** Answers for the pod of the destination address; nobody of that address is a 404 of ours, which no gateway sends. */
export function answer(pods: ReadonlyMap<string, Pod>, request: IncomingMessage, response: ServerResponse): void {
  const pod = pods.get(request.socket.localAddress ?? "");
  const { method = "", url = "", headers } = request;
  if (pod === undefined) {
    response.writeHead(404, { "content-type": "text/plain" }).end(`no pod has the address ${request.socket.localAddress ?? ""}\n`);
    return;
  }
  const { tenant, service, version, name } = pod;
  const body: Answer = { tenant, service, version, pod: name, caller: callerOf(request), method, url, headers };
  // The body, if there is one, is of no interest, but a request must be read to its end.
  request.resume();
  behave(request, () => response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(`${JSON.stringify(body, undefined, 2)}\n`));
}

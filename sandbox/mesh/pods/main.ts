/**
 * The pods of the sandbox: KWOK hands out their addresses and nothing runs there; this one process answers on all of them and
 * names the pod that was reached. Started by the mesh, with the path of its settings.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { ApiClient } from "../../controlPlane/api.ts";
import { adminCredentials } from "../../controlPlane/pki.ts";
import { readEnvironment } from "../../environment.ts";
import { sleep } from "../../process.ts";
import { Identities, type Authority } from "./identities.ts";
import { Listeners } from "./listeners.ts";
import { watchPods, type Source } from "./watch.ts";
import type { Pod } from "./pod.ts";

const settingsSchema = z.strictObject({
  dataDir: z.string(),
  /** Of the process itself, for whoever waits for it. */
  port: z.int(),
  /** The program that signs. */
  pki: z.string(),
  /** Namespace in which istiod keeps its authority. */
  rootNamespace: z.string(),
});
export type PodSettings = z.infer<typeof settingsSchema>;

const secretSchema = z.object({ data: z.object({ "ca-cert.pem": z.string(), "ca-key.pem": z.string() }) });

async function readAuthority({ api }: Source, namespace: string): Promise<Authority> {
  for (;;) {
    const { status, body } = await api.send({ method: "GET", path: `/api/v1/namespaces/${namespace}/secrets/istio-ca-secret` });
    if (status === 200) {
      const { data } = secretSchema.parse(JSON.parse(body));
      const text = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
      return { certificate: text(data["ca-cert.pem"]), key: text(data["ca-key.pem"]) };
    }
    await sleep(100);
  }
}

async function main(file: string): Promise<void> {
  const settings = settingsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const env = readEnvironment(settings.dataDir);
  if (env === undefined) throw new Error(`there is no sandbox in ${settings.dataDir}`);
  const credentials = adminCredentials(env);
  const source = { api: new ApiClient(env.ports.apiServer, credentials), port: env.ports.apiServer, credentials };
  const authority = await readAuthority(source, settings.rootNamespace);
  const listeners = new Listeners(new Identities(join(settings.dataDir, "mesh", "identities"), settings.pki, authority), authority.certificate);
  let synced = false;
  createServer((_, response) => {
    response.writeHead(synced ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify(listeners.answering));
  }).listen(settings.port, "127.0.0.1");
  await watchPods(source, latestOnly(async (pods) => {
    await listeners.become(pods);
    synced = true;
  }));
}

/** One call at a time; of what comes meanwhile only the last counts. */
function latestOnly(work: (pods: readonly Pod[]) => Promise<void>): (pods: readonly Pod[]) => void {
  let next: readonly Pod[] | undefined;
  let running = false;
  const loop = async (): Promise<void> => {
    running = true;
    while (next !== undefined) {
      const pods = next;
      next = undefined;
      await work(pods).catch((error: unknown) => {
        console.error(error);
      });
    }
    running = false;
  };
  return (pods) => {
    next = pods;
    if (!running) void loop();
  };
}

await main(process.argv[2] ?? "");

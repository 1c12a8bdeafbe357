import { get } from "node:https";
import { z } from "zod";
import type { ApiClient } from "../../controlPlane/api.ts";
import type { Credentials } from "../../controlPlane/kubeconfig.ts";
import { sleep } from "../../process.ts";
import { podOf, podSchema, TENANT_LABEL, type Pod } from "./pod.ts";

const listSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }), items: z.array(podSchema) });
const CHANGES = ["ADDED", "MODIFIED", "DELETED"] as const;
const typeSchema = z.object({ type: z.string() });
const changeSchema = z.object({ type: z.enum(CHANGES), object: podSchema });

export interface Source {
  readonly api: ApiClient;
  readonly port: number;
  readonly credentials: Credentials;
}

const PATH = `/api/v1/pods?labelSelector=${encodeURIComponent(TENANT_LABEL)}`;

/** Tells of the running pods of all tenants, now and after every change, for ever. */
export async function watchPods(source: Source, onChange: (pods: readonly Pod[]) => void): Promise<never> {
  for (;;) {
    const { status, body } = await source.api.send({ method: "GET", path: PATH });
    if (status === 200) {
      const { metadata, items } = listSchema.parse(JSON.parse(body));
      const pods = new Map(items.map((item) => [item.metadata.uid, podOf(item)]));
      const tell = (): void => {
        onChange([...pods.values()].filter((pod) => pod !== undefined));
      };
      tell();
      await follow(source, metadata.resourceVersion, (line) => {
        const event: unknown = JSON.parse(line);
        // Bookmarks and errors are about the watch itself, which ends and begins anew.
        if (!CHANGES.some((type) => type === typeSchema.parse(event).type)) return;
        const { type, object } = changeSchema.parse(event);
        if (type === "DELETED") pods.delete(object.metadata.uid);
        else pods.set(object.metadata.uid, podOf(object));
        tell();
      });
    }
    // The API server may be starting again.
    await sleep(200);
  }
}

/** Hands over the lines of one watch until it ends, which the API server lets it do every few minutes. */
function follow({ port, credentials }: Source, version: string, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    const path = `${PATH}&watch=1&resourceVersion=${version}`;
    const request = get({ host: "127.0.0.1", port, path, ...credentials }, (response) => {
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const lines = `${rest}${text}`.split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) onLine(line);
      });
      response.on("close", resolve);
    });
    request.on("error", () => {
      resolve();
    });
  });
}

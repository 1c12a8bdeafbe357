import { z } from "zod";
import type { ApiClient } from "../controlPlane/api.ts";
import { waitUntil } from "../process.ts";
import { read } from "./api.ts";

const certificateSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ secretName: z.string() }),
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() })).default([]) }).default({ conditions: [] }),
});
const listSchema = z.object({ items: z.array(certificateSchema) });
export type Certificate = z.infer<typeof certificateSchema>;

const readyOf = ({ status }: Certificate): Certificate["status"]["conditions"][number] | undefined => status.conditions.find(({ type }) => type === "Ready");

/** The Certificates that nobody has signed yet, each with the reason as far as there is one. */
export const unsigned = (certificates: readonly Certificate[]): readonly string[] =>
  certificates
    .filter((certificate) => readyOf(certificate)?.status !== "True")
    .map((certificate) => `${certificate.metadata.name} (${readyOf(certificate)?.message ?? "not looked at yet"})`);

/** Waits for cert-manager to sign the Certificates of a namespace; returns those that it has not. */
export async function waitForCertificates(api: ApiClient, namespace: string, timeoutMs: number): Promise<readonly string[]> {
  let open: readonly string[] = [];
  await waitUntil(async () => {
    const list = await read(api, `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`, listSchema);
    open = list === undefined ? ["all of them (cert-manager's kinds are not there)"] : unsigned(list.items);
    return open.length === 0;
  }, timeoutMs, 200);
  return open;
}

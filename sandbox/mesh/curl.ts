import { writeFileSync } from "node:fs";
import { z } from "zod";
import { ApiClient } from "../controlPlane/api.ts";
import { adminCredentials } from "../controlPlane/pki.ts";
import type { Environment } from "../environment.ts";
import { read } from "./api.ts";
import type { Mesh } from "./mesh.ts";
import { readMeshReleases } from "./releases.ts";
import { meshPath } from "./servers.ts";

const secretSchema = z.object({ data: z.object({ "ca.crt": z.string().optional(), "tls.crt": z.string() }) });

/** Of the gateway's wildcard certificate, as the program's Gateway names it. */
const WILDCARD_SECRET = "wildcard-tls";

/** Where `curl --cacert` finds who signed the shops' certificates. */
export const authorityFile = (env: Environment): string => meshPath(env, "ca.crt");

/** Writes the authority's certificate for clients; false while there is none. */
export async function writeAuthority(env: Environment): Promise<boolean> {
  const api = new ApiClient(env.ports.apiServer, adminCredentials(env));
  try {
    const { namespace } = readMeshReleases(env).gateway;
    const secret = await read(api, `/api/v1/namespaces/${namespace}/secrets/${WILDCARD_SECRET}`, secretSchema);
    if (secret === undefined) return false;
    writeFileSync(authorityFile(env), Buffer.from(secret.data["ca.crt"] ?? secret.data["tls.crt"], "base64"));
    return true;
  } finally {
    api.close();
  }
}

/** Lines to paste: every shop, the first one's API, and the public entry. */
export function curlLines(env: Environment, { address, unsigned }: Mesh, hosts: readonly string[]): string {
  const curl = (host: string, path: string, ...more: readonly string[]): string =>
    ["curl", ...more, `--cacert ${authorityFile(env)}`, `--resolve ${host}:443:${address}`, `'https://${host}${path}'`].join(" ");
  const [first] = hosts;
  const [shop = "", ...domain] = first?.split(".") ?? [];
  const more = first === undefined ? [] : [curl(first, "/api/"), curl(["www", ...domain].join("."), `/?brand=${shop}`, "-i")];
  const open = unsigned.map((certificate) => `no TLS yet     ${certificate}`);
  return [`visit it       ${[...hosts.map((host) => curl(host, "/")), ...more].join("\n               ")}`, ...open].join("\n");
}

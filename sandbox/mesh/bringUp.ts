import { z } from "zod";
import { ApiClient } from "../controlPlane/api.ts";
import { adminCredentials } from "../controlPlane/pki.ts";
import type { Environment } from "../environment.ts";
import type { Log } from "../process.ts";
import { ensureMeshTools, ensureToolchain } from "../toolchain.ts";
import { read } from "./api.ts";
import { curlLines, writeAuthority } from "./curl.ts";
import { startMesh } from "./mesh.ts";

const routesSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ hosts: z.array(z.string()) }) })) });

/** Every tenant's first host, from what is deployed: the route objects of the tenants. */
async function deployedHosts(env: Environment): Promise<readonly string[]> {
  const api = new ApiClient(env.ports.apiServer, adminCredentials(env));
  try {
    const path = `/apis/networking.istio.io/v1/virtualservices?labelSelector=${encodeURIComponent("privatesales.co.kr/tenant")}`;
    const routes = await read(api, path, routesSchema);
    return (routes?.items ?? []).filter(({ metadata }) => metadata.name === "routes").flatMap(({ spec }) => spec.hosts[0] ?? []);
  } finally {
    api.close();
  }
}

/** Builds the mesh's parts where they are missing, starts it, and returns lines that show how to visit the shops. */
export async function bringUpMesh(env: Environment, log: Log): Promise<string> {
  const toolchain = await ensureToolchain({ log });
  const tools = await ensureMeshTools({ log });
  const mesh = await startMesh(env, toolchain, tools, log);
  await writeAuthority(env);
  return curlLines(env, mesh, await deployedHosts(env));
}

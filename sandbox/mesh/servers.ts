import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { commandLine, type ServerRecord } from "../servers.ts";

/** The processes of the mesh, in the order in which they start. */
export const MESH_SERVER_NAMES = ["cert-manager", "istiod", "pods", "gateway"] as const;
export type MeshServerName = (typeof MESH_SERVER_NAMES)[number];

/** Files of the mesh below the data folder. */
export const meshPath = (env: Environment, ...names: readonly string[]): string => join(env.dataDir, "mesh", ...names);

/** A process of the mesh, by name. */
export const meshServerOf = (env: Environment, name: MeshServerName): ServerRecord => ({
  name,
  dataDir: env.dataDir,
  marker: markerOf(env, name),
  logFile: join(env.dataDir, "logs", `${name}.log`),
});

function markerOf(env: Environment, name: MeshServerName): string {
  switch (name) {
    case "cert-manager":
      return meshPath(env, "cert-manager.kubeconfig");
    case "istiod":
      return meshPath(env, "mesh.yaml");
    case "pods":
      return meshPath(env, "pods.json");
    case "gateway":
      return meshPath(env, "gateway", "bootstrap.json");
  }
}

/** Envoy is a child of the agent; where the agent was killed, Envoy lives on and is known by the folder of its configuration. */
export const envoyFolder = (env: Environment): string => meshPath(env, "gateway", "envoy");

/** Processes whose command line holds this text, of Linux. */
export const processesWith = (marker: string): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(marker));

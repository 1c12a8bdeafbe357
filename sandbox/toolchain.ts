import { readdirSync, readFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cacheFolder.ts";
import type { Log } from "./process.ts";
import { buildGoPart, versionOf } from "./toolchain/build.ts";
import { collectCrds, CRD_LOCATIONS } from "./toolchain/crds.ts";
import { ensureSteps, type Step } from "./toolchain/install.ts";
import {
  cacheKey,
  CRDS_PART,
  ENVOY_PART,
  GO_PARTS,
  type GoPart,
  goBuildArgs,
  MESH_GO_PARTS,
  type Part,
  type PartName,
  POSTGRES_PART,
} from "./toolchain/parts.ts";
import { findGo, type Go } from "./toolchain/prerequisites.ts";
import { ENVOY, installPythonParts, POSTGRESQL, type PythonProduct } from "./toolchain/python.ts";

/** Absolute paths of everything that the sandbox runs. */
export interface Toolchain {
  readonly pulumi: string;
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kubectl: string;
  readonly kwok: string;
  readonly pki: string;
  /** Folder with postgres, initdb, psql, pg_dump and the rest of PostgreSQL's programs. */
  readonly postgresBin: string;
  /** KWOK's own stages, one per file. */
  readonly kwokStages: readonly string[];
  readonly crdFiles: readonly string[];
}

/** Absolute paths of what the mesh runs besides. */
export interface MeshTools {
  readonly pilotDiscovery: string;
  readonly pilotAgent: string;
  readonly istioctl: string;
  /** The template of a proxy's first configuration. */
  readonly bootstrap: string;
  readonly envoy: string;
  readonly certManager: string;
}

const MANIFESTS = fileURLToPath(new URL("toolchain", import.meta.url));

/**
 * Builds what is missing and returns the paths. The results lie in the user's cache folder, shared by all clones, each
 * part under a key made of its own manifests; a part appears there whole or not at all, so an interrupted build goes on
 * where it stopped. Faults that the user can mend are SandboxErrors.
 */
export async function ensureToolchain({ log }: { readonly log: Log }): Promise<Toolchain> {
  const go = await findGo();
  const crds: Step = {
    part: CRDS_PART,
    folder: join(cacheFolder(), keyOf(CRDS_PART, [JSON.stringify(CRD_LOCATIONS)])),
    build: (target) => collectCrds(join(MANIFESTS, "crds"), target),
  };
  const postgres = pythonStep(POSTGRES_PART, POSTGRESQL, "requirements.txt", postgresCacheFolder());
  return paths(await ensureSteps([postgres, crds, ...GO_PARTS.map((part) => goStep(part, go))], log));
}

/** The same for the mesh, whose parts take longer and which not every machine can run. */
export async function ensureMeshTools({ log }: { readonly log: Log }): Promise<MeshTools> {
  const go = await findGo();
  const envoy = pythonStep(ENVOY_PART, ENVOY, "envoy/requirements.txt", cacheFolder());
  return meshPaths(await ensureSteps([envoy, ...MESH_GO_PARTS.map((part) => goStep(part, go))], log));
}

function goStep(part: GoPart, go: Go): Step {
  const dir = join(MANIFESTS, part.name);
  const key = keyOf(part, [go.version, go.platform, ...goBuildArgs(part, versionOf(part, dir), "bin"), ...(part.copies?.files ?? [])]);
  return { part, folder: join(cacheFolder(), key), build: (target) => buildGoPart(part, dir, target) };
}

function pythonStep(part: Part, product: PythonProduct, requirements: string, folder: string): Step {
  return {
    part,
    folder: join(folder, keyOf(part, [platform(), arch()])),
    build: (target) => installPythonParts(join(MANIFESTS, requirements), target, product),
  };
}

/**
 * Root starts PostgreSQL under another user id, which must be able to read the programs and cannot pass through root's
 * home folder; so root's copy lies in the system's cache folder.
 */
function postgresCacheFolder(): string {
  return process.getuid?.() === 0 ? "/var/cache/privatesales" : cacheFolder();
}

function keyOf(part: Part, platformParts: readonly string[]): string {
  const manifests = part.manifests.map((file) => [file, readFileSync(join(MANIFESTS, file), "utf8")] as const);
  return `${part.name}-${cacheKey(Object.fromEntries(manifests), platformParts)}`;
}

function paths(folders: ReadonlyMap<PartName, string>): Toolchain {
  const inPart = (part: PartName, ...names: string[]): string => join(folders.get(part) ?? "", ...names);
  const listOf = (folder: string): readonly string[] => readdirSync(folder).sort().map((name) => join(folder, name));
  return {
    pulumi: inPart("engine", "bin", "pulumi"),
    etcd: inPart("etcd", "bin", "etcd"),
    kubeApiserver: inPart("kubernetes", "bin", "kube-apiserver"),
    kubeControllerManager: inPart("kubernetes", "bin", "kube-controller-manager"),
    kubeScheduler: inPart("kubernetes", "bin", "kube-scheduler"),
    kubectl: inPart("kubernetes", "bin", "kubectl"),
    kwok: inPart("kwok", "bin", "kwok"),
    pki: inPart("pki", "bin", "pki"),
    postgresBin: inPart("postgres", "embedded_postgres", "pginstall", "bin"),
    kwokStages: listOf(inPart("kwok", "stages")),
    crdFiles: listOf(inPart("crds")),
  };
}

function meshPaths(folders: ReadonlyMap<PartName, string>): MeshTools {
  const inPart = (part: PartName, ...names: string[]): string => join(folders.get(part) ?? "", ...names);
  return {
    pilotDiscovery: inPart("istio", "bin", "pilot-discovery"),
    pilotAgent: inPart("istio", "bin", "pilot-agent"),
    istioctl: inPart("istio", "bin", "istioctl"),
    bootstrap: inPart("istio", "bootstrap", "envoy_bootstrap.json"),
    envoy: inPart("envoy", "envoy", "_bin", "envoy"),
    certManager: inPart("cert-manager", "bin", "cert-manager"),
  };
}

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { arch, availableParallelism, platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cacheFolder.ts";
import { codeOf } from "./errors.ts";
import { withLock } from "./lock.ts";
import type { Log } from "./process.ts";
import { buildGoPart, KWOK_STAGES, versionOf } from "./toolchain/build.ts";
import { collectCrds, CRD_LOCATIONS } from "./toolchain/crds.ts";
import {
  cacheKey,
  CRDS_PART,
  GO_PARTS,
  goBuildArgs,
  type Part,
  type PartName,
  POSTGRES_PART,
} from "./toolchain/parts.ts";
import { findGo } from "./toolchain/prerequisites.ts";
import { installPythonParts } from "./toolchain/python.ts";

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

interface Step {
  readonly part: Part;
  /** The folder in the cache that holds the result. */
  readonly folder: string;
  readonly build: (target: string) => Promise<void>;
}

const MANIFESTS = fileURLToPath(new URL("toolchain", import.meta.url));

const HEARTBEAT_MS = 15_000;

/**
 * Builds what is missing and returns the paths. The results lie in the user's cache folder, shared by all clones, each
 * part under a key made of its own manifests; a part appears there whole or not at all, so an interrupted build goes on
 * where it stopped. Faults that the user can mend are SandboxErrors.
 */
export async function ensureToolchain(options: { readonly log: Log }): Promise<Toolchain> {
  const steps = await plan();
  if (steps.some(isMissing)) {
    await withLock(join(cacheFolder(), "toolchain.lock"), "builds the toolchain", options.log, async () => {
      for (const [index, step] of steps.entries()) {
        await ensure(step, `toolchain ${String(index + 1)}/${String(steps.length)}  ${step.part.name}`, options.log);
      }
    });
  }
  return paths(new Map(steps.map((step) => [step.part.name, step.folder])));
}

async function plan(): Promise<readonly Step[]> {
  const go = await findGo();
  const goSteps = GO_PARTS.map((part): Step => {
    const dir = join(MANIFESTS, part.name);
    const copied = part.name === "kwok" ? KWOK_STAGES : [];
    const key = keyOf(part, [go.version, go.platform, ...goBuildArgs(part, versionOf(part, dir), "bin"), ...copied]);
    return { part, folder: join(cacheFolder(), key), build: (target) => buildGoPart(part, dir, target) };
  });
  const crds: Step = {
    part: CRDS_PART,
    folder: join(cacheFolder(), keyOf(CRDS_PART, [JSON.stringify(CRD_LOCATIONS)])),
    build: (target) => collectCrds(join(MANIFESTS, "crds"), target),
  };
  const postgres: Step = {
    part: POSTGRES_PART,
    folder: join(postgresCacheFolder(), keyOf(POSTGRES_PART, [platform(), arch()])),
    build: (target) => installPythonParts(join(MANIFESTS, "requirements.txt"), target),
  };
  return [postgres, crds, ...goSteps];
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

const isMissing = (step: Step): boolean => !existsSync(step.folder);

async function ensure(step: Step, label: string, log: Log): Promise<void> {
  if (!isMissing(step)) {
    log(`${label}  ready`);
    return;
  }
  const start = performance.now();
  const seconds = (): string => `${String(Math.round((performance.now() - start) / 1000))} s`;
  log(`${label}  building (${step.part.about}; here ${String(availableParallelism())} cores) …`);
  const heartbeat = setInterval(() => {
    log(`${label}  still building, ${seconds()}`);
  }, HEARTBEAT_MS);
  try {
    await install(step);
  } finally {
    clearInterval(heartbeat);
  }
  log(`${label}  done in ${seconds()}`);
}

async function install(step: Step): Promise<void> {
  const unfinished = `${step.folder}.unfinished-${String(process.pid)}`;
  mkdirSync(dirname(step.folder), { recursive: true });
  await removeUnfinished(step.folder);
  try {
    await step.build(unfinished);
    await rename(unfinished, step.folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process finished the same part: its result is as good.
    if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error;
  }
}

// Left by a process that was killed; the lock says that nobody else is at work.
async function removeUnfinished(folder: string): Promise<void> {
  const names = readdirSync(dirname(folder)).map((name) => join(dirname(folder), name));
  for (const name of names.filter((candidate) => candidate.startsWith(`${folder}.unfinished-`))) {
    await rm(name, { recursive: true, force: true });
  }
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

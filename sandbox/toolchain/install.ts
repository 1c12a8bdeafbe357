import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder } from "../cacheFolder.ts";
import { withLock } from "../lock.ts";
import type { Log } from "../process.ts";
import { makeWhole, unfinishedPrefix } from "../wholeFolder.ts";
import type { Part, PartName } from "./parts.ts";

/** One part, and how it comes into the cache. */
export interface Step {
  readonly part: Part;
  /** The folder in the cache that holds the result. */
  readonly folder: string;
  readonly build: (target: string) => Promise<void>;
}

const HEARTBEAT_MS = 15_000;

/** Builds the parts that are missing, one after the other, and returns the folder of each. */
export async function ensureSteps(steps: readonly Step[], log: Log): Promise<ReadonlyMap<PartName, string>> {
  if (steps.some(isMissing)) {
    await withLock(join(cacheFolder(), "toolchain.lock"), "builds the toolchain", log, async () => {
      for (const [index, step] of steps.entries()) {
        await ensure(step, `toolchain ${String(index + 1)}/${String(steps.length)}  ${step.part.name}`, log);
      }
    });
  }
  return new Map(steps.map((step) => [step.part.name, step.folder]));
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
  mkdirSync(dirname(step.folder), { recursive: true });
  await removeUnfinished(step.folder);
  await makeWhole(step.folder, step.build);
}

// Left by a process that was killed; the lock says that nobody else is at work.
async function removeUnfinished(folder: string): Promise<void> {
  const names = readdirSync(dirname(folder)).map((name) => join(dirname(folder), name));
  for (const name of names.filter((candidate) => candidate.startsWith(unfinishedPrefix(folder)))) {
    await rm(name, { recursive: true, force: true });
  }
}

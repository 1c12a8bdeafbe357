import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "./errors.ts";
import { type Log, sleep } from "./process.ts";

const TOUCH_MS = 10_000;

/** A holder that has not touched its lock for this long is gone, even if its pid was given to another process. */
const STALE_MS = 60_000;

/**
 * Runs `work` while this process alone holds the lock file, and waits for another holder with one line of `log` that
 * says `what` the other one does. The lock of a process that has died is taken over.
 */
export async function withLock<T>(file: string, what: string, log: Log, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !take(file); waited = true) {
    const holder = readHolder(file);
    if (holder !== undefined && isStale(file, holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!waited) log(`waiting for process ${holder ?? "?"}, which ${what} (lock ${file}) …`);
    await sleep(200);
  }
  const heartbeat = setInterval(() => {
    touch(file);
  }, TOUCH_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isStale(file: string, holder: string): boolean {
  const age = ageMs(file);
  // An empty file is a lock whose holder is between creating and writing it.
  return age > STALE_MS || (/^\d+$/.test(holder) && !isAlive(Number(holder)));
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return codeOf(error) === "EPERM";
  }
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The lock was removed by hand: nothing to keep fresh.
  }
}

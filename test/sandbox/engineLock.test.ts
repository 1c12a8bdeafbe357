import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clearStaleLocks } from "../../sandbox/engineLock.ts";
import { SandboxError } from "../../sandbox/errors.ts";

let state = "";
let folder = "";
const said: string[] = [];
const clear = (): Promise<void> => clearStaleLocks(state, "privatesales", "local", (line) => said.push(line), 300);
const lock = (pid: number): void => {
  writeFileSync(join(folder, "44ca68f9.json"), JSON.stringify({ pid, username: "u", hostname: "h", timestamp: "2026-01-01T00:00:00Z" }));
  writeFileSync(join(folder, "44ca68f9.json.attrs"), "{}");
};

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "engine-lock-"));
  folder = join(state, ".pulumi/locks/organization/privatesales/local");
  mkdirSync(folder, { recursive: true });
  said.length = 0;
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

test("a state that was never locked is left as it is", async () => {
  rmSync(folder, { recursive: true });
  await clear();
  expect(said).toEqual([]);
});

test("the lock of an engine that is gone is removed, that of another stack is not", async () => {
  const other = join(folder, "../other");
  mkdirSync(other);
  lock(2 ** 22 + 1);
  await clear();
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(other)).toBe(true);
  expect(said).toEqual([]);
});

test("a pid that another program has now holds nothing", async () => {
  lock(process.pid);
  await clear();
  expect(existsSync(folder)).toBe(false);
});

test("an engine that is alive is waited for, and then named", async () => {
  const engine = spawn(process.execPath, ["-e", "setTimeout(() => undefined, 30000)", "pulumi"]);
  try {
    const pid = engine.pid ?? 0;
    lock(pid);
    await expect(clear()).rejects.toThrow(SandboxError);
    await expect(clear()).rejects.toThrow(`process ${pid} runs the engine on this data folder. Wait for its end`);
    expect(said[0]).toBe(`waiting for process ${pid}, which runs the engine on this data folder …`);
    expect(existsSync(folder)).toBe(true);
  } finally {
    engine.kill("SIGKILL");
  }
});

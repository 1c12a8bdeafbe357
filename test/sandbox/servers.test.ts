import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withLock } from "../../sandbox/lock.ts";
import { run } from "../../sandbox/process.ts";
import { residentMiB, runningPid, type ServerRecord, start, stop } from "../../sandbox/servers.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sandbox-servers-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const record = (marker: string): ServerRecord => {
  return { name: "dummy", dataDir: dir, marker, logFile: join(dir, "logs", "dummy.log") };
};
const program = (script: string, marker: string): { file: string; args: string[] } => {
  return { file: process.execPath, args: ["-e", script, marker] };
};

describe("a server", () => {
  test("is started, found again and ended, with its output in its log", async () => {
    const server = record("/marker/of/this/test");
    const pid = await start(server, program("console.log('up'); setInterval(() => {}, 1000)", server.marker));
    expect(runningPid(server)).toBe(pid);
    // A process that has just been forked has no pages of its own yet.
    await vi.waitFor(() => {
      expect(residentMiB(pid)).toBeGreaterThan(1);
    });
    await expect.poll(() => readFileSync(server.logFile, "utf8")).toBe("up\n");
    expect(await stop(server)).toBe(true);
    expect(runningPid(server)).toBeUndefined();
    expect(residentMiB(pid)).toBe(0);
    expect(await stop(server)).toBe(false);
  });

  test("that ignores SIGTERM is killed after its time", async () => {
    const server = record("/marker/of/the/deaf");
    const script = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)";
    await start(server, program(script, server.marker));
    await expect.poll(() => readFileSync(server.logFile, "utf8")).toBe("deaf\n");
    expect(await stop(server, "SIGTERM", 300)).toBe(true);
    expect(runningPid(server)).toBeUndefined();
  });

  test("is not taken for a stranger that got its pid, and the stranger lives", async () => {
    const mine = record("/marker/mine");
    const stranger = record("/marker/of/somebody/else");
    const pid = await start(stranger, program("setInterval(() => {}, 1000)", stranger.marker));
    expect(runningPid(mine)).toBeUndefined();
    expect(await stop(mine)).toBe(false);
    writeFileSync(join(dir, "run", "dummy.pid"), String(pid));
    expect(runningPid(stranger)).toBe(pid);
    expect(await stop(stranger)).toBe(true);
  });

  test("whose program does not exist is an error", async () => {
    await expect(start(record("x"), { file: join(dir, "nothing"), args: [] })).rejects.toThrow("ENOENT");
  });
});

test("run reports output, exit code and a program that is not there", async () => {
  const script = "process.stdin.pipe(process.stdout); process.stderr.write('e'); process.exitCode = 3";
  expect(await run(process.execPath, ["-e", script], { input: "in" })).toEqual({ code: 3, stdout: "in", stderr: "e" });
  expect((await run(join(dir, "nothing"), [])).code).toBe(127);
});

describe("a lock", () => {
  test("lets one in after the other and tells who waits, once", async () => {
    const file = join(dir, "lock");
    const order: string[] = [];
    const lines: string[] = [];
    const work = (name: string) => () => {
      return withLock(file, "works", (line) => lines.push(line), async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 500));
        order.push(`${name} out`);
      });
    };
    await Promise.all([work("a")(), work("b")()]);
    expect(order).toEqual(["a in", "a out", "b in", "b out"]);
    expect(lines).toEqual([`waiting for process ${String(process.pid)}, which works (lock ${file}) …`]);
  });

  test("of a dead process is taken over, and given back after a failure", async () => {
    const file = join(dir, "lock");
    const dead = await run(process.execPath, ["-e", "console.log(process.pid)"]);
    writeFileSync(file, dead.stdout.trim());
    const failing = withLock(file, "works", () => undefined, () => Promise.reject(new Error("broken")));
    await expect(failing).rejects.toThrow("broken");
    expect(await withLock(file, "works", () => undefined, () => Promise.resolve(1))).toBe(1);
  });
});

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real server of the cache with an ACL file. Debian's Redis 7 reads the same ACL language as Valkey. */
export interface CacheServer {
  readonly port: number;
  /** Writes the file anew; the server reads it when it is told to. */
  readonly writeAcl: (text: string) => void;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, "127.0.0.1", resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** Starts one on a free port of this machine, and waits until it answers. */
export async function startCache(aclText: string): Promise<CacheServer> {
  const folder = mkdtempSync(join(tmpdir(), "cache-server-"));
  const acl = join(folder, "users.acl");
  writeFileSync(acl, aclText);
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--aclfile", acl, "--save", "", "--dir", folder];
  const server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    let log = "";
    server.on("error", () => {
      reject(new Error("redis-server is not on PATH; install the Debian package redis-server"));
    });
    server.on("exit", () => {
      reject(new Error(`redis-server ended:\n${log}`));
    });
    server.stdout.on("data", (data: Buffer) => {
      log += data.toString();
      if (log.includes("Ready to accept connections")) resolve();
    });
  });
  return {
    port,
    writeAcl: (text) => {
      writeFileSync(acl, text);
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

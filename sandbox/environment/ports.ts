import { createServer } from "node:net";
import { SandboxError } from "../errors.ts";

/** Below the ports that Linux (32768) and macOS (49152) hand to outgoing connections: those come and go. */
const FIRST = 20_000;
const COUNT = 10_000;

/** Asks the system whether a TCP port of 127.0.0.1 can be bound. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * The next `count` ports that `free` accepts, searched upwards between 20000 and 29999 from a place that `seed` (a
 * whole number) decides, without those in `taken`.
 */
export async function pickPorts(
  count: number,
  seed: number,
  taken: readonly number[] = [],
  free: (port: number) => boolean | Promise<boolean> = isFree,
): Promise<readonly number[]> {
  const picked: number[] = [];
  for (let step = 0; step < COUNT && picked.length < count; step++) {
    const port = FIRST + ((seed + step) % COUNT);
    if (!taken.includes(port) && (await free(port))) picked.push(port);
  }
  if (picked.length < count) {
    throw new SandboxError(
      `the sandbox needs ${String(count)} free ports of 127.0.0.1 between ${String(FIRST)} and ` +
        `${String(FIRST + COUNT - 1)} and found ${String(picked.length)}. Stop other programs and try again.`,
    );
  }
  return picked;
}

import { readFileSync } from "node:fs";
import { run } from "../process.ts";

/** Bits of the capabilities for ports below 1024 and for routes: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const BITS = { NET_BIND_SERVICE: 10n, NET_ADMIN: 12n } as const;

/** Whether a process with this /proc/<pid>/status has the capability. */
export function isCapable(status: string, capability: keyof typeof BITS): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> BITS[capability]) & 1n) === 1n;
}

/** Why this machine cannot run the mesh, in half a sentence; undefined when it can. */
export async function whyNoMesh(): Promise<string | undefined> {
  if (process.platform !== "linux") return `pod addresses are made local by Linux's routes, and this is ${process.platform}`;
  const status = readFileSync("/proc/self/status", "utf8");
  if (!isCapable(status, "NET_ADMIN")) return "it adds a route for the pod addresses, which takes root or the capability NET_ADMIN";
  if (!isCapable(status, "NET_BIND_SERVICE") && Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")) > 80) {
    return "its gateway listens on ports 80 and 443, which takes root or the capability NET_BIND_SERVICE";
  }
  if ((await run("ip", ["-V"])).code !== 0) return 'it adds a route for the pod addresses, and there is no "ip" on PATH (Debian and Ubuntu: apt install iproute2)';
  return undefined;
}

import { execFileSync } from "node:child_process";

/** Tests that need more than the registries give: root, and programs from Debian's packages. */
export const HOST_GROUP = {
  folder: "test/e2e/host",
  /** Debian package by the program that is taken from it. */
  packages: { "redis-server": "redis-server", strace: "strace", ip: "iproute2", curl: "curl", setpriv: "util-linux" },
} as const;

const onPath = (program: string): boolean => {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** What the host group lacks here; empty when it can run. */
export function missingForHostGroup(): readonly string[] {
  const missing = Object.keys(HOST_GROUP.packages).filter((name) => !onPath(name));
  return [...(process.getuid?.() === 0 ? [] : ["root"]), ...missing];
}

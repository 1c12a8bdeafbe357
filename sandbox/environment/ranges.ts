import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, SandboxError } from "../errors.ts";

/** Address ranges of one environment, in CIDR notation. */
export interface Ranges {
  readonly pods: string;
  readonly services: string;
}

/** How many environments of one user can exist at a time. */
export const SLOTS = 64;

/**
 * The ranges of a slot. Pods: 10.244.0.0/14 in pieces of /20, so that sixteen nodes get a /24 each. Services:
 * 10.96.0.0/14 in pieces of /20. Both lie in what kubeadm and flannel use, which local networks keep free.
 */
export function rangesOf(slot: number): Ranges {
  const second = Math.floor(slot / 16);
  const third = String((slot % 16) * 16);
  return {
    pods: `10.${String(244 + second)}.${third}.0/20`,
    services: `10.${String(96 + second)}.${third}.0/20`,
  };
}

/** The address `offset` into a range, e.g. 1 for the first usable one. */
export function addressIn(cidr: string, offset: number): string {
  const bytes = cidr.replace(/\/.*$/, "").split(".").map(Number);
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + offset;
  return [24, 16, 8, 0].map((shift) => String((value >>> shift) & 255)).join(".");
}

/** The slots to try, in order, so that a data folder gets the same one again where it can. */
export function slotOrder(first: number): readonly number[] {
  return Array.from({ length: SLOTS }, (_, step) => (first + step) % SLOTS);
}

const claimSchema = z.strictObject({ dataDir: z.string(), id: z.string() });
export type Claim = z.infer<typeof claimSchema>;

/**
 * Claims a slot for an environment in the user's registry (one file per slot) and returns its number. A claim counts
 * while `isLive` says that its data folder still holds that environment.
 */
export function claimSlot(registry: string, claim: Claim, first: number, isLive: (other: Claim) => boolean): number {
  mkdirSync(registry, { recursive: true });
  for (const slot of slotOrder(first)) {
    const file = join(registry, `${String(slot)}.json`);
    const other = readClaim(file);
    if (other !== undefined && isLive(other)) continue;
    writeFileSync(file, JSON.stringify(claim), { mode: 0o600 });
    return slot;
  }
  throw new SandboxError(
    `all ${String(SLOTS)} sandbox address ranges of this user are taken. Remove data folders that are no longer ` +
      `needed (the files in ${registry} name them), then run the command again.`,
  );
}

function readClaim(file: string): Claim | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  // A claim that cannot be read belongs to nobody.
  try {
    return claimSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

import { z } from "zod";
import { GATES, type Gate, type GateTenant } from "./gates.ts";

/** Versions of each tenant that have passed, oldest first. */
export type PassedVersions = Readonly<Record<string, readonly string[]>>;

/** What each gate has passed. A gate that failed adds nothing: the run ends before its outputs are written. */
export type GateResults = Readonly<Partial<Record<Gate, PassedVersions>>>;

/** Versions of a tenant that stay on record; enough to go back to any that prod may still run. */
const KEPT = 20;

const schema = z.partialRecord(z.enum(GATES), z.record(z.string(), z.array(z.string())));

/**
 * The results as a stack's output holds them; none yet is no result.
 * @throws Error when the output is something else, which would otherwise be read as "passed nothing".
 */
export function gateResults(output: unknown): GateResults {
  if (output === undefined || output === null) return {};
  const parsed = schema.safeParse(output);
  if (parsed.success) return parsed.data;
  throw new Error(`the gates' results cannot be read: ${z.prettifyError(parsed.error)}; run the stack that has the gates again`);
}

/** The results after these gates have passed these tenants' versions, on top of what had passed before. */
export function withPassed(earlier: GateResults, gates: readonly Gate[], tenants: readonly Pick<GateTenant, "id" | "version">[]): GateResults {
  const passed = gates.map((gate): [Gate, PassedVersions] => {
    const before = earlier[gate] ?? {};
    const now = tenants.map(({ id, version }): [string, readonly string[]] => [
      id,
      [...(before[id] ?? []).filter((known) => known !== version), version].slice(-KEPT),
    ]);
    return [gate, { ...before, ...Object.fromEntries(now) }];
  });
  return { ...earlier, ...Object.fromEntries(passed) };
}

/** A version that prod is to run. */
export type WantedVersion = Pick<GateTenant, "id" | "version">;

/** One line for each version that has not passed every required gate; empty when all may go to prod. */
export function promotionFaults(wanted: readonly WantedVersion[], results: GateResults, required: readonly Gate[]): readonly string[] {
  return wanted.flatMap(({ id, version }) => {
    const missing = required.filter((gate) => !(results[gate]?.[id] ?? []).includes(version));
    if (missing.length === 0) return [];
    const whole = [...new Set(required.flatMap((gate) => results[gate]?.[id] ?? []))].filter((known) =>
      required.every((gate) => results[gate]?.[id]?.includes(known)),
    );
    const allowed = whole.length === 0 ? "no version of it has passed in qa" : `allowed is ${whole.join(", ")}`;
    return [
      `tenant ${id}: release.version is ${version}, which has not passed ${missing.join(", ")} in qa; ${allowed}; ` +
        `deploy ${version} to qa first and let its gates pass, or set release.version to one that has`,
    ];
  });
}

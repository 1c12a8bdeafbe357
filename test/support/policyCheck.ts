import { expect } from "vitest";
import { z } from "zod";
import type { StackName } from "../../sandbox/arguments.ts";
import { RULES } from "../../policy/rules/index.ts";
import { script } from "./sandbox.ts";

const complaint = z.object({ rule: z.string(), name: z.string(), found: z.string() });
const verdict = z.object({
  judge: z.enum(["rules", "checkov"]),
  scope: z.string(),
  violations: z.array(complaint),
  suppressed: z.array(complaint.extend({ reason: z.string() })),
  faults: z.array(z.string()),
});
const answer = z.object({ resources: z.number(), verdicts: z.array(verdict) });

/** `both`: checkov as well, which takes half a minute. */
export type Judges = "rules" | "both";

/**
 * What the engine registered in the sandbox of this data folder keeps every rule, but for the exceptions in policy/exceptions.ts, each
 * of which excuses something. It runs what `npm run policy` runs.
 */
export async function expectRulesHold(dataDir: string, stack: Exclude<StackName, "local">, judges: Judges = "rules"): Promise<void> {
  const flags = judges === "both" ? ["--checkov"] : [];
  const { code, stdout, stderr } = await script("policy/check.ts", {}, stack, "--data", dataDir, "--json", ...flags);
  // A check that does not answer at all shows why.
  if (stdout === "") throw new Error(`no verdict on ${stack}; exit code ${code}\n${stderr}`);
  const { resources, verdicts } = answer.parse(JSON.parse(stdout));
  const wrong = verdicts.flatMap(({ violations, faults }) => [...violations.map(({ rule, name, found }) => `${rule} ${name}: ${found}`), ...faults]);
  expect(wrong).toEqual([]);
  expect(code).toBe(0);
  expect(verdicts.map(({ judge }) => judge)).toEqual(judges === "both" ? ["rules", "checkov"] : ["rules"]);
  // The whole stack was judged, and by every rule that is about it.
  expect(resources).toBeGreaterThan(700);
  expect(verdicts[0]?.scope).toMatch(new RegExp(`^${RULES.filter(({ stacks }) => stacks.includes(stack)).length} rules over [3-9]\\d\\d resources of AWS$`));
}

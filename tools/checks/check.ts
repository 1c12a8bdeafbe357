import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors.ts";

/** One thing that has to hold; `run` rejects with the reason when it does not. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export interface CheckResult {
  readonly name: string;
  /** The last reason; nothing when it held in the end. */
  readonly fault: string | undefined;
  readonly seconds: number;
}

/** Seconds between two attempts of one check. */
const PAUSE = 2;

/** Runs all checks side by side, each again and again until it holds or `deadlineSeconds` have passed: what was just deployed may still be starting. */
export function runChecks(checks: readonly Check[], deadlineSeconds: number, ending: AbortSignal): Promise<readonly CheckResult[]> {
  const started = Date.now();
  const elapsed = (): number => (Date.now() - started) / 1000;
  return Promise.all(
    checks.map(async ({ name, run }): Promise<CheckResult> => {
      for (;;) {
        const fault = await run().then(() => undefined, messageOf);
        if (fault === undefined || elapsed() + PAUSE > deadlineSeconds || ending.aborted) return { name, fault, seconds: elapsed() };
        await sleep(PAUSE * 1000, undefined, { signal: ending }).catch(() => undefined);
      }
    }),
  );
}

/** A line for each check, faults last: the end of a log is what people read. */
export function resultsText(results: readonly CheckResult[]): string {
  const faults = results.filter(({ fault }) => fault !== undefined);
  const lines = [...results.filter(({ fault }) => fault === undefined), ...faults].map(
    ({ name, fault, seconds }) => `${fault === undefined ? "ok    " : "FAILED"}  ${seconds.toFixed(1).padStart(5)} s  ${name}${fault === undefined ? "" : `: ${fault}`}`,
  );
  return [...lines, `${results.length - faults.length} hold, ${faults.length} failed`].join("\n");
}

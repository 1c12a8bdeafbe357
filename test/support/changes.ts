import { z } from "zod";
import type { RunReport } from "../../sandbox/report.ts";
import { reportOf, script, type Outcome } from "./sandbox.ts";

/** What `changedRun.ts` changes in a run of the sandbox. */
export const changesSchema = z.strictObject({
  /** Values by full key, laid over the stack's config. */
  config: z.record(z.string(), z.unknown()).optional(),
  /** Values by full key, as JSON or text, laid over what the engine hands to the program: addresses that the sandbox sets itself. */
  handedOver: z.record(z.string(), z.string()).optional(),
  /** Folder for the engine's own verbose log, at level 2. */
  engineLogs: z.string().optional(),
  /** The account that the credentials belong to. */
  accountId: z.string().optional(),
  /** Instead of AWS_ENGINES.auroraPostgresql. */
  auroraVersion: z.string().optional(),
  /** Name of the Aurora cluster that the program holds to be the writer for good. */
  pinnedWriter: z.string().optional(),
});
export type Changes = z.infer<typeof changesSchema>;

/** `npm run sandbox -- --data <data> …` with changes. */
export const changedRun = (changes: Changes, data: string, ...args: readonly string[]): Promise<Outcome> =>
  script("test/support/changedRun.ts", { CHANGES: JSON.stringify(changes) }, "--data", data, ...args);

/** One that has to succeed. */
export async function succeedWith(changes: Changes, data: string, ...args: readonly string[]): Promise<RunReport> {
  const outcome = await changedRun(changes, data, ...args, "--json");
  if (outcome.code !== 0) throw new Error(`exit code ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
  return reportOf(outcome);
}

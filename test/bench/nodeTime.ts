import { recordProgram } from "../support/program.ts";

/** Milliseconds of this process that one registered resource costs, without engine and providers. */
export async function nodeTimePerResource(): Promise<number> {
  Error.stackTraceLimit = 0;
  // The first run pays for loading the packages and for the compiler.
  await recordProgram("local");
  const started = process.cpuUsage();
  const { length } = await recordProgram("local");
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000 / length;
}

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** Path of a checked-in list below test/golden. */
export const goldenFile = (name: string): string => fileURLToPath(new URL(`../golden/${name}.txt`, import.meta.url));

const linesIn = (file: string): readonly string[] => (existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []);

/** The lines that came and went, and what to do about it. */
function difference(before: readonly string[], after: readonly string[], renew: string): string {
  const came = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const went = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  return [`this differs from the golden list; if that is meant, renew it with: ${renew}`, ...came, ...went, ""].join("\n");
}

/** Expects the checked-in list; `renew` is the command that writes it anew. */
export async function expectGolden(name: string, lines: readonly string[], renew: string): Promise<void> {
  const file = goldenFile(name);
  const known = existsSync(file);
  await expect(`${lines.join("\n")}\n`, difference(linesIn(file), lines, renew)).toMatchFileSnapshot(file);
  // The comparison writes a list that is missing, and is content.
  expect(known, `test/golden/${name}.txt was missing; what stands there now is new, read it and keep it`).toBe(true);
}

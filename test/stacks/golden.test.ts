import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { STACKS, type StackName } from "../../sandbox/arguments.ts";
import { recordProgram } from "../support/program.ts";

const RENEW = "npm test -- test/stacks/golden.test.ts --project unit --update";
const fileOf = (stack: StackName): string => fileURLToPath(new URL(`../golden/${stack}.txt`, import.meta.url));
const linesOf = (file: string): readonly string[] => (existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []);

/** The lines that came and went, and what to do about it. */
function difference(before: readonly string[], after: readonly string[]): string {
  const came = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const went = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  return [`the resources differ from the golden list; if that is meant, renew it with: ${RENEW}`, ...came, ...went, ""].join("\n");
}

/** What each stack registers with its own config file, a line a resource: type, name, parent. */
describe.each(STACKS)("%s", (stack) => {
  test("registers what its golden list says", async () => {
    const file = fileOf(stack);
    const known = existsSync(file);
    const lines = (await recordProgram(stack)).map(({ type, name, parent }) => `${type} ${name} ${parent === "" ? "-" : parent}`).toSorted();
    await expect(`${lines.join("\n")}\n`, difference(linesOf(file), lines)).toMatchFileSnapshot(file);
    // The comparison writes a list that is missing, and is content.
    expect(known, `test/golden/${stack}.txt was missing; what stands there now is new, read it and keep it`).toBe(true);
  });
});

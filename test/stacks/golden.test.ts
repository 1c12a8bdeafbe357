import { describe, expect, test } from "vitest";
import { STACKS } from "../../sandbox/arguments.ts";
import { recordProgram } from "../support/program.ts";

/**
 * What each stack registers, a line a resource. After a change that is meant, renew with
 * `npm test -- --update test/stacks/golden.test.ts` and read the difference.
 */
describe.each(STACKS)("%s", (stack) => {
  test("registers what its golden list says", async () => {
    const lines = (await recordProgram(stack)).map(({ type, name }) => `${type} ${name}`).toSorted();
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../golden/${stack}.txt`);
  });
});

import { describe, test } from "vitest";
import { STACKS } from "../../sandbox/arguments.ts";
import { expectGolden } from "../support/goldenFile.ts";
import { recordProgram } from "../support/program.ts";

const RENEW = "npm test -- test/stacks/golden.test.ts --project unit --update";

/** What each stack registers with its own config file, a line a resource: type, name, parent. */
describe.each(STACKS)("%s", (stack) => {
  test("registers what its golden list says", async () => {
    const lines = (await recordProgram(stack)).map(({ type, name, parent }) => `${type} ${name} ${parent === "" ? "-" : parent}`).toSorted();
    await expectGolden(stack, lines, RENEW);
  });
});

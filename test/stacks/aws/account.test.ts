import { expect, test } from "vitest";
import { recordProgram } from "../../support/program.ts";

const named = (resources: Awaited<ReturnType<typeof recordProgram>>): readonly string[] => resources.map(({ type, name }) => `${type} ${name}`);

test("a stack is declared with credentials of its own account", async () => {
  expect(named(await recordProgram("qa"))).toEqual(expect.arrayContaining(["pulumi:providers:aws aws-caller", "pulumi:providers:aws aws-second"]));
});

test("credentials of another account are refused with file, key, value and what to do", async () => {
  await expect(recordProgram("qa", { credentialsOf: "111122223333" })).rejects.toThrow(
    'Pulumi.qa.yaml: privatesales:aws.accountId is "444455556666", and the credentials are of account "111122223333" ' +
      "(arn:aws:iam::111122223333:user/sandbox); use credentials of account 444455556666 for stack qa, or correct the file. Nothing was made.",
  );
});

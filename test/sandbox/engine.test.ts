import { expect, test } from "vitest";
import { engineWords } from "../../sandbox/engine.ts";

const command = "Command failed with exit code 1: /cache/bin/pulumi up --yes --stack local --non-interactive";

test("of the SDK's account of a failed command only the engine's own words are left", () => {
  const own = "the stack is currently locked by 1 lock(s).\n  file:///state/locks/1.json: created by root@vm (pid 7)";
  const message = `code: -2\n stdout: \n stderr: ${command}\nerror: ${own}\n err?: Error: ${command}\nerror: ${own}\n`;
  expect(engineWords(message)).toBe(own);
});

test("words that end the message are whole", () => {
  expect(engineWords(`code: 255\n stdout: \n stderr: error: no such stack\nsee there`)).toBe("no such stack\nsee there");
});

test("a message without them stays as it is", () => {
  expect(engineWords(`code: -2\n stdout: \n stderr: ${command}`)).toBe(`code: -2\n stdout: \n stderr: ${command}`);
});

import { defaultData } from "../sandbox/arguments.ts";
import { messageOf, SandboxError } from "../sandbox/errors.ts";
import { parseCheck, USAGE, type CheckArguments } from "./checkArguments.ts";
import { ensureCheckov } from "./installCheckov.ts";
import { holds, judgeByCheckov, judgeByRules, type Verdict } from "./judge.ts";
import { readExport, readSandboxState } from "./readState.ts";
import type { Resource } from "./rule.ts";
import { verdictText } from "./verdictText.ts";

/** `npm run policy`: judges what the engine has registered for a stack. */

function read({ stack, data, state }: CheckArguments): readonly Resource[] {
  if (state !== undefined) return readExport(state, stack);
  const folder = data ?? defaultData(stack);
  return readSandboxState(folder, stack, `npm run sandbox -- up ${stack}${data === undefined ? "" : ` --data ${data}`}`);
}

/** Standard output holds the result alone. */
async function check(args: CheckArguments): Promise<boolean> {
  const resources = read(args);
  const verdicts: Verdict[] = [judgeByRules(resources, args.stack)];
  if (args.checkov) {
    const options = await ensureCheckov(console.error);
    console.error("checkov  judging, about a minute …");
    verdicts.push(await judgeByCheckov(resources, args.stack, options));
  }
  if (args.json) console.log(JSON.stringify({ stack: args.stack, resources: resources.length, verdicts }));
  else console.log(verdicts.map((verdict) => verdictText(verdict, args.stack)).join("\n"));
  return verdicts.every(holds);
}

try {
  const args = parseCheck(process.argv.slice(2));
  if (args === "help") console.log(USAGE);
  else process.exitCode = (await check(args)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof SandboxError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}

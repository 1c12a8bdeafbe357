import { parseArgs } from "node:util";
import { messageOf, SandboxError } from "../sandbox/errors.ts";

const STACKS = ["qa", "prod"] as const;
type JudgedStack = (typeof STACKS)[number];

export interface CheckArguments {
  readonly stack: JudgedStack;
  /** Data folder of a sandbox. Default: the stack's own. */
  readonly data: string | undefined;
  /** A file that `pulumi stack export` wrote, in place of a data folder. */
  readonly state: string | undefined;
  readonly checkov: boolean;
  readonly json: boolean;
}

export const USAGE = `npm run policy -- qa|prod [options]

  judges what the engine has registered for a stack by the rules in policy/; ends with 1 on a violation or fault

  --data DIR    data folder of the sandbox that holds the stack (default .sandbox-qa, .sandbox-prod)
  --state FILE  a file of pulumi stack export instead, of a stack that was deployed with the ordinary tools
  --checkov     have checkov judge as well, installed on first use
  --json        result as JSON on standard output`;

const usage = (message: string): SandboxError => new SandboxError(`${message}\n\n${USAGE}`);

/**
 * The command line of `npm run policy`.
 * @throws SandboxError with the usage when something is unknown.
 */
export function parseCheck(args: readonly string[]): CheckArguments | "help" {
  const { values, positionals } = split(args);
  if (values.help === true) return "help";
  const [word = "", ...rest] = positionals;
  const stack = STACKS.find((one) => one === word);
  if (stack === undefined) throw usage(`the rules are about ${STACKS.join(" and ")}, got ${JSON.stringify(word)}`);
  if (rest.length > 0) throw usage(`too many arguments: ${rest.join(" ")}`);
  if (values.data !== undefined && values.state !== undefined) throw usage("--data and --state exclude each other");
  return { stack, data: values.data, state: values.state, checkov: values.checkov === true, json: values.json === true };
}

function split(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: "string" },
        state: { type: "string" },
        checkov: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw usage(messageOf(error));
  }
}

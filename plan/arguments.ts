/** The command line of `npm run plan`. */
import { STACKS, type StackName } from "../sandbox/arguments.ts";
import { didYouMean } from "../tenants/display.ts";
import { COMMENT_LIMIT } from "./markdown.ts";

export const USAGE = `npm run plan -- local|qa|prod [options]

What the next deployment would do, as Markdown: by tenant, data at risk first, with the change of the monthly cost.

  --events FILE    report on a preview that has been made (- for standard input): pulumi preview --json > FILE
                   Without it the stack is previewed in the sandbox, against what is deployed there.
  --data DIR       the sandbox's data folder (default .sandbox; .sandbox-qa and .sandbox-prod for those stacks)
  --tenants FILE   tenants file (default: the stack's own)
  --limit N        characters at most (default ${COMMENT_LIMIT}, a comment on GitHub)
  --json           the report as JSON

exit code: 0 no change, 2 changes, 3 data at risk, 1 the preview failed`;

export interface PlanCommand {
  readonly stack: StackName;
  readonly events: string | undefined;
  readonly data: string | undefined;
  readonly tenants: string | undefined;
  readonly limit: number;
  readonly json: boolean;
}

/** A command line that says what is wrong with itself. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const usage = (message: string): UsageError => new UsageError(`${message}\n\n${USAGE}`);

const VALUES = ["events", "data", "tenants", "limit"] as const;
type ValueName = (typeof VALUES)[number];

const isOneOf = <T extends string>(words: readonly T[], text: string): text is T => words.some((word) => word === text);

/** The least that title, table and note need. */
const LEAST = 1000;

function limitOf(text: string | undefined): number {
  if (text === undefined) return COMMENT_LIMIT;
  if (!/^\d{1,9}$/.test(text) || Number(text) < LEAST) throw usage(`--limit takes a whole number of ${LEAST} or more, got ${JSON.stringify(text)}`);
  return Number(text);
}

/**
 * Reads the command line; "help" when that is what was asked for.
 * @throws UsageError
 */
export function parseArguments(args: readonly string[]): PlanCommand | "help" {
  const values = new Map<ValueName, string>();
  const words: string[] = [];
  let json = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const [, name, inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (word === "-h" || name === "help") return "help";
    if (name === undefined) words.push(word);
    else if (name === "json") json = true;
    else if (isOneOf(VALUES, name)) {
      if (inline === undefined) at += 1;
      const value = inline ?? args[at];
      if (value === undefined || value === "") throw usage(`--${name} needs a value`);
      values.set(name, value);
    } else throw usage(`unknown option --${name}.${didYouMean(name, [...VALUES, "json"])}`);
  }
  const [stack, ...rest] = words;
  if (stack === undefined) throw usage("which stack? local, qa or prod");
  if (rest.length > 0) throw usage(`too many arguments: ${rest.join(" ")}`);
  if (!isOneOf(STACKS, stack)) throw usage(`unknown stack ${JSON.stringify(stack)}; there are ${STACKS.join(", ")}.${didYouMean(stack, STACKS)}`);
  if (values.has("events") && values.has("data")) throw usage("--events reports on a preview that has been made: it takes no --data");
  return { stack, json, limit: limitOf(values.get("limit")), events: values.get("events"), data: values.get("data"), tenants: values.get("tenants") };
}

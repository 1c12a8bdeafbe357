import { SandboxError } from "./errors.ts";

export const STACK_COMMANDS = ["up", "preview", "refresh", "destroy"] as const;
export type StackCommand = (typeof STACK_COMMANDS)[number];
export const STACKS = ["local", "qa", "prod"] as const;
export type StackName = (typeof STACKS)[number];

export interface Options {
  /** Data folder; one folder is one environment. */
  readonly data: string;
  /** Tenants file instead of the one in the stack's config. */
  readonly tenants: string | undefined;
  /** Result as one JSON object on standard output, everything else on standard error. */
  readonly json: boolean;
  /** `first`: the engine reads what is really there before it compares; with `up` and `preview`. */
  readonly refresh: "first" | "no";
  /** `official`: the plugins of kubernetes, postgresql and random that are on PATH. */
  readonly plugins: "standins" | "official";
  /** `wanted`: after a successful `up`, where the machine can run it. */
  readonly mesh: "off" | "wanted";
}

export type Command =
  | { readonly kind: StackCommand; readonly stack: StackName; readonly options: Options }
  | { readonly kind: "mesh" | "status" | "stop" | "remove" | "help"; readonly options: Options }
  | { readonly kind: "kubectl" | "psql"; readonly args: readonly string[]; readonly options: Options };

export const USAGE = `npm run sandbox -- [options] COMMAND

  up|preview|refresh|destroy [local|qa|prod]   run the engine on a stack (default local)
  mesh                                         start istiod, an Envoy gateway and answering pods for the deployed stack
  status                                       the servers of this data folder
  stop                                         end them; their data stays
  remove                                       end them and delete the data folder with all that is in it
  kubectl …   psql …                           look inside; arguments are passed on

  --data DIR         data folder, one environment each (default .sandbox; .sandbox-qa and .sandbox-prod for those stacks)
  --tenants FILE     tenants file (default: the stack's own, tenants/tenants.yaml)
  --refresh          with up and preview: look first at what is really there, as refresh does
  --plugins official kubernetes, postgresql and random by the official plugins on PATH (local only)
  --mesh             with up of local: start the mesh afterwards, where this machine can (Linux, root or NET_ADMIN)
  --json             result as JSON on standard output`;

/** The data folder where none is given: one folder holds one stack. */
export const defaultData = (stack: StackName): string => (stack === "local" ? ".sandbox" : `.sandbox-${stack}`);

const DEFAULTS: Options = { data: defaultData("local"), tenants: undefined, json: false, refresh: "no", plugins: "standins", mesh: "off" };

const usage = (message: string): SandboxError => new SandboxError(`${message}\n\n${USAGE}`);

/** Reads one option at `args[0]`; undefined when it is none. */
function option(args: readonly string[], options: Options): { readonly options: Options; readonly taken: number } | undefined {
  const [name = "", inline] = (args[0] ?? "").split(/=(.*)/s);
  const value = inline ?? args[1];
  const taken = inline === undefined ? 2 : 1;
  const needed = (): string => {
    if (value === undefined || value === "") throw usage(`${name} needs a value`);
    return value;
  };
  switch (name) {
    case "--json":
      return { options: { ...options, json: true }, taken: 1 };
    case "--mesh":
      return { options: { ...options, mesh: "wanted" }, taken: 1 };
    case "--refresh":
      return { options: { ...options, refresh: "first" }, taken: 1 };
    case "--data":
      return { options: { ...options, data: needed() }, taken };
    case "--tenants":
      return { options: { ...options, tenants: needed() }, taken };
    case "--plugins":
      if (needed() !== "official") throw usage(`--plugins takes "official", got ${JSON.stringify(value)}`);
      return { options: { ...options, plugins: "official" }, taken };
    default:
      return undefined;
  }
}

const isOneOf = <T extends string>(values: readonly T[], text: string): text is T => values.some((value) => value === text);

/**
 * The command line of `npm run sandbox`. Options may stand before or after the command, but after `kubectl` and `psql`
 * everything is theirs.
 * @throws SandboxError with the usage when something is unknown.
 */
export function parseArguments(args: readonly string[]): Command {
  const words: string[] = [];
  let options = DEFAULTS;
  for (let at = 0; at < args.length; ) {
    const word = args[at] ?? "";
    const read = option(args.slice(at), options);
    if (read !== undefined) {
      options = read.options;
      at += read.taken;
      continue;
    }
    if (words.length === 0 && (word === "kubectl" || word === "psql")) return { kind: word, args: args.slice(at + 1), options };
    if (word.startsWith("-") && word !== "--help" && word !== "-h") throw usage(`unknown option ${word}`);
    words.push(word);
    at += 1;
  }
  return command(words, options);
}

function command(words: readonly string[], options: Options): Command {
  const [kind = "help", stack = "local", ...rest] = words;
  if (options.refresh === "first" && kind !== "up" && kind !== "preview") throw usage(`--refresh is for up and preview, not for ${kind}`);
  if (options.mesh === "wanted" && (kind !== "up" || stack !== "local")) {
    throw usage("--mesh is for up of local; the stacks on AWS have their certificates signed by an authority that the sandbox does not run");
  }
  if (rest.length > 0) throw usage(`too many arguments: ${rest.join(" ")}`);
  if (kind === "help" || kind === "--help" || kind === "-h") return { kind: "help", options };
  if (kind === "mesh" || kind === "status" || kind === "stop" || kind === "remove") {
    if (words.length > 1) throw usage(`${kind} takes no argument, got ${stack}`);
    return { kind, options };
  }
  if (!isOneOf(STACK_COMMANDS, kind)) throw usage(`unknown command ${JSON.stringify(kind)}`);
  if (!isOneOf(STACKS, stack)) throw usage(`unknown stack ${JSON.stringify(stack)}; there are ${STACKS.join(", ")}`);
  if (options.plugins === "official" && stack !== "local") {
    throw usage(`--plugins official is for local: the cluster and the database of ${stack} are addresses that only stand-ins can reach`);
  }
  return { kind, stack, options: options.data === DEFAULTS.data ? { ...options, data: defaultData(stack) } : options };
}

/** The command line of `npm run tenants`. */
import { didYouMean } from "../display.ts";
import { RefusedError } from "./errors.ts";
import { MOVES, type Move } from "./transitions.ts";

export const USAGE = `npm run tenants -- COMMAND [options]

  list                            the tenants of the file
  check                           the file's faults, or "no fault"
  add ID --tier T --runtime R --release V --contact MAIL
                                  append an entry; besides: --name, --ring, --prefix, --region, --domain, --environment,
                                  --cost-center (prefix, region, domain, environment and contact may be repeated)
  suspend ID                      answers 503, no pods; data stays              from active or archived
  resume ID                       serves again                                  from suspended or archived
  archive ID                      workloads and routes gone; data stays         from suspended
  purge ID --dump SHA256 --confirm ID
                                  destroys the data, after a verified dump      from archived

  --file FILE   the tenants file (default tenants/tenants.yaml)
  --json        result as JSON on standard output

The file is all that is changed. Deploy after each command (pulumi up, or npm start): a step that was left out is refused there too.`;

/** Options of `add`, and whether one may be repeated. */
const ADD_OPTIONS = {
  tier: "once",
  runtime: "once",
  release: "once",
  contact: "many",
  name: "once",
  ring: "once",
  prefix: "many",
  region: "many",
  domain: "many",
  environment: "many",
  "cost-center": "once",
} as const;
export type AddOption = keyof typeof ADD_OPTIONS;
const REQUIRED: readonly AddOption[] = ["tier", "runtime", "release", "contact"];

const PURGE_OPTIONS = ["dump", "confirm"] as const;

interface Common {
  /** Undefined: the project's own. */
  readonly file: string | undefined;
  readonly json: boolean;
}

export type Values = Readonly<Partial<Record<AddOption, readonly string[]>>>;

export type Command = Common &
  (
    | { readonly kind: "help" }
    | { readonly kind: "list" | "check" }
    | { readonly kind: "add"; readonly id: string; readonly values: Values }
    | { readonly kind: "move"; readonly move: Exclude<Move, "purge">; readonly id: string }
    | { readonly kind: "move"; readonly move: "purge"; readonly id: string; readonly dump: string; readonly confirm: string }
  );

const COMMANDS = ["list", "check", "add", ...MOVES] as const;
type Name = (typeof COMMANDS)[number];

const isOneOf = <T extends string>(words: readonly T[], text: string): text is T => words.some((word) => word === text);

const refuse = (problem: string, given: string, allowed: string, advice = "npm run tenants -- help shows all of it."): RefusedError =>
  new RefusedError({ problem, given, allowed, advice });

interface Words {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
}

function split(args: readonly string[]): Words {
  const words: string[] = [];
  const options = new Map<string, readonly string[]>();
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      words.push(word === "-h" ? "help" : word);
    } else if (name === "json" || name === "help") {
      options.set(name, []);
    } else {
      if (inline === undefined) at += 1;
      const value = inline ?? args[at];
      if (value === undefined || value === "") throw refuse(`--${name} needs a value.`, "nothing", `--${name} VALUE`);
      options.set(name, [...(options.get(name) ?? []), value]);
    }
  }
  return { words, options };
}

function onlyOptions({ options }: Words, command: Name, known: readonly string[]): void {
  const all = [...known, "file", "json"];
  for (const [name, values] of options) {
    if (!all.includes(name)) {
      throw refuse(`${command} has no such option.${didYouMean(name, all)}`, `--${name}`, all.map((one) => `--${one}`).join(", "));
    }
    const isMany = isOneOf(Object.keys(ADD_OPTIONS) as readonly AddOption[], name) && ADD_OPTIONS[name] === "many";
    if (values.length > 1 && !isMany) throw refuse(`--${name} is given ${values.length} times.`, values.join(", "), `--${name} once`);
  }
}

function theId({ words }: Words, command: Name): string {
  const [, id, ...rest] = words;
  if (id === undefined) throw refuse(`${command} needs the id of a tenant.`, "nothing", `npm run tenants -- ${command} ID`);
  if (rest.length > 0) throw refuse(`${command} takes one id.`, [id, ...rest].join(" "), "one id; values with spaces in quotes");
  return id;
}

function addOf(given: Words, common: Common): Command {
  const id = theId(given, "add");
  const missing = REQUIRED.filter((name) => !given.options.has(name));
  if (missing.length > 0) {
    const wanted = missing.map((name) => `--${name}`).join(", ");
    throw refuse(`add lacks ${wanted}.`, `add ${id}`, "--tier, --runtime, --release and --contact, each with a value", `give ${wanted} as well.`);
  }
  const names = Object.keys(ADD_OPTIONS) as readonly AddOption[];
  const values = Object.fromEntries(names.flatMap((name) => (given.options.has(name) ? [[name, given.options.get(name)]] : [])));
  return { ...common, kind: "add", id, values };
}

function purgeOf(given: Words, common: Common): Command {
  const id = theId(given, "purge");
  const [dump] = given.options.get("dump") ?? [];
  const [confirm] = given.options.get("confirm") ?? [];
  if (dump === undefined || confirm === undefined) {
    throw refuse(
      "a purge destroys the tenant's data, and lacks its confirmation.",
      [`purge ${id}`, dump === undefined ? "without --dump" : "", confirm === undefined ? "without --confirm" : ""].filter(Boolean).join(" "),
      `--dump with the SHA-256 of the verified manifest of the final dump, and --confirm ${id}`,
      "take and verify the final dump first, then give both.",
    );
  }
  if (confirm !== id) throw refuse("--confirm is not the id of this tenant.", confirm, id, "write the id of the tenant whose data is to be destroyed twice.");
  return { ...common, kind: "move", move: "purge", id, dump, confirm };
}

/**
 * Reads the command line.
 * @throws RefusedError
 */
export function parseArguments(args: readonly string[]): Command {
  const given = split(args);
  const [name = "help"] = given.words;
  const common: Common = { file: given.options.get("file")?.[0], json: given.options.has("json") };
  if (given.options.has("help") || name === "help") return { ...common, kind: "help" };
  if (name === "remove" || name === "delete") {
    throw refuse("a tenant is never removed from the file.", name, "suspend, archive, purge", "suspend, then archive, then purge: the entry stays as a tombstone.");
  }
  if (!isOneOf(COMMANDS, name)) throw refuse(`there is no such command.${didYouMean(name, COMMANDS)}`, name, COMMANDS.join(", "));
  onlyOptions(given, name, name === "add" ? Object.keys(ADD_OPTIONS) : name === "purge" ? PURGE_OPTIONS : []);
  if (name === "add") return addOf(given, common);
  if (name === "purge") return purgeOf(given, common);
  if (name === "list" || name === "check") {
    const [, ...rest] = given.words;
    if (rest.length > 0) throw refuse(`${name} takes no argument.`, rest.join(" "), `npm run tenants -- ${name}`);
    return { ...common, kind: name };
  }
  return { ...common, kind: "move", move: name, id: theId(given, name) };
}

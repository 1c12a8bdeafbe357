import { CHECKS } from "./checks/kinds.ts";
import { flag, refused, text, valuesOf } from "./options.ts";

interface Common {
  readonly store: string;
  readonly pgBin: string | undefined;
}
interface Owner {
  /** The database's owner. */
  readonly url: URL;
  readonly identityFile: string;
}

/** A command line with its environment, checked. */
export type Command =
  | { readonly kind: "help" }
  | (Common & {
      readonly kind: "backup";
      readonly tenant: string;
      readonly url: URL;
      readonly recipient: string;
      readonly retentionDays: number;
      readonly retentionClass: string | undefined;
    })
  | (Common & Owner & { readonly kind: "restore"; readonly tenant: string; readonly backup: string | undefined; readonly mode: "dryRun" | "apply"; readonly replace: boolean })
  | (Common & Owner & { readonly kind: "verify-backup"; readonly tenants: readonly string[]; readonly sample: number | undefined; readonly metrics: string | undefined })
  | (Common & { readonly kind: "list"; readonly tenant: string });

const KINDS = ["backup", "restore", "verify-backup", "list"] as const;
const isKind = (text: string | undefined): text is (typeof KINDS)[number] => KINDS.some((kind) => kind === text);

const COMMON = { tenant: text, store: text, "pg-bin": text, help: flag } as const;
const OPTIONS = {
  backup: { ...COMMON, recipient: text, "retention-days": text, "retention-class": text },
  restore: { ...COMMON, backup: text, apply: flag, replace: flag },
  "verify-backup": { ...COMMON, sample: text, metrics: text },
  list: COMMON,
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault names what was given and what is allowed. A secret comes by the environment only, never as an argument. */
export function parseArguments(argv: readonly string[], env: Environment): Command {
  const [kind, ...rest] = argv;
  if (kind === undefined || kind === "help" || rest.includes("--help") || kind === "--help") return { kind: "help" };
  if (!isKind(kind)) throw refused("There is no such command.", kind, [...KINDS, ...CHECKS].join(", "), "see --help.");
  const values = valuesOf(OPTIONS[kind], rest);
  const read = (name: string, variable: string): string | undefined => values[name]?.toString() ?? (env[variable] === "" ? undefined : env[variable]);
  const need = (name: string, variable: string, what: string): string =>
    read(name, variable) ?? fail(`${kind} needs ${what}.`, "nothing", what, name === "" ? `set ${variable}.` : `give --${name}, or set ${variable}.`);
  const tenants = need("tenant", "TENANT_ID", "a tenant's id").split(",").map(tenantId);
  const common = { store: need("store", "BACKUP_STORE", "a store"), pgBin: read("pg-bin", "PG_BIN") };
  const owner = (): Owner => ({
    url: database(need("", "OWNER_DATABASE_URL", "the connection string of the database's owner"), "OWNER_DATABASE_URL"),
    identityFile: need("", "BACKUP_IDENTITY_FILE", "the file of the key that opens dumps"),
  });
  switch (kind) {
    case "backup":
      return {
        kind, ...common,
        tenant: single(tenants),
        url: database(need("", "MIGRATION_DATABASE_URL", "the connection string of the tenant's migration login"), "MIGRATION_DATABASE_URL"),
        recipient: recipientOf(need("recipient", "BACKUP_RECIPIENT", "whom to encrypt for")),
        retentionDays: positive("retention-days", need("retention-days", "RETENTION_DAYS", "the days that backups are kept")),
        retentionClass: read("retention-class", "RETENTION_CLASS"),
      };
    case "restore":
      return { kind, ...common, ...owner(), tenant: single(tenants), backup: values["backup"]?.toString(), mode: values["apply"] === true ? "apply" : "dryRun", replace: values["replace"] === true };
    case "verify-backup": {
      const sample = values["sample"]?.toString();
      return { kind, ...common, ...owner(), tenants, sample: sample === undefined ? undefined : positive("sample", sample), metrics: values["metrics"]?.toString() };
    }
    case "list":
      return { kind, ...common, tenant: single(tenants) };
    default:
      return kind satisfies never;
  }
}

function tenantId(id: string): string {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) && id.length <= 30) return id;
  throw refused("That is no tenant's id.", JSON.stringify(id), "small letters, digits and single dashes, at most 30", "take it from tenants.yaml.");
}

function single(tenants: readonly string[]): string {
  const [tenant = "", ...more] = tenants;
  return more.length === 0 ? tenant : fail("This command is about one tenant.", tenants.join(","), "one id", "run it once a tenant.");
}

function positive(name: string, given: string): number {
  return /^[1-9]\d{0,4}$/.test(given) ? Number(given) : fail(`--${name} is not a number.`, JSON.stringify(given), "a whole number from 1", `e.g. --${name}=7.`);
}

function database(given: string, variable: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url !== undefined && ["postgresql:", "postgres:"].includes(url.protocol) && url.username !== "" && url.pathname.length > 1) return url;
  // Not what was given: there is a password in it.
  throw refused(`${variable} is no connection string.`, "another text", "postgresql://user:password@host:port/database?sslmode=…", `correct ${variable}.`);
}

function recipientOf(given: string): string {
  if (/^age1[0-9a-z]+$/.test(given)) return given;
  const secret = given.startsWith("AGE-SECRET-KEY");
  throw refused("The recipient is not one.", secret ? "a secret key" : given, "age1…, as age-keygen prints it", "give the public half of the key.");
}

const fail = (problem: string, given: string, allowed: string, advice: string): never => {
  throw refused(problem, given, allowed, advice);
};

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { Options, StackName } from "./arguments.ts";
import type { Environment } from "./environment.ts";
import { SandboxError } from "./errors.ts";
import { isRecord } from "./guards.ts";
import { DATABASE, SUPERUSER } from "./postgres/arguments.ts";

/** The project's root. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The engine's own folder of an environment: project file, stack config with the sandbox's overlay, state. */
export interface Workspace {
  readonly dir: string;
  /** The folder of the engine's backend. */
  readonly state: string;
  readonly stack: StackName;
  /** What the engine's process gets on top of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
}

const stackFile = z.looseObject({ config: z.record(z.string(), z.unknown()), encryptionsalt: z.string().optional() });
type StackFile = z.infer<typeof stackFile>;

const fileOf = (dir: string, stack: StackName): string => join(dir, `Pulumi.${stack}.yaml`);

function readStackFile(file: string): StackFile | undefined {
  return existsSync(file) ? stackFile.parse(parse(readFileSync(file, "utf8"))) : undefined;
}

const databaseAt = (port: number): Readonly<Record<string, unknown>> => ({
  kind: "external",
  host: "127.0.0.1",
  port,
  username: SUPERUSER,
  database: DATABASE,
  sslmode: "disable",
  cidrs: ["127.0.0.1/32"],
});

/** A stack's secrets that nothing in the sandbox uses: charts are recorded, and no mail is sent. */
const UNUSED_SECRETS = { "privatesales:smtpPassword": "unused-in-the-sandbox" } as const;

/** A data folder holds one stack: there is no other whose gates could be read. */
const NO_OTHER_STACK = { "privatesales:promotion": { kind: "none" } } as const;

/** A stack on AWS makes its cluster and database itself; the stand-ins know that those are the sandbox's own servers. */
const servers = (stack: StackName, kubeconfig: string, postgres: number): Readonly<Record<string, unknown>> =>
  stack === "local" ? { "privatesales:cluster": { kind: "kubeconfig", kubeconfig }, "privatesales:database": databaseAt(postgres) } : {};

/** What the sandbox changes in a stack's config: addresses of its own servers, and nothing that the program could notice. */
export function overlay(env: Environment, stack: StackName, options: Options): Readonly<Record<string, unknown>> {
  return {
    ...servers(stack, env.paths.kubeconfig, env.ports.postgres),
    ...UNUSED_SECRETS,
    ...NO_OTHER_STACK,
    ...(options.plugins === "official" ? { "privatesales:charts": "external" } : {}),
    ...(options.tenants === undefined ? {} : { "privatesales:tenantsFile": resolve(options.tenants) }),
  };
}

/** The stack's config with the overlay over it; `kept` is the last run's file, whose secrets stay. */
export function mergeConfig(base: StackFile, over: Readonly<Record<string, unknown>>, kept: StackFile | undefined): StackFile {
  const password = kept?.config["privatesales:databasePassword"];
  return {
    ...(kept?.encryptionsalt === undefined ? {} : { encryptionsalt: kept.encryptionsalt }),
    config: { ...base.config, ...over, ...(password === undefined ? {} : { "privatesales:databasePassword": password }) },
  };
}

/** Values by full key, e.g. `privatesales:database`, laid over a stack's own; a map changes only the keys that it has. */
export type ConfigChanges = Readonly<Record<string, unknown>>;

/** A config with the changes laid over it. */
export const changed = (config: Readonly<Record<string, unknown>>, changes: ConfigChanges): Record<string, unknown> => ({
  ...config,
  ...Object.fromEntries(
    Object.entries(changes).map(([key, value]) => {
      const own = config[key];
      return [key, isRecord(own) && isRecord(value) ? changed(own, value) : value];
    }),
  ),
});

function baseFile(stack: StackName, changes: ConfigChanges): StackFile {
  const base = readStackFile(fileOf(ROOT, stack));
  if (base !== undefined) return { ...base, config: changed(base.config, changes) };
  throw new SandboxError(`Pulumi.${stack}.yaml is missing in the project's root; put it back from version control`);
}

/**
 * The stack's own config as the engine would hand it to the program: text, and JSON for what is none. Of the database, which
 * is the sandbox's, it has what can be said before there is one.
 */
export function flatConfig(stack: StackName, changes: ConfigChanges = {}): Readonly<Record<string, string>> {
  const password = stack === "local" ? { "privatesales:databasePassword": "the sandbox's own" } : {};
  const entries = Object.entries({ ...baseFile(stack, changes).config, ...servers(stack, "kubeconfig", 5432), ...password, ...UNUSED_SECRETS });
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

/** A secret of this environment that no other one shares; made once. */
function ownSecret(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

/**
 * Prepares the engine's folder below the environment's data folder.
 * @throws SandboxError when the folder holds another stack: their objects would have the same names.
 */
export function prepareWorkspace(env: Environment, stack: StackName, options: Options, changes: ConfigChanges = {}): Workspace {
  const dir = join(env.dataDir, "workspace");
  const state = join(env.dataDir, "state");
  mkdirSync(dir, { recursive: true });
  mkdirSync(state, { recursive: true });
  const owner = join(dir, "stack");
  if (!existsSync(owner)) writeFileSync(owner, stack);
  const holder = readFileSync(owner, "utf8");
  if (holder !== stack) {
    throw new SandboxError(`${env.dataDir} holds the stack ${holder}, and this run is for ${stack}. Give ${stack} a data folder of its own: --data .sandbox-${stack}`);
  }
  writeFileSync(join(dir, "Pulumi.yaml"), readFileSync(join(ROOT, "Pulumi.yaml")));
  const config = mergeConfig(baseFile(stack, changes), overlay(env, stack, options), readStackFile(fileOf(dir, stack)));
  writeFileSync(fileOf(dir, stack), stringify(config));
  return {
    dir,
    state,
    stack,
    env: {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: ownSecret(join(env.dataDir, "passphrase")),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_HOME: join(env.dataDir, "pulumi"),
    },
  };
}

/** True when the stack is given a database, and the workspace's config does not hold its password yet. */
export const lacksPassword = ({ dir, stack }: Workspace): boolean =>
  stack === "local" && readStackFile(fileOf(dir, stack))?.config["privatesales:databasePassword"] === undefined;

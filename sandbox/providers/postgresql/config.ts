import { isIP } from "node:net";
import { z } from "zod";
import type { CheckFailure, DiffResult, Properties } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";

/** How to reach the server; what the official provider takes from its arguments. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Where resources without a `database` of their own live. */
  readonly database: string;
  readonly sslmode: SslMode;
  /** Path of a PEM file. */
  readonly sslrootcert: string | undefined;
  /** Who gets what a dropped role owned. */
  readonly databaseUsername: string;
  /** Whether passwords may be read back from pg_shadow. */
  readonly superuser: boolean;
  /** Seconds, 0 waits for ever. */
  readonly connectTimeout: number;
  readonly maxConnections: number;
}

/** Whether a host is this machine. */
export const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

const SSL_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** The engine sends numbers and booleans of a provider's arguments as JSON text. */
function json<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    try {
      const parsed: unknown = JSON.parse(value);
      return parsed;
    } catch {
      return value;
    }
  }, schema);
}

const whole = (least: number, most: number) => {
  const reason = `must be a whole number from ${String(least)} to ${String(most)}`;
  return json(z.int(reason).min(least, reason).max(most, reason));
};

const shape = {
  host: z.string().optional(),
  port: whole(1, 65_535).optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  database: z.string().optional(),
  sslmode: z.enum(SSL_MODES, `must be one of ${SSL_MODES.join(", ")}`).optional(),
  sslrootcert: z.string().optional(),
  databaseUsername: z.string().optional(),
  superuser: json(z.boolean("must be true or false")).optional(),
  connectTimeout: whole(0, 86_400).optional(),
  maxConnections: whole(0, 1_000).optional(),
} as const;

const REFUSED: Readonly<Record<string, string>> = {
  awsRdsIamAuth: "it needs AWS",
  awsRdsIamProfile: "it needs AWS",
  awsRdsIamProviderRoleArn: "it needs AWS",
  awsRdsIamRegion: "it needs AWS",
  azureIdentityAuth: "it needs Azure",
  azureTenantId: "it needs Azure",
  gcpIamImpersonateServiceAccount: "it needs Google Cloud",
  clientcert: "log-in by certificate is not built; use username and password",
  expectedVersion: "the sandbox asks the server for its version",
  scheme: "only plain PostgreSQL connections are built",
  sslMode: "it is deprecated; use sslmode",
};

/** What the engine itself adds to a provider's arguments. */
const ENGINE_OWN = ["version", "pluginDownloadURL", "__internal", "__defaults"];

function own(news: Properties): Properties {
  const entries = Object.entries(news).filter(([key, value]) =>
    !ENGINE_OWN.includes(key) && value !== null && value !== undefined && value !== "");
  return Object.fromEntries(entries);
}

/** Faults in the provider's arguments; unknown values pass, and so does what is empty. */
export function checkConfig(news: Properties): readonly CheckFailure[] {
  const faults: CheckFailure[] = [];
  for (const [property, value] of Object.entries(own(news))) {
    const schema = Object.entries(shape).find(([key]) => key === property)?.[1];
    if (schema === undefined) {
      const known = Object.keys(shape).join(", ");
      const refused = REFUSED[property];
      const reason = refused === undefined
        ? `the postgresql provider has no argument "${property}"; it has: ${known}`
        : `the sandbox does not build "${property}": ${refused}; built are: ${known}`;
      faults.push({ property, reason });
      continue;
    }
    const parsed = schema.safeParse(value);
    if (value === UNKNOWN || parsed.success) continue;
    for (const { message } of parsed.error.issues) faults.push({ property, reason: message });
  }
  return faults;
}

/** Changed arguments never replace the provider: the official one has none that would. */
export function diffConfig(olds: Properties, news: Properties): DiffResult {
  const before = own(olds);
  const after = own(news);
  const changes = Object.keys(shape)
    .filter((key) => before[key] !== after[key])
    .map((path) => {
      const kind = !(path in before) ? "add" : path in after ? "update" : "delete";
      return { path, kind, replace: false } as const;
    });
  return { changes, deleteBeforeReplace: false };
}

/**
 * The arguments with the official defaults. TLS is required unless `sslmode` says otherwise. Unknown arguments
 * (previews) fall back to the defaults: a preview opens no connection. Throws, naming each argument that is wrong.
 */
export function parseConfig(config: Properties): Connection {
  const faults = checkConfig(config);
  if (faults.length > 0) {
    throw new Error(faults.map(({ property, reason }) => `postgresql provider, ${property}: ${reason}`).join("\n"));
  }
  const known = Object.fromEntries(Object.entries(own(config)).filter(([, value]) => value !== UNKNOWN));
  const args = z.object(shape).parse(known);
  const user = args.username ?? "postgres";
  return {
    host: args.host ?? "localhost",
    port: args.port ?? 5432,
    user,
    password: args.password ?? "",
    database: args.database ?? "postgres",
    sslmode: args.sslmode ?? "require",
    sslrootcert: args.sslrootcert,
    databaseUsername: args.databaseUsername ?? user,
    superuser: args.superuser ?? true,
    connectTimeout: args.connectTimeout ?? 180,
    maxConnections: args.maxConnections ?? 20,
  };
}

import { z } from "zod";
import { ENVIRONMENTS } from "../tenants/tenant.ts";

const count = (what: string): z.ZodNumber => z.int(`${what} is a whole number`).positive(`${what} is at least 1`);
const port = z.int().min(1).max(65_535);
const hostname = z.string().regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "a host name in lower case");
const cidr = z.union([z.cidrv4(), z.cidrv6()], "an address range such as 10.0.0.0/16");
const range = z
  .strictObject({ min: count("min"), max: count("max") })
  .refine(({ min, max }) => min <= max, "min is at most max");

/** A cluster that exists already; its kubeconfig is a path on the machine that runs Pulumi. */
const existingCluster = z.strictObject({
  kind: z.literal("kubeconfig"),
  kubeconfig: z.string().min(1),
  context: z.string().min(1).optional(),
  /** `skip` where kubelets serve certificates that no authority signed, as on kind. */
  kubeletTls: z.enum(["verify", "skip"]).default("verify"),
});

/** How traffic from outside reaches the gateway. */
const ingress = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("loadBalancer"), annotations: z.record(z.string(), z.string()).default({}) }),
  z.strictObject({
    kind: z.literal("nodePort"),
    http: z.int().min(30_000).max(32_767),
    https: z.int().min(30_000).max(32_767),
  }),
]);

const externalDatabase = z.strictObject({
  kind: z.literal("external"),
  host: hostname,
  port: port.default(5432),
  username: z.string().min(1),
  database: z.string().min(1).default("privatesales"),
  sslmode: z.enum(["disable", "require", "verify-full"]).default("verify-full"),
  /** PEM of the authorities that signed the server's certificate; the pooler needs it for `verify-full`. */
  authorities: z.string().startsWith("-----BEGIN CERTIFICATE-----", "certificates in PEM").optional(),
  /** The address that pods use, where it differs from the one that Pulumi uses. */
  podHost: hostname.optional(),
  /** Where the network policies let pods go. */
  cidrs: z.array(cidr).nonempty(),
  /** Connections that the server accepts; the pools of all tenants must fit. */
  maxConnections: count("maxConnections").default(200),
});

const inClusterDatabase = z.strictObject({
  kind: z.literal("inCluster"),
  storageGi: count("storageGi").default(10),
  database: z.string().min(1).default("privatesales"),
  /** Port on every node through which Pulumi reaches the server. */
  nodePort: z.int().min(30_000).max(32_767).default(30_432),
  /** Address and port at which that node port is reached, e.g. kind's port mapping. */
  providerHost: hostname.default("127.0.0.1"),
  providerPort: port.default(30_432),
  maxConnections: count("maxConnections").default(200),
});

/** Everything under `privatesales:` in a stack's config file. Unknown keys are faults. */
export const configSchema = z.strictObject({
  /** Which environment of `environments` in the tenants file this stack is. */
  environment: z.enum(ENVIRONMENTS),
  /** Tenants answer below it: `<id>.<domain>`. */
  domain: hostname,
  /** Path from the project's root. */
  tenantsFile: z.string().min(1).default("tenants/tenants.yaml"),
  /** `managed`: this stack installs the charts. `external`: somebody else did; only what depends on their CRDs is declared. */
  charts: z.enum(["managed", "external"]).default("managed"),
  cluster: z.discriminatedUnion("kind", [existingCluster]),
  database: z.discriminatedUnion("kind", [externalDatabase, inClusterDatabase]),
  /** Password of `database.username`; only for an external database, and secret. */
  databasePassword: z.string().min(1).optional(),
  data: z.strictObject({ protection: z.enum(["on", "off"]) }),
  images: z.strictObject({
    /** Further registries that pods of tenants may use, e.g. that of the injected sidecar. */
    allowed: z.array(z.string().min(1)).nonempty(),
    /** Before `/<tenant>/<workload>:<version>`. */
    registry: z.string().regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._/-]+)?$/, "a registry such as localhost:5001 or host/path"),
    /** Tag of the platform's own image, which runs backup and verification. */
    toolsVersion: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+$/, "a fixed version such as 1.0.0"),
  }),
  settings: z.strictObject({
    locale: z.string().min(2),
    currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code such as KRW"),
    timezone: z.string().min(3),
    supportEmail: z.email(),
  }),
  mesh: z.strictObject({
    istiodReplicas: count("istiodReplicas"),
    gatewayReplicas: range,
    /** What port 80 does: serve, or redirect to https. */
    http: z.enum(["serve", "redirect"]),
    ingress,
  }),
  certificates: z.strictObject({ issuer: z.literal("selfSigned"), replicas: count("replicas") }),
  access: z.strictObject({
    /** Groups whose members deploy this program; only they may change labels and annotations that carry tenancy. */
    deployers: z.array(z.string().min(1)).nonempty(),
  }),
  pooler: z.strictObject({ replicas: count("replicas") }),
  cache: z.strictObject({ memoryMi: count("memoryMi") }),
  monitoring: z.strictObject({
    replicas: count("replicas"),
    retentionDays: count("retentionDays"),
    storageGi: count("storageGi"),
    grafanaHost: hostname.optional(),
    /** Who hears of faults of the platform itself (SUPER_ADMIN). */
    platformEmails: z.array(z.email()).nonempty(),
    smtp: z.strictObject({
      host: hostname,
      port,
      from: z.email(),
      requireTls: z.enum(["on", "off"]).default("on"),
      /** Its password is `smtpPassword`. */
      username: z.string().min(1).optional(),
    }),
  }),
  /** Password of `monitoring.smtp.username`; secret. */
  smtpPassword: z.string().min(1).optional(),
  /** URL that raises the alarm when it is no longer called; secret, since whoever knows it can keep it quiet. */
  deadMansSwitchUrl: z.url().optional(),
  logging: z.strictObject({
    nodes: count("nodes"),
    storageGi: count("storageGi"),
    retentionDays: count("retentionDays"),
  }),
});

export type StackConfig = z.infer<typeof configSchema>;

/** A fault that the stack's config file holds; the message is meant for its author. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const PREFIX = "privatesales:";

/** Keys whose values are never shown. */
const SECRET_KEYS: ReadonlySet<string> = new Set(["databasePassword", "smtpPassword", "deadMansSwitchUrl"]);

/** A config value as the engine hands it over: JSON where the file has a map, list, number or boolean. */
function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describe(issue: z.core.$ZodIssue, file: string, root: unknown): readonly string[] {
  const [key, ...rest] = issue.path.map(String);
  const at = key === undefined ? PREFIX : [`${PREFIX}${key}`, ...rest].join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((unknown) => `${file}: ${key === undefined ? `${PREFIX}${unknown}` : `${at}.${unknown}`} is not a known key`);
  }
  const given = issue.path.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined),
    root,
  );
  const shown = given === undefined ? "is missing" : SECRET_KEYS.has(key ?? "") ? "is not valid" : `is ${JSON.stringify(given)}`;
  return [`${file}: ${at} ${shown}; ${issue.message}`];
}

/**
 * The stack's configuration from the engine's flat map, `privatesales:<key>` to text.
 * @throws ConfigError with one line a fault: file, key, what was given, what is allowed.
 */
export function parseConfig(all: Readonly<Record<string, string>>, stack: string): StackConfig {
  const own = Object.entries(all).filter(([key]) => key.startsWith(PREFIX));
  // Numbers in quotes stay text where the schema wants text: only maps and lists arrive as JSON.
  const values = Object.fromEntries(
    own.map(([key, text]) => [key.slice(PREFIX.length), /^[[{]/.test(text) ? decode(text) : text]),
  );
  const file = `Pulumi.${stack}.yaml`;
  const result = configSchema.safeParse(values);
  const faults = result.success ? crossFaults(result.data, file) : result.error.issues.flatMap((issue) => describe(issue, file, values));
  if (result.success && faults.length === 0) return result.data;
  throw new ConfigError([`the configuration of stack ${stack} cannot be used:`, ...faults].join("\n  "));
}

const missingSecret = (file: string, key: string): string =>
  `${file}: ${PREFIX}${key} is missing; set it with: pulumi config set --secret ${PREFIX}${key}`;

/** What single keys cannot tell. */
function crossFaults(config: StackConfig, file: string): readonly string[] {
  const faults: string[] = [];
  const external = config.database.kind === "external";
  if (external && config.databasePassword === undefined) faults.push(missingSecret(file, "databasePassword"));
  if (!external && config.databasePassword !== undefined) {
    faults.push(`${file}: ${PREFIX}databasePassword is set, but an inCluster database makes its own; remove it`);
  }
  if (config.database.kind === "external" && config.database.sslmode === "verify-full" && config.database.authorities === undefined) {
    faults.push(`${file}: ${PREFIX}database.authorities is missing; sslmode verify-full needs the PEM of the authorities that signed the server's certificate`);
  }
  if (config.monitoring.smtp.username !== undefined && config.smtpPassword === undefined) faults.push(missingSecret(file, "smtpPassword"));
  return faults;
}

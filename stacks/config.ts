import type { z } from "zod";
import { crossFaults, PREFIX } from "./config/faults.ts";
import { configSchema, type StackConfig } from "./config/schema.ts";

export type { StackConfig } from "./config/schema.ts";

/** A fault that the stack's config file holds; the message is meant for its author. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Whether a client knows who signed the shops' certificates. */
export const trustIn = ({ certificates }: Pick<StackConfig, "certificates">): "public" | "selfSigned" =>
  certificates.issuer === "selfSigned" ? "selfSigned" : "public";

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

import type { StackConfig } from "./schema.ts";
import { awsFaults } from "./awsFaults.ts";

export const PREFIX = "privatesales:";

const missingSecret = (file: string, key: string): string =>
  `${file}: ${PREFIX}${key} is missing; set it with: pulumi config set --secret ${PREFIX}${key}`;

/** What single keys cannot tell. */
export function crossFaults(config: StackConfig, file: string): readonly string[] {
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
  return [...faults, ...awsFaults(config).map((fault) => `${file}: ${PREFIX}${fault}`)];
}

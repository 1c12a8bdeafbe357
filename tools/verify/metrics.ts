import { randomInt } from "node:crypto";
import { tenantNamespace } from "../../components/shared/names.ts";

/** What a restore test of one tenant came to. */
export type Verified =
  | {
      readonly outcome: "good";
      readonly tenant: string;
      readonly backup: string;
      readonly verified: Date;
      /** Age of the newest backup: what would have been lost. */
      readonly rpoSeconds: number;
      /** Fetching, restoring and comparing. */
      readonly rtoSeconds: number;
      readonly amcheck: "clean" | "skipped";
    }
  | { readonly outcome: "failed"; readonly tenant: string; readonly reason: string };

/** So many of the tenants, by chance: over the days every one has its turn. */
export function sampleOf(tenants: readonly string[], count: number | undefined, random: (below: number) => number = randomInt): readonly string[] {
  const left = [...tenants];
  const size = Math.min(count ?? left.length, left.length);
  return Array.from({ length: size }, () => left.splice(random(left.length), 1)).flat();
}

type Good = Extract<Verified, { outcome: "good" }>;

const GAUGES: readonly (readonly [name: string, help: string, value: (one: Good) => number])[] = [
  ["backup_last_verified_timestamp_seconds", "When a backup of the tenant was last restored and found equal to its manifest.", ({ verified }) => Math.floor(verified.getTime() / 1000)],
  ["backup_rpo_seconds", "Age of the tenant's newest backup at that time.", ({ rpoSeconds }) => rpoSeconds],
  ["backup_rto_seconds", "How long that restore took.", ({ rtoSeconds }) => rtoSeconds],
];

/** In Prometheus's text format. A failed test says nothing here: the timestamp of the last good one grows old, and that alarms. */
export function metricsText(results: readonly Verified[]): string {
  const good = results.filter((one): one is Good => one.outcome === "good").toSorted((a, b) => a.tenant.localeCompare(b.tenant));
  const lines = GAUGES.flatMap(([name, help, value]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...good.map((one) => `${name}{tenant="${one.tenant}",namespace="${tenantNamespace(one.tenant)}"} ${value(one)}`),
  ]);
  return `${lines.join("\n")}\n`;
}

/** A line for people. */
export function verifiedText(result: Verified): string {
  switch (result.outcome) {
    case "good":
      return `good  ${result.tenant} ${result.backup}: restored in ${result.rtoSeconds.toFixed(1)} s, ${Math.round(result.rpoSeconds)} s old, pg_amcheck ${result.amcheck}`;
    case "failed":
      return `FAILED  ${result.tenant}: ${result.reason}`;
    default:
      return result satisfies never;
  }
}

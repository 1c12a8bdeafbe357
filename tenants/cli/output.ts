/** What the commands print. */
import type { State, Tenant } from "../tenant.ts";
import { STATES } from "../tenant.ts";
import type { Change } from "./change.ts";
import { movesFrom } from "./transitions.ts";

/** One row of `list`, and the object that `--json` prints for it. */
export interface Row {
  readonly id: string;
  readonly state: State;
  readonly tier: string;
  readonly runtime: string;
  readonly version: string;
  readonly ring: string;
  readonly environments: readonly string[];
  readonly contacts: readonly string[];
}

export const rowOf = ({ id, state, tier, api, release, environments, contacts }: Tenant): Row => ({
  id,
  state,
  tier,
  runtime: api.runtime,
  version: release.version,
  ring: release.ring,
  environments,
  contacts,
});

/** A table with columns as wide as their widest cell. */
export function listText(tenants: readonly Tenant[]): string {
  const head = ["tenant", "state", "tier", "runtime", "version", "ring", "environments", "contacts"];
  const rows = tenants.map(rowOf).map((row) => [
    row.id,
    row.state,
    row.tier,
    row.runtime,
    row.version,
    row.ring,
    row.environments.join(","),
    row.contacts.join(","),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}

/** `no fault: 3 tenants, 2 active, 1 suspended`. */
export function checkText(file: string, tenants: readonly Tenant[]): string {
  const states = STATES.flatMap((state) => {
    const many = tenants.filter((tenant) => tenant.state === state).length;
    return many === 0 ? [] : [`${many} ${state}`];
  });
  return `no fault: ${file} has ${tenants.length} tenant${tenants.length === 1 ? "" : "s"}, ${states.join(", ")}`;
}

/** What was written and what the next deployment does about it. */
export function changeText(file: string, { tenant, from, effect }: Change): string {
  const what = from === undefined ? `${tenant.id} added, active` : `${tenant.id}: ${from} → ${tenant.state}`;
  const next = movesFrom(tenant.state).join(" or ");
  return [
    `${file}: ${what}`,
    "",
    `the next deployment in ${tenant.environments.join(", ")} (pulumi up, or npm start):`,
    ...effect.map((sentence) => `  - ${sentence}`),
    "",
    `see it first   npm run plan -- local`,
    next === "" ? "after that     nothing: a tombstone stays as it is" : `after that     ${next}, with a deployment in between`,
  ].join("\n");
}

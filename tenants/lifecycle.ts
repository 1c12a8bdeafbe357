/**
 * What an entry may become, given what its tenant was in a stack's last run. Only a tombstone lets go of a tenant: whoever
 * takes an entry out, or gives it another id, would otherwise destroy a shop by a slip of the editor.
 */
import type { Problem } from "./faults.ts";
import { valueAt } from "./problems.ts";
import { type Environment, type State, STATES } from "./tenant.ts";

/** A tenant of which a stack has, or had, something. */
export interface Deployed {
  readonly id: string;
  /** As its last run declared it; a run that was killed may not have come so far as to say. */
  readonly state: State | undefined;
}

/** A stack after its last run, however that ended. */
export interface LastRun {
  readonly environment: Environment;
  readonly tenants: readonly Deployed[];
}

/** One step at a time, in both directions, and no way back from a purge. */
export const NEXT_STATES: Readonly<Record<State, readonly State[]>> = {
  active: ["active", "suspended"],
  suspended: ["suspended", "active", "archived"],
  archived: ["archived", "suspended", "active", "purged"],
  purged: ["purged"],
};

/** `suspended, then archived` on the way from active to archived; empty where there is none. */
function stepsBetween(from: State, to: State): readonly State[] {
  const paths: (readonly State[])[] = [[from]];
  for (const path of paths) {
    const last = path.at(-1) ?? from;
    if (last === to) return path.slice(1);
    paths.push(...NEXT_STATES[last].filter((next) => !path.includes(next)).map((next) => [...path, next]));
  }
  return [];
}

const isState = (value: unknown): value is State => STATES.some((state) => state === value);

function missing({ id, state }: Deployed, environment: Environment): Problem {
  const gone =
    state === "purged"
      ? { message: `tenant ${id} was purged in ${environment} and its tombstone is gone: it keeps the id and the hosts from being given to another shop.`, allowed: `its entry as it was, with state: purged` }
      : {
          message: `tenant ${id} is deployed in ${environment}${state === undefined ? "" : ` (${state})`} and has no entry: a removed entry, or another id, would destroy what the tenant owns.`,
          allowed: `its entry, with state: ${state === undefined || state === "active" ? "suspended, and later archived and purged" : state === "suspended" ? "archived, and later purged" : "purged"}, when the shop is to go`,
        };
  return { path: ["tenants"], at: "key", given: `no entry with id: ${id}`, ...gone };
}

function changed(entry: unknown, index: number, { id, state }: Deployed, environment: Environment): readonly Problem[] {
  const environments = valueAt(entry, ["environments"]);
  if (Array.isArray(environments) && !environments.includes(environment) && state !== "purged") {
    const message = `leaves out ${environment}, where tenant ${id} is deployed: that would destroy what it owns there.`;
    return [{ path: ["tenants", index, "environments"], at: "value", message, allowed: `a list with ${environment}` }];
  }
  const written = valueAt(entry, ["state"]);
  const next = written === undefined ? "active" : written;
  if (state === undefined || !isState(next) || NEXT_STATES[state].includes(next)) return [];
  const steps = stepsBetween(state, next);
  const way = steps.length === 0 ? "there is no way back from a purge" : `deploy ${steps.join(", then ")}`;
  const message = `comes after ${state}, which ${environment} has deployed: ${way}.`;
  return [{ path: ["tenants", index, "state"], at: "value", ...(written === undefined ? { given: "active, by default" } : {}), message, allowed: NEXT_STATES[state].join(", ") }];
}

/** Everything that `entries` would take away from a stack, or do in the wrong order. */
export function lifecycleProblems(entries: readonly unknown[], { environment, tenants }: LastRun): readonly Problem[] {
  const indices = new Map(entries.map((entry, index) => [valueAt(entry, ["id"]), index]));
  return tenants.flatMap((deployed) => {
    const index = indices.get(deployed.id);
    return index === undefined ? [missing(deployed, environment)] : changed(entries[index], index, deployed, environment);
  });
}

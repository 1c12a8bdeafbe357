/** To which tenant a resource belongs. */
import { placeOf } from "../stacks/report.ts";
import { nameOf, typeOf, type Plan, type Step } from "./model.ts";

const TENANT = "privatesales:tenant:TenantEnvironment";
const CLOUD = "privatesales:tenant:TenantCloud";

/** The id that a URN of a tenant's own component has in its name. */
function idIn(urn: string): string | undefined {
  const type = typeOf(urn);
  if (type === TENANT) return nameOf(urn);
  return type === CLOUD ? nameOf(urn).replace(/-cloud$/, "") : undefined;
}

const parentOf = (step: Step): string => (step.new ?? step.old)?.parent ?? "";

/**
 * Tells the tenant of each resource of a plan; undefined for the platform's. `known` are the ids of the tenants file; those that have left it
 * are found by the components that the plan deletes.
 */
export function tenantsOf({ steps }: Plan, known: readonly string[]): (urn: string) => string | undefined {
  const parents = new Map(steps.map((step) => [step.urn, parentOf(step)]));
  const ids = new Set([...known, ...steps.flatMap((step) => [idIn(step.urn) ?? [], idIn(parentOf(step)) ?? []].flat())]);
  return (urn) => {
    for (let at: string | undefined = urn; at !== undefined && at !== ""; at = parents.get(at)) {
      const id = idIn(at);
      if (id !== undefined) return id;
    }
    return placeOf(nameOf(urn), ids)?.tenant;
  };
}

import { applyOverrides, PLANS } from "./plans.ts";
import { parseCpu, parseMemory, parseStorage, type Quantity } from "./quantity.ts";
import type { Plan, Range, Tier } from "./tenant.ts";

/** What of an entry decides its plan. */
export interface PlanInput {
  readonly tier: Tier;
  readonly storefront: { readonly replicas?: Range };
  readonly api: { readonly replicas?: Range };
  readonly quota?: {
    readonly cpu?: string | number;
    readonly memory?: string | number;
    readonly ephemeralStorage?: string | number;
  };
}

function amount(parse: (text: string) => Quantity, given: string | number | undefined): number | undefined {
  if (given === undefined) return undefined;
  const result = parse(String(given));
  return result.ok ? result.value : undefined;
}

/** The tier's plan with the entry's own replicas and quota; the entry has passed the schema. */
export function planOf(entry: PlanInput): Plan {
  const replicas = { storefront: entry.storefront.replicas, api: entry.api.replicas };
  return applyOverrides(PLANS[entry.tier], replicas, {
    cpuMilli: amount(parseCpu, entry.quota?.cpu),
    memoryMi: amount(parseMemory, entry.quota?.memory),
    ephemeralGi: amount(parseStorage, entry.quota?.ephemeralStorage),
  });
}

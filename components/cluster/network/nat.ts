import type { ZoneSubnets } from "./subnetPlan.ts";

/** How many zones have a NAT gateway. */
export type Nat = "single" | "perZone";

/** Letters of the zones that have one. */
export function natZones(nat: Nat, plan: readonly Pick<ZoneSubnets, "letter">[]): readonly string[] {
  const letters = plan.map(({ letter }) => letter);
  switch (nat) {
    case "single":
      return letters.slice(0, 1);
    case "perZone":
      return letters;
  }
}

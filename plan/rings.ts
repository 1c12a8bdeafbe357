/**
 * `npm run rings -- STACK RING`: the options by which `pulumi up` leaves out the tenants of later rings, one a line. A new version of the program
 * reaches the tenants of `internal` with the platform, then those of `early`, then `all`.
 */
import { PARTS, partName, type Part } from "../components/tenant/steps.ts";
import { ConfigError, parseConfig } from "../stacks/config.ts";
import { readTenants, TenantsError } from "../stacks/tenants.ts";
import { STACKS, type StackName } from "../sandbox/arguments.ts";
import { flatConfig } from "../sandbox/workspace.ts";
import { messageOf } from "../sandbox/errors.ts";
import { RINGS, type Ring, type Tenant } from "../tenants/tenant.ts";

/** The platform lists every login, so a new tenant's password is made in the first ring, whichever its own. */
const OF_PLATFORM: Part = "password";

const parts = (Object.keys(PARTS) as readonly Part[]).filter((part) => part !== OF_PLATFORM);

/** Patterns of URNs by exact names, so that `dior` leaves out nothing of `dior-paris`. */
export function excludedBefore(tenants: readonly Pick<Tenant, "id" | "release">[], ring: Ring): readonly string[] {
  const later = tenants.filter(({ release }) => RINGS.indexOf(release.ring) > RINGS.indexOf(ring));
  return later.flatMap(({ id }) => [id, ...parts.map((part) => partName(id, part))].map((name) => `**::${name}`));
}

const isOneOf = <T extends string>(words: readonly T[], text: string | undefined): text is T => words.some((word) => word === text);

function optionsFor(stack: StackName, ring: Ring): readonly string[] {
  const config = parseConfig(flatConfig(stack), stack);
  return excludedBefore(readTenants(config.tenantsFile, config), ring).map((pattern) => `--exclude=${pattern}`);
}

if (import.meta.main) {
  const [stack, ring] = process.argv.slice(2);
  try {
    if (isOneOf(STACKS, stack) && isOneOf(RINGS, ring)) console.log(optionsFor(stack, ring).join("\n"));
    else {
      console.error(`npm run rings -- ${STACKS.join("|")} ${RINGS.join("|")}`);
      process.exitCode = 1;
    }
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof TenantsError)) throw error;
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

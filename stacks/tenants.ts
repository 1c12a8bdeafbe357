import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadTenantsFile } from "../tenants/load.ts";
import type { Deployed } from "../tenants/lifecycle.ts";
import type { Environment, Tenant } from "../tenants/tenant.ts";

export { TenantsError } from "../tenants/faults.ts";

/** The project's root, from which paths in a stack's config count. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The tenants of one environment, checked and sorted by id; against what the stack has of them, where that is given.
 * @throws TenantsError with every fault of the file, those of other environments' tenants included.
 */
export function readTenants(
  file: string,
  stack: { readonly environment: Environment; readonly domain: string },
  deployed?: readonly Deployed[],
): readonly Tenant[] {
  const lastRun = deployed === undefined ? {} : { lastRun: { environment: stack.environment, tenants: deployed } };
  const all = loadTenantsFile(resolve(ROOT, file), { file, platformDomains: [stack.domain], ...lastRun });
  return all.filter((tenant) => tenant.environments.includes(stack.environment));
}

import { poolerFaults } from "../components/data/poolerConfig.ts";
import { isOpen, type Tenant } from "../tenants/tenant.ts";
import { ConfigError, type StackConfig } from "./config.ts";
import { poolerConnections } from "./database.ts";

/**
 * What all tenants together ask of the stack has to be there.
 * @throws ConfigError with a line for each sum that does not come out, before anything is registered.
 */
export function assertCapacity({ database, pooler, tenantsFile }: Pick<StackConfig, "database" | "pooler" | "tenantsFile">, tenants: readonly Tenant[]): void {
  const users = tenants.filter(isOpen);
  const faults = poolerFaults({ tenants: users, replicas: pooler.replicas, serverConnections: poolerConnections(database.maxConnections, users.length) });
  if (faults.length > 0) throw new ConfigError([`${tenantsFile} names more tenants than the stack's database has connections for:`, ...faults].join("\n  "));
}

import * as pulumi from "@pulumi/pulumi";
import { declareFoundation } from "./aws/foundation.ts";
import { ConfigError, parseConfig } from "./config.ts";
import { assertPromoted, declareGates } from "./gates.ts";
import { deployedTenants, tombstones } from "./lastRun.ts";
import { declarePlatform, type Platform } from "./platform.ts";
import { Registrations } from "./registrations.ts";
import { declareTenants } from "./tenantEnvironments.ts";
import { readTenants, TenantsError } from "./tenants.ts";

/** Turns what a user can mend into the engine's own error kind, which is shown as text and without a stack. */
function asUserError(error: unknown): unknown {
  return error instanceof ConfigError || error instanceof TenantsError ? new pulumi.RunError(error.message) : error;
}

/** What the operator has to tell a registrar, and the owners of own domains. */
const edgeOutputs = ({ edge }: Platform): Record<string, unknown> =>
  edge === undefined ? {} : { nameServers: edge.nameServers, distribution: edge.distributionDomain, ownDomainProofs: edge.proofs };

/**
 * The program: reads the stack's config and the tenants file, and declares the platform and one TenantEnvironment an entry.
 * Both are checked whole before the first resource is registered.
 */
export default async function deploy(): Promise<Record<string, unknown>> {
  try {
    const stack = pulumi.getStack();
    const config = parseConfig(pulumi.runtime.allConfig(), stack);
    const tenants = readTenants(config.tenantsFile, config, await deployedTenants());
    const registrations = new Registrations();
    await assertPromoted(config, tenants);
    const foundation = await declareFoundation(config, tenants, registrations.watch);
    const platform = declarePlatform(config, stack, tenants, registrations.watch, foundation);
    const { outputs, environments } = await declareTenants(config, platform, tenants, registrations.watch);
    const gates = await declareGates(config, tenants, platform, foundation, environments, registrations.watch);
    await registrations.settled();
    return { domain: config.domain, tenants: outputs, ...gates, tombstones: tombstones(tenants), ...edgeOutputs(platform) };
  } catch (error) {
    throw asUserError(error);
  }
}

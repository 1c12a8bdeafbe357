import * as pulumi from "@pulumi/pulumi";
import { declareFoundation } from "./aws/foundation.ts";
import { assertCapacity } from "./capacity.ts";
import { ConfigError, parseConfig, type StackConfig } from "./config.ts";
import { assertPromoted, declareGates } from "./gates.ts";
import { deployedIn, engineState, tombstones } from "./lastRun.ts";
import { declarePlatform, type Platform } from "./platform.ts";
import { Registrations } from "./registrations.ts";
import { assertTarget, observeTarget, PinnedTarget, pinnedIn, type Target } from "./target.ts";
import { declareTenants } from "./tenantEnvironments.ts";
import { readTenants, TenantsError } from "./tenants.ts";

/** Turns what a user can mend into the engine's own error kind, which is shown as text and without a stack. */
function asUserError(error: unknown): unknown {
  return error instanceof ConfigError || error instanceof TenantsError ? new pulumi.RunError(error.message) : error;
}

/** What the operator has to tell a registrar, and the owners of own domains. */
const edgeOutputs = ({ edge }: Platform): Record<string, unknown> =>
  edge === undefined ? {} : { nameServers: edge.nameServers, distribution: edge.distributionDomain, ownDomainProofs: edge.proofs };

/** Tells where the config leads to, and whether that is where the stack stands. */
export type Observe = (config: StackConfig, stack: string) => Promise<Target>;

async function declare(observe: Observe): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  const config = parseConfig(pulumi.runtime.allConfig(), stack);
  const state = await engineState();
  const tenants = readTenants(config.tenantsFile, config, deployedIn(state));
  assertCapacity(config, tenants);
  const target = await observe(config, stack);
  assertTarget(pinnedIn(state), target, stack);
  const registrations = new Registrations();
  await assertPromoted(config, tenants);
  if (Object.keys(target).length > 0) new PinnedTarget("target", target);
  const foundation = await declareFoundation(config, tenants, registrations.watch);
  const platform = declarePlatform(config, stack, tenants, registrations.watch, foundation);
  const { outputs, environments } = await declareTenants(config, platform, tenants, registrations.watch);
  const gates = await declareGates(config, tenants, platform, foundation, environments, registrations.watch);
  await registrations.settled();
  return { domain: config.domain, tenants: outputs, ...gates, tombstones: tombstones(tenants), ...edgeOutputs(platform) };
}

/**
 * The program: reads the stack's config and the tenants file, and declares the platform and one TenantEnvironment an entry.
 * Both are checked whole, and cluster and database told to be the stack's own, before the first resource is registered.
 */
export const program = (observe: Observe) => async (): Promise<Record<string, unknown>> => {
  try {
    return await declare(observe);
  } catch (error) {
    throw asUserError(error);
  }
};

export default program(observeTarget);

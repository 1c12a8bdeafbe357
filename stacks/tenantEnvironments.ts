import type * as pulumi from "@pulumi/pulumi";
import { GATEWAY_HOST } from "../components/mesh/values.ts";
import { TenantEnvironment } from "../components/tenant/tenantEnvironment.ts";
import type { TenantPlatform } from "../components/tenant/context.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { trustIn, type StackConfig } from "./config.ts";
import type { Platform } from "./platform.ts";
import { outcomeOf } from "./registrations.ts";

/** What stands in the stack's outputs for one tenant. */
export interface TenantOutput {
  readonly id: string;
  readonly state: Tenant["state"];
  readonly namespace: string;
  readonly hosts: readonly string[];
}

/** Tenants whose registrations are under way at a time; more would only hold memory while the engine catches up. */
const BATCH = 10;

function platformFor(config: StackConfig, platform: Platform, tenantId: string): TenantPlatform {
  const { controlPlane, istio, gateway, prometheus, credentials, database, pooler, cache } = platform;
  return {
    environment: config.environment,
    domain: config.domain,
    registry: config.images.registry,
    toolsImage: `${config.images.registry}/platform/tools:${config.images.toolsVersion}`,
    dumps: platform.dumpStore === undefined || config.dumpRecipient === undefined ? undefined : { store: platform.dumpStore, recipient: config.dumpRecipient },
    settings: controlPlane.settings,
    access: controlPlane,
    mesh: {
      ...{ gateway: gateway.gateway, ingressNamespace: istio.ingressNamespace, gatewayPrincipal: istio.gatewayPrincipal },
      gatewayAddress: `${GATEWAY_HOST}:443`,
      certificates: trustIn(config),
    },
    cloud: platform.cloud,
    monitoring: prometheus,
    database: {
      host: database.host,
      ...platform.authorities,
      name: database.database,
      sslmode: database.sslmode,
      reach: database.reach,
      connectRole: database.connectRole,
      provider: database.provider,
    },
    pooler,
    cache,
    credentials: credentials.of(tenantId),
    protection: config.data.protection,
  };
}

/** One TenantEnvironment an entry that is not a tombstone. A tenant that fails does not keep the others from being declared. */
export async function declareTenants(
  config: StackConfig,
  platform: Platform,
  tenants: readonly Tenant[],
  watch: pulumi.ResourceTransformation,
): Promise<{ readonly outputs: readonly TenantOutput[]; readonly environments: readonly pulumi.Resource[] }> {
  const outputs: TenantOutput[] = [];
  const environments: TenantEnvironment[] = [];
  for (const tenant of tenants.filter(({ state }) => state !== "purged")) {
    const cloud = platform.declareCloud?.(tenant) ?? [];
    const environment = new TenantEnvironment(
      tenant.id,
      { tenant, platform: platformFor(config, platform, tenant.id) },
      { provider: platform.cluster.provider, dependsOn: [...platform.ready, ...cloud], transformations: [watch] },
    );
    outputs.push({ id: tenant.id, state: tenant.state, namespace: environment.namespace, hosts: environment.hosts });
    environments.push(environment);
    if (environments.length % BATCH === 0) await Promise.all(environments.slice(-BATCH).map(outcomeOf));
  }
  return { outputs, environments };
}

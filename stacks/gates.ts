import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { gateResults, promotionFaults, type GateResults } from "../components/delivery/gates/promotion.ts";
import { QualityGates } from "../components/delivery/gates/qualityGates.ts";
import { IMAGES } from "../components/shared/versions.ts";
import { serves } from "../components/tenant/context.ts";
import { imageOf } from "../components/tenant/workloads.ts";
import { hostsOf } from "../tenants/hosts.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { Foundation } from "./aws/foundation.ts";
import { ConfigError, trustIn, type StackConfig } from "./config.ts";
import { thisStack } from "./lastRun.ts";
import type { Platform } from "./platform.ts";

/** What a stack's gates have passed so far, by its last outputs; nothing for one that was never deployed. */
async function resultsOf(stack: string): Promise<GateResults> {
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
  return gateResults(z.object({ outputs: z.record(z.string(), z.unknown()) }).parse(answer).outputs["gates"]);
}

/**
 * Versions go to this stack only after they have passed the gates of the one before it.
 * @throws ConfigError with a line for each that has not, before anything is registered.
 */
export async function assertPromoted({ promotion, tenantsFile }: StackConfig, tenants: readonly Tenant[]): Promise<void> {
  if (promotion.kind === "none") return;
  const wanted = tenants.filter(serves).map(({ id, release }) => ({ id, version: release.version }));
  const faults = promotionFaults(wanted, await resultsOf(promotion.stack), promotion.required);
  if (faults.length > 0) throw new ConfigError([`${tenantsFile} names versions that ${promotion.stack} has not passed:`, ...faults].join("\n  "));
}

/** The stack's own gates, after all tenants stand; the output `gates` for the stack that comes next. */
export async function declareGates(
  config: StackConfig,
  tenants: readonly Tenant[],
  { cluster, prometheus, gateway }: Platform,
  foundation: Foundation | undefined,
  environments: readonly pulumi.Resource[],
  watch: pulumi.ResourceTransformation,
): Promise<Readonly<Record<string, pulumi.Output<GateResults>>>> {
  const { gates, images, charts } = config;
  if (gates === undefined || foundation === undefined) return {};
  const shops = tenants.filter(serves).map((tenant) => ({
    ...tenant,
    hosts: hostsOf(tenant, config.domain).all,
    version: tenant.release.version,
    apiImage: imageOf(tenant, "api", images.registry),
  }));
  if (shops.length === 0) return {};
  const component = new QualityGates(
    "gates",
    {
      charts,
      gates: gates.run,
      tenants: shops,
      thresholds: gates.thresholds,
      testData: { seed: gates.seed, tenants: gates.testTenants === "all" ? shops.map(({ id }) => id) : gates.testTenants },
      images: { tools: `${images.registry}/platform/tools:${images.toolsVersion}`, k6: IMAGES.k6 },
      certificates: trustIn(config),
      apiServerCidrs: foundation.networks.main.privateCidrs,
      earlier: await resultsOf(thisStack()),
    },
    { provider: cluster.provider, dependsOn: [...environments, ...prometheus.ready, ...gateway.ready], transformations: [watch] },
  );
  return { gates: component.results };
}

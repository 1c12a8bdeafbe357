import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../../tenants/hosts.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import { declareAccess } from "./access.ts";
import { createContext, type TenantPlatform } from "./context.ts";
import { declareDatabase } from "./database.ts";
import { declareWorkloads } from "./deployments.ts";
import { declareBackup, declareMigration, declareVerification } from "./jobs.ts";
import { declareMeshPolicies } from "./meshPolicies.ts";
import { declareLimits, declareNamespace } from "./namespace.ts";
import { declareNetwork } from "./network.ts";
import { declareObservability } from "./observability.ts";
import { declareRoutes } from "./routes.ts";
import { declareSettings, settingsOf } from "./settings.ts";

export interface TenantEnvironmentArgs {
  readonly tenant: Tenant;
  readonly platform: TenantPlatform;
}

/**
 * All that one shop's administrator (SERVICE_ADMIN) is given, made from one entry of the tenants file, in the order of the
 * provisioning flow (`steps.ts`): C the fenced namespace; then D workloads and F the database side by side; E the hosts
 * once there is something to serve; G a verification that `pulumi up` waits for.
 *
 * A suspended tenant keeps everything but answers 503 and runs no pods. An archived one keeps its fences, its data and
 * its backups only.
 */
export class TenantEnvironment extends pulumi.ComponentResource {
  readonly namespace: string;
  readonly hosts: readonly string[];

  constructor(name: string, args: TenantEnvironmentArgs, opts: pulumi.ComponentResourceOptions) {
    super("privatesales:tenant:TenantEnvironment", name, {}, opts);
    const { tenant } = args;
    const context = createContext(tenant, args.platform, this);
    this.namespace = context.namespace;
    this.hosts = hostsOf(tenant, args.platform.domain).all;

    const namespace = declareNamespace(context);
    const fences = [
      namespace,
      ...declareLimits(context, namespace),
      ...declareNetwork(context, namespace),
      ...declareAccess(context, namespace),
      ...declareMeshPolicies(context, namespace),
    ];
    const settings = settingsOf(context);
    const configuration = declareSettings(context, settings, fences);
    const data = [...declareDatabase(context, fences), ...configuration];
    declareBackup(context, data);
    if (tenant.state !== "archived") {
      const workloads = declareWorkloads(context, settings, configuration);
      const routes = declareRoutes(context, workloads);
      const migration = declareMigration(context, data);
      declareObservability(context, fences);
      declareVerification(context, [...workloads, ...routes, migration]);
    }
    // What the next run knows of this one: `stacks/lastRun.ts` reads the state.
    this.registerOutputs({ namespace: this.namespace, hosts: this.hosts, state: tenant.state });
  }
}

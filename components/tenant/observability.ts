import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../../tenants/hosts.ts";
import { tenantAlertRoute } from "../monitoring/tenantAlertRoute.ts";
import { tenantDashboard } from "../monitoring/tenantDashboard.ts";
import { tenantRules } from "../monitoring/tenantRules.ts";
import { customResource } from "../shared/customResource.ts";
import type { Context } from "./context.ts";

/** Step D: what is measured of the tenant, what is an alert, whom it reaches, and the page that shows it. */
export function declareObservability(context: Context, before: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
  const { tenant, platform } = context;
  const hosts = hostsOf(tenant, platform.domain).all;
  const options = context.after(...before);
  return [
    new k8s.apiextensions.CustomResource(context.name("rules"), customResource(tenantRules(tenant, hosts)), options),
    new k8s.apiextensions.CustomResource(context.name("alert-route"), customResource(tenantAlertRoute(tenant)), options),
    new k8s.core.v1.ConfigMap(context.name("dashboard"), tenantDashboard(tenant), options),
  ];
}

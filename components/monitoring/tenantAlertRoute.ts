import type { IAlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { Tenant } from "../../tenants/tenant.ts";
import type { Manifest } from "../shared/customResource.ts";
import type { Severity } from "./tenantAlerts.ts";
import { tenantMetadata } from "./tenantScope.ts";

type Receiver = NonNullable<IAlertmanagerConfig["spec"]["receivers"]>[number];

export const TENANT_ROUTE_NAME = "tenant";

const equals = (name: string, value: string): { name: string; matchType: string; value: string } => ({
  name,
  matchType: "=",
  value,
});

const receiver = (tenant: Tenant, severity: Severity): Receiver => ({
  name: severity,
  emailConfigs: tenant.contacts.map((to) => ({
    to,
    sendResolved: true,
    headers: [{ key: "Subject", value: `[${severity}] ${tenant.name}: {{ .GroupLabels.alertname }} {{ .Status }}` }],
  })),
});

/**
 * Who hears of a tenant's alerts: its contacts, by mail. Alertmanager matches this object to alerts of its own
 * namespace only, and hands each on to the platform's route. Server and sender of mails are the platform's.
 */
export const tenantAlertRoute = (tenant: Tenant): Manifest<IAlertmanagerConfig> => ({
  apiVersion: "monitoring.coreos.com/v1alpha1",
  kind: "AlertmanagerConfig",
  metadata: tenantMetadata(tenant, TENANT_ROUTE_NAME),
  spec: {
    route: {
      receiver: "warning",
      matchers: [equals("tenant", tenant.id)],
      groupBy: ["alertname"],
      groupWait: "2m",
      groupInterval: "10m",
      repeatInterval: "24h",
      routes: [
        {
          receiver: "critical",
          matchers: [equals("severity", "critical")],
          groupBy: ["alertname"],
          groupWait: "15s",
          groupInterval: "5m",
          repeatInterval: "1h",
        },
      ],
    },
    // While an alert is critical, its milder form says nothing new.
    inhibitRules: [
      {
        sourceMatch: [equals("severity", "critical")],
        targetMatch: [equals("severity", "warning")],
        equal: ["alertname", "tenant"],
      },
    ],
    receivers: [receiver(tenant, "warning"), receiver(tenant, "critical")],
  },
});

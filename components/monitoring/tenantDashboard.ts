import type * as k8s from "@pulumi/kubernetes";
import type { Tenant } from "../../tenants/tenant.ts";
import { tenantNamespace, tenantRoles } from "../shared/names.ts";
import { RECORDED, errorBudget, ofTenant, tenantMetadata } from "./tenantScope.ts";

/** What Grafana's sidecar looks for on ConfigMaps. */
export const DASHBOARD_LABEL = { name: "grafana_dashboard", value: "1" } as const;
/** Annotation that names the dashboard's folder in Grafana. */
export const FOLDER_ANNOTATION = "grafana_folder";

export const TENANT_DASHBOARD_NAME = "dashboard";

interface Query {
  readonly legend: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  /** Grafana's unit, e.g. `reqps`. */
  readonly unit: string;
  readonly kind: "timeseries" | "stat";
  readonly queries: readonly Query[];
}

/** The chart's own data source. */
const DATASOURCE = { type: "prometheus", uid: "prometheus" } as const;

/** Grafana's grid is 24 wide: two panels a row. */
const WIDTH = 12;
const HEIGHT = 8;

function trafficPanels(tenant: Tenant): readonly Panel[] {
  const mine = ofTenant(tenant);
  const perService = (metric: string): readonly Query[] => [
    { legend: "{{destination_service_name}}", expr: `${metric}${mine}` },
  ];
  const over30Days = (metric: string): string => `avg_over_time(${metric}${mine}[30d])`;
  return [
    { title: "Requests", unit: "reqps", kind: "timeseries", queries: perService(RECORDED.requests) },
    { title: "Errors", unit: "percentunit", kind: "timeseries", queries: perService(RECORDED.errors) },
    {
      title: "Duration, 95th percentile",
      unit: "ms",
      kind: "timeseries",
      queries: [...perService(RECORDED.latency), { legend: "objective", expr: `vector(${tenant.plan.slo.latencyMs})` }],
    },
    {
      title: `Error budget left of 30 days at ${tenant.plan.slo.availability} %`,
      unit: "percentunit",
      kind: "stat",
      queries: [
        {
          legend: "left",
          expr: `1 - ${over30Days(RECORDED.gatewayErrors)} / ${over30Days(RECORDED.gatewayRequests)} / ${errorBudget(tenant)}`,
        },
      ],
    },
  ];
}

function resourcePanels(tenant: Tenant): readonly Panel[] {
  const inNamespace = `namespace="${tenantNamespace(tenant.id)}"`;
  const user = `user="${tenantRoles(tenant.id).app}"`;
  const quota = (resource: string): readonly Query[] =>
    (["used", "hard"] as const).map((type) => ({
      legend: type === "used" ? "requested" : "quota",
      expr: `kube_resourcequota{${inNamespace},resource="${resource}",type="${type}"}`,
    }));
  return [
    {
      title: "CPU",
      unit: "cores",
      kind: "timeseries",
      queries: [
        { legend: "used", expr: `sum(rate(container_cpu_usage_seconds_total{${inNamespace},container!=""}[5m]))` },
        ...quota("requests.cpu"),
      ],
    },
    {
      title: "Memory",
      unit: "bytes",
      kind: "timeseries",
      queries: [
        { legend: "used", expr: `sum(container_memory_working_set_bytes{${inNamespace},container!=""})` },
        ...quota("requests.memory"),
      ],
    },
    {
      title: "Database connections",
      unit: "short",
      kind: "timeseries",
      queries: [
        { legend: "active", expr: `sum(pgbouncer_pools_server_active_connections{${user}})` },
        { legend: "clients waiting", expr: `sum(pgbouncer_pools_client_waiting_connections{${user}})` },
        { legend: "pool", expr: `vector(${tenant.plan.database.poolSize})` },
      ],
    },
    {
      title: "Pods",
      unit: "short",
      kind: "timeseries",
      queries: [
        { legend: "{{deployment}} ready", expr: `kube_deployment_status_replicas_available{${inNamespace}}` },
        {
          legend: "restarts in an hour",
          expr: `sum(increase(kube_pod_container_status_restarts_total{${inNamespace}}[1h]))`,
        },
      ],
    },
  ];
}

const toJson = ({ title, unit, kind, queries }: Panel, index: number): Readonly<Record<string, unknown>> => ({
  id: index + 1,
  title,
  type: kind,
  datasource: DATASOURCE,
  gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
  fieldConfig: { defaults: { unit }, overrides: [] },
  targets: queries.map(({ legend, expr }, target) => ({
    refId: String.fromCharCode("A".charCodeAt(0) + target),
    datasource: DATASOURCE,
    expr,
    legendFormat: legend,
  })),
});

/** A tenant's dashboard, as a ConfigMap that Grafana's sidecar finds by its label. */
export function tenantDashboard(tenant: Tenant): k8s.core.v1.ConfigMapArgs {
  const metadata = tenantMetadata(tenant, TENANT_DASHBOARD_NAME);
  const dashboard = {
    uid: tenantNamespace(tenant.id),
    title: tenant.name,
    tags: ["tenant", tenant.tier],
    timezone: "browser",
    schemaVersion: 39,
    time: { from: "now-6h", to: "now" },
    refresh: "1m",
    panels: [...trafficPanels(tenant), ...resourcePanels(tenant)].map(toJson),
  };
  return {
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [DASHBOARD_LABEL.name]: DASHBOARD_LABEL.value },
      annotations: { [FOLDER_ANNOTATION]: "Tenants" },
    },
    data: { [`${tenant.id}.json`]: JSON.stringify(dashboard) },
  };
}

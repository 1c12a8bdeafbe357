import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { Tenant } from "../../tenants/tenant.ts";
import type { Manifest } from "../shared/customResource.ts";
import { tenantNamespace } from "../shared/names.ts";
import { stateAlerts, serviceAlerts, type AlertScope } from "./tenantAlerts.ts";
import {
  RECORDED,
  gatewaySelector,
  ofTenant,
  round,
  errorBudget,
  servedSelector,
  tenantMetadata,
} from "./tenantScope.ts";

export type Group = NonNullable<NonNullable<IPrometheusRule["spec"]>["groups"]>[number];
export type Rule = NonNullable<Group["rules"]>[number];

export const TENANT_RULES_NAME = "tenant-rules";

/**
 * How fast the error budget of 30 days may burn, after the SRE workbook: a rate that would end it within two days wakes
 * somebody, one that would end it within the month writes a mail. The short window makes the alert end with its cause.
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export const BURN_RATES = [
  { long: "1h", short: "5m", factor: 14.4, for: "2m", severity: "critical" },
  { long: "6h", short: "30m", factor: 6, for: "15m", severity: "critical" },
  { long: "1d", short: "2h", factor: 3, for: "1h", severity: "warning" },
  { long: "3d", short: "6h", factor: 1, for: "3h", severity: "warning" },
] as const;

const WINDOWS = ["30m", "1h", "2h", "6h", "1d", "3d"] as const;

/**
 * Rules of one tenant: rate, errors and duration by service, the error budget of its plan, and what its owner should
 * hear of. Alerts carry `namespace`, by which Alertmanager finds the tenant's own route.
 */
export function tenantRules(tenant: Tenant, hosts: readonly string[]): Manifest<IPrometheusRule> {
  const labels = { tenant: tenant.id, namespace: tenantNamespace(tenant.id) };
  const scope: AlertScope = { tenant, labels, hosts };
  const groups: readonly Group[] = [
    { name: `${tenant.id}.red`, interval: "30s", rules: [...redRules(tenant, labels)] },
    { name: `${tenant.id}.slo`, interval: "30s", rules: [...ratioRules(tenant, labels), ...burnAlerts(scope)] },
    { name: `${tenant.id}.service`, rules: [...serviceAlerts(scope)] },
  ];
  const state: Group = { name: `${tenant.id}.state`, rules: [...stateAlerts(scope)] };
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: tenantMetadata(tenant, TENANT_RULES_NAME),
    // Pods that are gone on purpose raise no alarm; data that is kept still does.
    spec: { groups: tenant.state === "active" ? [...groups, state] : [state] },
  };
}

type RuleLabels = Readonly<Record<string, string>>;

function redRules(tenant: Tenant, labels: RuleLabels): readonly Rule[] {
  const served = servedSelector(tenant);
  const gateway = gatewaySelector(tenant);
  const rate = (selector: string): string => `rate(istio_requests_total{${selector}}[5m])`;
  const failed = (selector: string): string => rate(`${selector},response_code=~"5.."`);
  const p95 = (selector: string, by: string): string =>
    `histogram_quantile(0.95, sum by (${by}) (rate(istio_request_duration_milliseconds_bucket{${selector}}[5m])))`;
  // Without the second half, a service that never failed would have no ratio instead of 0.
  const orZero = (some: string, all: string): string => `(${some} or 0 * ${all})`;
  const perService = (vector: string): string => `sum by (destination_service_name) (${vector})`;
  const record = (name: string, expr: string): Rule => ({ record: name, expr, labels: { ...labels } });
  return [
    record(RECORDED.requests, perService(rate(served))),
    record(
      RECORDED.errors,
      `${orZero(perService(failed(served)), perService(rate(served)))} / ${perService(rate(served))}`,
    ),
    record(RECORDED.latency, p95(served, "le, destination_service_name")),
    record(RECORDED.gatewayRequests, `sum(${rate(gateway)})`),
    record(RECORDED.gatewayErrors, orZero(`sum(${failed(gateway)})`, `sum(${rate(gateway)})`)),
    record(RECORDED.gatewayLatency, p95(gateway, "le")),
  ];
}

/**
 * Error ratio by window. The long ones average the recorded rates: reading raw counters of days would cost each tenant
 * dearly.
 */
function ratioRules(tenant: Tenant, labels: RuleLabels): readonly Rule[] {
  const mine = ofTenant(tenant);
  const over = (metric: string, window: string): string => `avg_over_time(${metric}${mine}[${window}])`;
  const record = (window: string, expr: string): Rule => ({
    record: RECORDED.errorRatio(window),
    expr,
    labels: { ...labels },
  });
  return [
    record("5m", `${RECORDED.gatewayErrors}${mine} / ${RECORDED.gatewayRequests}${mine}`),
    ...WINDOWS.map((window) =>
      record(window, `${over(RECORDED.gatewayErrors, window)} / ${over(RECORDED.gatewayRequests, window)}`),
    ),
  ];
}

function burnAlerts({ tenant, labels, hosts }: AlertScope): readonly Rule[] {
  const mine = ofTenant(tenant);
  const budget = errorBudget(tenant);
  return BURN_RATES.map(({ long, short, factor, for: duration, severity }) => {
    const limit = round(factor * budget);
    return {
      alert: "TenantErrorBudgetBurn",
      expr: `${RECORDED.errorRatio(long)}${mine} > ${limit} and ${RECORDED.errorRatio(short)}${mine} > ${limit}`,
      for: duration,
      labels: { ...labels, severity, window: long },
      annotations: {
        summary: `${tenant.name}: errors use up the budget of ${tenant.plan.slo.availability} % at ${factor} times the allowed rate`,
        description:
          `{{ $value | humanizePercentage }} of the requests to ${hosts.join(", ")} failed over ${long}; ` +
          `${round(budget * 100)} % are allowed over 30 days.`,
      },
    };
  });
}

import type { Tenant } from "../../tenants/tenant.ts";
import { tenantNamespace, tenantRoles } from "../shared/names.ts";
import { longestIntervalHours } from "./cronInterval.ts";
import type { Rule } from "./tenantRules.ts";
import { RECORDED, ofTenant } from "./tenantScope.ts";

/** What the alerts of a tenant share. */
export interface AlertScope {
  readonly tenant: Tenant;
  /** Labels of every alert: the tenant and its namespace. */
  readonly labels: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
}

export const SEVERITIES = ["critical", "warning"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Hours that a backup may take, and be late, beyond its schedule. */
const BACKUP_GRACE_HOURS = 2;

/** Share of the quota that is worth a mail: the next rollout may not fit. */
const QUOTA_LIMIT = 0.9;

const CERTIFICATE_DAYS = 14;

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly description: string;
}

const toRule = (
  { labels }: AlertScope,
  { alert, expr, for: duration, severity, summary, description }: Alert,
): Rule => ({
  alert,
  expr,
  for: duration,
  labels: { ...labels, severity },
  annotations: { summary, description },
});

/** Alerts on running pods; for active tenants only. */
export function serviceAlerts(scope: AlertScope): readonly Rule[] {
  const { tenant, hosts } = scope;
  const inNamespace = `namespace="${tenantNamespace(tenant.id)}"`;
  const { latencyMs } = tenant.plan.slo;
  const alerts: readonly Alert[] = [
    {
      alert: "TenantSlow",
      expr: `${RECORDED.gatewayLatency}${ofTenant(tenant)} > ${latencyMs}`,
      for: "15m",
      severity: "warning",
      summary: `${tenant.name}: pages are slow`,
      description: `One request in twenty to ${hosts.join(", ")} takes {{ $value | humanize }} ms; the plan promises ${latencyMs} ms.`,
    },
    {
      alert: "TenantWorkloadDown",
      expr: `kube_deployment_status_replicas_available{${inNamespace}} < 1`,
      for: "5m",
      severity: "critical",
      summary: `${tenant.name}: no pod of {{ $labels.deployment }} is ready`,
      description: `Requests to ${hosts.join(", ")} fail.`,
    },
    {
      alert: "TenantPodRestarts",
      expr: `increase(kube_pod_container_status_restarts_total{${inNamespace}}[15m]) > 3`,
      for: "5m",
      severity: "warning",
      summary: `${tenant.name}: {{ $labels.container }} keeps restarting`,
      description: "Pod {{ $labels.pod }} restarted {{ $value | humanize }} times in 15 minutes.",
    },
    {
      // No data is not a pass: every other rule of this tenant is silent while nothing is scraped.
      alert: "TenantUnobserved",
      expr: `absent(up{${inNamespace}} == 1)`,
      for: "10m",
      severity: "critical",
      summary: `${tenant.name}: no metrics`,
      description: "Prometheus reaches no pod of this tenant, so no other alert of it can fire.",
    },
    {
      alert: "TenantDatabasePoolExhausted",
      expr: `sum by (user) (pgbouncer_pools_client_waiting_connections{user="${tenantRoles(tenant.id).app}"}) > 0`,
      for: "5m",
      severity: "warning",
      summary: `${tenant.name}: requests wait for a database connection`,
      description: `{{ $value }} clients wait; the plan's pool has ${tenant.plan.database.poolSize} connections.`,
    },
  ];
  return alerts.map((alert) => toRule(scope, alert));
}

/** Alerts on what a tenant has in any state: quota, backups, certificates. */
export function stateAlerts(scope: AlertScope): readonly Rule[] {
  const { tenant } = scope;
  const inNamespace = `namespace="${tenantNamespace(tenant.id)}"`;
  const quota = (type: string): string => `kube_resourcequota{${inNamespace},type="${type}"}`;
  const { testDays } = tenant.plan.backup;
  const hours = longestIntervalHours(tenant.plan.backup.schedule) + BACKUP_GRACE_HOURS;
  const alerts: readonly Alert[] = [
    {
      alert: "TenantQuotaNearLimit",
      expr: `${quota("used")} / ignoring (type) (${quota("hard")} > 0) > ${QUOTA_LIMIT}`,
      for: "15m",
      severity: "warning",
      summary: `${tenant.name}: quota of {{ $labels.resource }} is nearly used up`,
      description: "{{ $value | humanizePercentage }} are in use; at 100 % new pods are refused.",
    },
    {
      alert: "TenantBackupTooOld",
      // A backup that never succeeded is as old as its schedule.
      expr:
        `time() - max by (cronjob) (kube_cronjob_status_last_successful_time{${inNamespace},cronjob="backup"} ` +
        `or kube_cronjob_created{${inNamespace},cronjob="backup"}) > ${hours * 3600}`,
      for: "15m",
      severity: "critical",
      summary: `${tenant.name}: no backup for more than ${hours} hours`,
      description: `The schedule is ${tenant.plan.backup.schedule} (UTC). The last success is {{ $value | humanizeDuration }} ago.`,
    },
    {
      alert: "TenantBackupUntested",
      // The metric is the restore test's, and only of a good one; a tenant that was never tested is as old as its schedule.
      expr:
        `time() - max(backup_last_verified_timestamp_seconds{${inNamespace}} or kube_cronjob_created{${inNamespace},cronjob="backup"}) ` +
        `> ${testDays * 86_400}`,
      for: "1h",
      severity: "warning",
      summary: `${tenant.name}: no backup was restored as a test for more than ${testDays} days`,
      description: "A backup that nobody has restored is a hope. Run npm run tools -- verify-backup, and read what it says.",
    },
  ];
  return [...alerts, ...certificateAlerts(tenant)].map((alert) => toRule(scope, alert));
}

/** Only own domains have a certificate of their own; for the others the platform hears of the wildcard's. */
function certificateAlerts(tenant: Tenant): readonly Alert[] {
  const domains = tenant.hosts.domains.map(({ host }) => host);
  if (domains.length === 0) return [];
  return [
    {
      alert: "TenantCertificateExpiring",
      // The gateway names a tenant's Certificate like its namespace.
      expr: `certmanager_certificate_expiration_timestamp_seconds{name="${tenantNamespace(tenant.id)}"} - time() < ${CERTIFICATE_DAYS * 86_400}`,
      for: "1h",
      severity: "warning",
      summary: `${tenant.name}: the certificate of its own domains is not renewed`,
      description: `The certificate of ${domains.join(", ")} ends in {{ $value | humanizeDuration }}. Do they still point here?`,
    },
  ];
}

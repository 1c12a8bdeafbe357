import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import type { Severity } from "./tenantAlerts.ts";
import type { Rule } from "./tenantRules.ts";

/** Always firing. Who watches the platform from outside calls when it stops coming. */
export const DEAD_MANS_SWITCH = "PlatformDeadMansSwitch";

const alert = (name: string, severity: Severity, duration: string, expr: string, summary: string): Rule => ({
  alert: name,
  expr,
  for: duration,
  labels: { severity, namespace: NAMESPACES.monitoring, scope: "platform" },
  annotations: { summary },
});

const MESH: readonly Rule[] = [
  alert(
    "IstiodDown",
    "critical",
    "5m",
    'absent(up{job="monitoring/istiod"} == 1)',
    "no istiod answers: routes and certificates stay as they are, new pods get none",
  ),
  alert(
    "GatewayDown",
    "critical",
    "2m",
    'absent(up{job="monitoring/gateway"} == 1)',
    "no ingress gateway answers: every shop is down",
  ),
  alert(
    "GatewayErrors",
    "critical",
    "5m",
    'sum(rate(istio_requests_total{job="monitoring/gateway",reporter="source",response_code=~"5.."}[5m])) ' +
      '/ sum(rate(istio_requests_total{job="monitoring/gateway",reporter="source"}[5m])) > 0.05',
    "{{ $value | humanizePercentage }} of all requests fail",
  ),
  alert(
    "MeshConfigRejected",
    "warning",
    "10m",
    "sum(increase(pilot_total_xds_rejects[10m])) > 0",
    "proxies reject the configuration that istiod sends",
  ),
];

const API_SERVER: readonly Rule[] = [
  alert("ApiServerDown", "critical", "5m", 'absent(up{job="apiserver"} == 1)', "no API server answers"),
  alert(
    "ApiServerErrors",
    "critical",
    "10m",
    'sum(rate(apiserver_request_total{code=~"5.."}[5m])) / sum(rate(apiserver_request_total[5m])) > 0.03',
    "{{ $value | humanizePercentage }} of the requests to the API server fail",
  ),
];

const DATA: readonly Rule[] = [
  alert(
    "PoolerDown",
    "critical",
    "5m",
    'absent(up{job="monitoring/pooler"} == 1)',
    "no pooler answers: no application reaches the database",
  ),
  alert(
    "TenantJobsFailing",
    "warning",
    "15m",
    'sum by (namespace, job_name) (kube_job_status_failed{namespace=~"tenant-.+"}) > 0',
    "job {{ $labels.job_name }} in {{ $labels.namespace }} failed",
  ),
  alert(
    "BackupsFailing",
    "critical",
    "15m",
    'count(time() - (kube_cronjob_status_last_successful_time{cronjob="backup"} ' +
      'or kube_cronjob_created{cronjob="backup"}) > 93600) > 0',
    "{{ $value }} tenants have had no backup for 26 hours",
  ),
];

const CERTIFICATES: readonly Rule[] = [
  alert(
    "CertificateExpiring",
    "critical",
    "1h",
    "certmanager_certificate_expiration_timestamp_seconds - time() < 1209600",
    "certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}",
  ),
];

/** Rules of the platform as a whole; the chart brings those of nodes, kubelets and of Prometheus itself. */
export const platformRules = (): Manifest<IPrometheusRule> => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PrometheusRule",
  metadata: { name: "platform-rules", namespace: NAMESPACES.monitoring, labels: platformLabels("monitoring") },
  spec: {
    groups: [
      {
        name: "platform.alive",
        rules: [
          {
            alert: DEAD_MANS_SWITCH,
            expr: "vector(1)",
            labels: { severity: "none", namespace: NAMESPACES.monitoring, scope: "platform" },
            annotations: { summary: "alerts are evaluated and sent" },
          },
        ],
      },
      { name: "platform.mesh", rules: [...MESH] },
      { name: "platform.api-server", rules: [...API_SERVER] },
      { name: "platform.data", rules: [...DATA] },
      { name: "platform.certificates", rules: [...CERTIFICATES] },
    ],
  },
});

import { ALERT_SECRET, alertmanagerConfig, type Alerts } from "./alertmanagerValues.ts";
import { LABEL_PREFIX } from "../shared/labels.ts";
import { DASHBOARD_LABEL, FOLDER_ANNOTATION } from "./tenantDashboard.ts";

export interface StackSize {
  readonly retentionDays: number;
  /** Gibibytes for each replica of Prometheus. */
  readonly storageGi: number;
  /** Of Prometheus and of Alertmanager. */
  readonly replicas: number;
  /** Host under which people open Grafana; it appears in links. Default: links point into the cluster. */
  readonly grafanaHost?: string;
}

/** Secret with Grafana's first login. */
export const GRAFANA_SECRET = "grafana-admin";

const resources = (cpu: string, memory: string): Readonly<Record<string, unknown>> => ({
  requests: { cpu, memory },
  limits: { memory },
});

const volume = (storageGi: number): Readonly<Record<string, unknown>> => ({
  volumeClaimTemplate: {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${storageGi}Gi` } } },
  },
});

/** Values of kube-prometheus-stack. */
export function stackValues(size: StackSize, alerts: Alerts): Readonly<Record<string, unknown>> {
  return {
    // Ours is routed to somebody outside; the chart's would be a second one.
    defaultRules: { disabled: { Watchdog: true } },
    // Managed control planes show none of these, and an alert that cannot be right is noise.
    kubeControllerManager: { enabled: false },
    kubeScheduler: { enabled: false },
    kubeEtcd: { enabled: false },
    kubeProxy: { enabled: false },
    prometheusOperator: { resources: resources("50m", "256Mi") },
    prometheus: prometheusValues(size),
    alertmanager: {
      config: alertmanagerConfig(alerts),
      alertmanagerSpec: {
        replicas: size.replicas,
        secrets: [ALERT_SECRET],
        // A tenant's AlertmanagerConfig sees alerts of its own namespace only.
        alertmanagerConfigMatcherStrategy: { type: "OnNamespace" },
        alertmanagerConfigSelector: {},
        alertmanagerConfigNamespaceSelector: {},
        storage: volume(2),
        resources: resources("20m", "128Mi"),
      },
    },
    grafana: grafanaValues(size),
    "kube-state-metrics": {
      // Cost and usage are summed by what a namespace is labelled with.
      metricLabelsAllowlist: [
        `namespaces=[${["tenant", "tier", "cost-center"].map((label) => `${LABEL_PREFIX}/${label}`).join(",")}]`,
      ],
      resources: resources("20m", "256Mi"),
    },
    "prometheus-node-exporter": { resources: resources("20m", "64Mi") },
  };
}

function prometheusValues({ retentionDays, storageGi, replicas }: StackSize): Readonly<Record<string, unknown>> {
  return {
    prometheusSpec: {
      replicas,
      retention: `${retentionDays}d`,
      // Room for the write-ahead log and a compaction.
      retentionSize: `${Math.floor(storageGi * 0.8 * 1024)}MB`,
      scrapeInterval: "30s",
      walCompression: true,
      storageSpec: volume(storageGi),
      resources: resources("200m", "2Gi"),
      podAntiAffinity: "soft",
      // Left at true, Prometheus reads only what carries the chart's release label: no rule or monitor of a tenant.
      ruleSelectorNilUsesHelmValues: false,
      serviceMonitorSelectorNilUsesHelmValues: false,
      podMonitorSelectorNilUsesHelmValues: false,
      probeSelectorNilUsesHelmValues: false,
      scrapeConfigSelectorNilUsesHelmValues: false,
    },
  };
}

function grafanaValues({ grafanaHost }: StackSize): Readonly<Record<string, unknown>> {
  return {
    admin: { existingSecret: GRAFANA_SECRET, userKey: "username", passwordKey: "password" },
    sidecar: {
      dashboards: {
        enabled: true,
        label: DASHBOARD_LABEL.name,
        labelValue: DASHBOARD_LABEL.value,
        searchNamespace: "ALL",
        folderAnnotation: FOLDER_ANNOTATION,
        provider: { foldersFromFilesStructure: true, allowUiUpdates: false },
        resources: resources("10m", "128Mi"),
      },
    },
    "grafana.ini": {
      "auth.anonymous": { enabled: false },
      users: { allow_sign_up: false },
      ...(grafanaHost === undefined ? {} : { server: { root_url: `https://${grafanaHost}` } }),
    },
    resources: resources("50m", "256Mi"),
  };
}

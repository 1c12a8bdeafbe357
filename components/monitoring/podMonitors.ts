import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { Tenant } from "../../tenants/tenant.ts";
import { METRICS_PORT } from "../data/poolerPods.ts";
import { POOLER_SELECTOR } from "../data/poolerConfig.ts";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels, TENANT_LABEL } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { tenantMetadata } from "./tenantScope.ts";

type Endpoint = NonNullable<NonNullable<IPodMonitor["spec"]>["podMetricsEndpoints"]>[number];

export const TENANT_MONITOR_NAME = "tenant";

/** The sidecar's metrics, merged with the application's: https://istio.io/latest/docs/ops/integrations/prometheus/ */
const MERGED = { container: "istio-proxy", port: 15_020, path: "/stats/prometheus" } as const;

/** Samples of one scrape; beyond it the scrape fails, so that one application's labels cannot fill Prometheus. */
const SAMPLE_LIMIT = 20_000;

interface Source {
  readonly container: string;
  readonly port: number;
  readonly path: string;
}

/**
 * Prometheus finds a target for each declared container port. The one container is kept and its address set, since the
 * ports of a sidecar are the mesh's to declare; targets that become equal are scraped once.
 */
function endpoint({ container, port, path }: Source, target: Readonly<Record<string, string>> = {}): Endpoint {
  return {
    path,
    interval: "30s",
    relabelings: [
      { action: "keep", sourceLabels: ["__meta_kubernetes_pod_container_name"], regex: container },
      {
        action: "replace",
        sourceLabels: ["__meta_kubernetes_pod_ip"],
        targetLabel: "__address__",
        regex: "(.+)",
        replacement: `$1:${port}`,
      },
      ...Object.entries(target).map(([targetLabel, replacement]) => ({
        action: "replace" as const,
        targetLabel,
        replacement,
      })),
    ],
  };
}

/**
 * Scrapes every pod of a tenant at the sidecar's port 15020, which mTLS leaves out: Prometheus has no certificate of
 * the mesh, so the application's own port would refuse it.
 */
export const tenantPodMonitor = (tenant: Tenant): Manifest<IPodMonitor> => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PodMonitor",
  metadata: tenantMetadata(tenant, TENANT_MONITOR_NAME),
  spec: {
    selector: { matchLabels: { [TENANT_LABEL]: tenant.id } },
    sampleLimit: SAMPLE_LIMIT,
    // The tenant is what this object says, whatever a metric claims: that label becomes `exported_tenant`.
    podMetricsEndpoints: [endpoint(MERGED, { tenant: tenant.id })],
  },
});

interface PlatformTarget extends Source {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
}

const TARGETS: readonly PlatformTarget[] = [
  { name: "gateway", namespace: NAMESPACES.ingress, selector: {}, ...MERGED },
  {
    name: "istiod",
    namespace: NAMESPACES.mesh,
    selector: { app: "istiod" },
    container: "discovery",
    port: 15_014,
    path: "/metrics",
  },
  {
    name: "cert-manager",
    namespace: NAMESPACES.certificates,
    selector: { "app.kubernetes.io/component": "controller" },
    container: "cert-manager-controller",
    port: 9402,
    path: "/metrics",
  },
  {
    name: "pooler",
    namespace: NAMESPACES.data,
    selector: POOLER_SELECTOR,
    container: "exporter",
    port: METRICS_PORT,
    path: "/metrics",
  },
];

/** Scrapes of the platform's parts that bring no monitor of their own; the job's name is `monitoring/<name>`. */
export const platformPodMonitors = (): readonly Manifest<IPodMonitor>[] =>
  TARGETS.map(({ name, namespace, selector, ...source }) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { name, namespace: NAMESPACES.monitoring, labels: platformLabels("monitoring") },
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: { ...selector } },
      podMetricsEndpoints: [endpoint(source)],
    },
  }));

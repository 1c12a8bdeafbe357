import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { METRICS_PORT } from "../data/poolerPods.ts";
import { POOLER_SELECTOR } from "../data/poolerConfig.ts";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels, TENANT_LABEL } from "../shared/labels.ts";
import { NAMESPACES, tenantNamespace } from "../shared/names.ts";

type Endpoint = NonNullable<NonNullable<IPodMonitor["spec"]>["podMetricsEndpoints"]>[number];

type Relabeling = NonNullable<Endpoint["relabelings"]>[number];

/** The sidecar's metrics, merged with the application's: https://istio.io/latest/docs/ops/integrations/prometheus/ */
const MERGED = { container: "istio-proxy", port: 15_020, path: "/stats/prometheus" } as const;

const NAMESPACE = ["__meta_kubernetes_namespace"];
const FORM = tenantNamespace("(.+)");
/** Keeps what is in a tenant's namespace, and says whose it is. */
const TENANT_OF_NAMESPACE: readonly Relabeling[] = [
  { action: "keep", sourceLabels: NAMESPACE, regex: FORM },
  { action: "replace", sourceLabels: NAMESPACE, regex: FORM, targetLabel: "tenant", replacement: "$1" },
];

const podMonitor = (name: string, spec: NonNullable<IPodMonitor["spec"]>): Manifest<IPodMonitor> => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PodMonitor",
  metadata: { name, namespace: NAMESPACES.monitoring, labels: platformLabels("monitoring") },
  spec,
});

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
function endpoint({ container, port, path }: Source, further: readonly Relabeling[] = []): Endpoint {
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
      ...further,
    ],
  };
}

/**
 * Scrapes the pods of all tenants at the sidecar's port 15020, which mTLS leaves out: Prometheus has no certificate of the
 * mesh, so the application's own port would refuse it. The tenant is read off the namespace, which nobody can choose, whatever
 * a metric claims: that label becomes `exported_tenant`.
 */
const tenantPodMonitor = (): Manifest<IPodMonitor> =>
  podMonitor("tenants", {
    namespaceSelector: { any: true },
    selector: { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] },
    sampleLimit: SAMPLE_LIMIT,
    podMetricsEndpoints: [endpoint(MERGED, TENANT_OF_NAMESPACE)],
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

/**
 * Scrapes of what brings no monitor of its own: parts of the platform, and all tenants at once; the job's name is
 * `monitoring/<name>`.
 */
export const podMonitors = (): readonly Manifest<IPodMonitor>[] => [
  ...TARGETS.map(({ name, namespace, selector, ...source }) =>
    podMonitor(name, {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: { ...selector } },
      podMetricsEndpoints: [endpoint(source)],
    }),
  ),
  tenantPodMonitor(),
];

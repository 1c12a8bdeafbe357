/** Every third-party chart and image, once. CRD versions of the sandbox stand in sandbox/toolchain. */

export interface ChartVersion {
  readonly chart: string;
  /** Repository URL; undefined when `chart` is an OCI address. */
  readonly repository: string | undefined;
  readonly version: string;
}

const istio = { repository: "https://istio-release.storage.googleapis.com/charts", version: "1.31.0" } as const;

export const CHARTS = {
  istioBase: { chart: "base", ...istio },
  istiod: { chart: "istiod", ...istio },
  istioCni: { chart: "cni", ...istio },
  istioGateway: { chart: "gateway", ...istio },
  certManager: { chart: "oci://quay.io/jetstack/charts/cert-manager", repository: undefined, version: "v1.21.1" },
  kubePrometheusStack: {
    chart: "kube-prometheus-stack",
    repository: "https://prometheus-community.github.io/helm-charts",
    version: "88.5.3",
  },
  eckOperator: { chart: "eck-operator", repository: "https://helm.elastic.co", version: "3.5.0" },
  metricsServer: {
    chart: "metrics-server",
    repository: "https://kubernetes-sigs.github.io/metrics-server",
    version: "3.14.0",
  },
  vpa: { chart: "vpa", repository: "https://charts.fairwinds.com/stable", version: "5.0.0" },
} as const satisfies Readonly<Record<string, ChartVersion>>;

export const IMAGES = {
  postgres: "docker.io/library/postgres:18.3",
  pgbouncer: "docker.io/edoburu/pgbouncer:v1.25.1-p0",
  pgbouncerExporter: "docker.io/prometheuscommunity/pgbouncer-exporter:v0.11.0",
  valkey: "docker.io/valkey/valkey:9.0.2",
  curl: "docker.io/curlimages/curl:8.17.0",
} as const;

/** Versions of the Elastic stack that ECK runs. */
export const ELASTIC_VERSION = "9.3.0";

/** The Pod Security Standard that every tenant namespace enforces is pinned to this minor. */
export const POD_SECURITY_VERSION = "v1.36";

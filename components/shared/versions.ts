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
  karpenterCrd: { chart: "oci://public.ecr.aws/karpenter/karpenter-crd", repository: undefined, version: "1.14.1" },
  karpenter: { chart: "oci://public.ecr.aws/karpenter/karpenter", repository: undefined, version: "1.14.1" },
  loadBalancerController: {
    chart: "aws-load-balancer-controller",
    repository: "https://aws.github.io/eks-charts",
    version: "3.4.3",
  },
  trivyOperator: { chart: "trivy-operator", repository: "https://aquasecurity.github.io/helm-charts", version: "0.36.0" },
} as const satisfies Readonly<Record<string, ChartVersion>>;

export const IMAGES = {
  postgres: "docker.io/library/postgres:18.3",
  pgbouncer: "docker.io/edoburu/pgbouncer:v1.25.1-p0",
  pgbouncerExporter: "docker.io/prometheuscommunity/pgbouncer-exporter:v0.11.0",
  valkey: "docker.io/valkey/valkey:9.0.2",
  curl: "docker.io/curlimages/curl:8.17.0",
  k6: "docker.io/grafana/k6:2.3.0",
} as const;

/** Versions of the Elastic stack that ECK runs. */
export const ELASTIC_VERSION = "9.3.0";

/** The Pod Security Standard that every tenant namespace enforces is pinned to this minor. */
export const POD_SECURITY_VERSION = "v1.36";

/**
 * What EKS runs. The four move together: first the control plane, then the add-ons, then the nodes.
 * Add-ons: `aws eks describe-addon-versions --kubernetes-version 1.36`; images: https://github.com/awslabs/amazon-eks-ami/releases
 */
export const EKS = {
  version: "1.36",
  addons: {
    "vpc-cni": "v1.22.4-eksbuild.3",
    "kube-proxy": "v1.36.0-eksbuild.21",
    coredns: "v1.14.3-eksbuild.16",
    "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
  },
  /** Image of the managed node group, as the EKS API names a release of Amazon Linux 2023. */
  nodeRelease: "1.36.2-20260818",
  /** The same image as Karpenter names it. */
  karpenterImage: "al2023@v20260818",
} as const;

/**
 * Engines that AWS runs. Aurora follows PostgreSQL some months later: `aws rds describe-db-engine-versions --engine aurora-postgresql`;
 * the extensions, syntax and roles that this program uses are the same in 17 and in the 18 that development runs.
 */
export const AWS_ENGINES = {
  auroraPostgresql: "17.7",
  valkey: "9.0",
  /** AWS's function that rotates a PostgreSQL password: `aws serverlessrepo list-application-versions`. */
  rotationFunction: "1.1.671",
} as const;

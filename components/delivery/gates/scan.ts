import type * as k8s from "@pulumi/kubernetes";

/** Namespace of trivy-operator and its scanning jobs. */
export const SCAN_NAMESPACE = "trivy-system";

/** User and group of scanning jobs. */
const USER_ID = 10_001;

/**
 * Values of the chart. Every namespace is scanned but the cloud's own, tenants' among them, so that a new tenant changes
 * nothing here. Without the node collector, which mounts the host's file systems; the nodes' own image is Inspector's.
 */
export const trivyValues = (): Record<string, unknown> => ({
  targetNamespaces: "",
  excludeNamespaces: "kube-system,kube-public,kube-node-lease",
  operator: {
    scanJobsConcurrentLimit: 3,
    // A report that is older is made anew: known vulnerabilities change every day, images do not.
    scannerReportTTL: "24h",
    infraAssessmentScannerEnabled: false,
    // Nobody's Secrets: images are pulled with the scanner's own identity.
    accessGlobalSecretsAndServiceAccount: false,
  },
  compliance: { cron: "0 */6 * * *", reportType: "summary", specs: ["k8s-nsa-1.0", "k8s-pss-restricted-0.1"] },
  serviceMonitor: { enabled: true },
  trivy: { severity: "HIGH,CRITICAL", ignoreUnfixed: true, timeout: "10m0s", disableTelemetry: true },
  trivyOperator: {
    scanJobPodTemplatePodSecurityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      fsGroup: USER_ID,
      seccompProfile: { type: "RuntimeDefault" },
    },
  },
  podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
});

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** What the gate reads in a tenant's namespace: the reports, and which workloads there must be one for. */
export const reportRules = (): PolicyRule[] => [
  { apiGroups: ["aquasecurity.github.io"], resources: ["vulnerabilityreports", "exposedsecretreports"], verbs: ["get", "list"] },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list"] },
];

import type * as k8s from "@pulumi/kubernetes";
import { OVERRIDES_NAME } from "../access/overrides.ts";
import { SPOT_TOLERATION } from "../cluster/karpenter/placement.ts";
import { LABEL_PREFIX, workloadSelector } from "../shared/labels.ts";
import { restrictedContainer, restrictedPod, sha256 } from "../shared/pods.ts";
import type { Context } from "./context.ts";
import { resourceRequirements } from "./namespace.ts";
import { outsideMesh } from "./outsideMesh.ts";
import { imageOf, profileOf, workloadPorts, type Workload } from "./workloads.ts";

type Container = k8s.types.input.core.v1.Container;
type PodSpec = k8s.types.input.core.v1.PodSpec;
type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

export const SETTINGS_NAME = "settings";
export const DATA_ACCESS_NAME = "data-access";

/** Key of the Secret, and file in the pods that connect to the server itself, with the authorities of its certificate. */
export const AUTHORITIES_KEY = "database-ca.crt";
export const AUTHORITIES_FOLDER = "/etc/privatesales/database";

/** User and group of every process of a tenant; its images need none of their own. */
const USER_ID = 10_001;

/** A short hash over plain data; it changes a pod template, or a job's name, exactly when the data does. */
export const hashOf = (value: unknown): string => sha256(JSON.stringify(value)).slice(0, 10);

const probe = (path: string, port: string, periodSeconds: number, failureThreshold: number): k8s.types.input.core.v1.Probe => ({
  httpGet: { path, port },
  periodSeconds,
  failureThreshold,
  timeoutSeconds: 2,
});

/** Names of variables that come from the tenant's Secret, by workload: the storefront reads no database. */
const SECRET_KEYS: Readonly<Record<Workload, readonly string[]>> = {
  storefront: ["CACHE_URL"],
  api: ["DATABASE_URL", "CACHE_URL"],
};

export const fromSecret = (key: string): k8s.types.input.core.v1.EnvVar => ({
  name: key,
  valueFrom: { secretKeyRef: { name: DATA_ACCESS_NAME, key } },
});

function container(context: Context, workload: Workload): Container {
  const { tenant, platform } = context;
  const profile = profileOf(tenant, workload);
  const pods = tenant.plan.pods;
  const resources = workload === "storefront" ? pods.storefront : pods.api[tenant.api.runtime];
  return {
    name: workload,
    image: imageOf(tenant, workload, platform.registry),
    imagePullPolicy: "Always",
    ports: [{ name: "http", containerPort: workloadPorts[workload] }],
    // The later source wins.
    envFrom: [{ configMapRef: { name: SETTINGS_NAME } }, { configMapRef: { name: OVERRIDES_NAME } }],
    env: [
      { name: "PORT", value: String(workloadPorts[workload]) },
      ...Object.entries(profile.env).map(([name, value]) => ({ name, value })),
      ...SECRET_KEYS[workload].map(fromSecret),
    ],
    startupProbe: probe(profile.live, "http", 2, profile.startSeconds / 2),
    livenessProbe: probe(profile.live, "http", 10, 3),
    readinessProbe: probe(profile.ready, "http", 5, 2),
    // The endpoint is taken out of every proxy's list before the process is told to stop.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: resourceRequirements(resources),
    securityContext: restrictedContainer,
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

/** The part of a pod's spec that is the same for all pods of a tenant. */
export function basePodSpec(account: string): Omit<PodSpec, "volumes"> & { volumes: k8s.types.input.core.v1.Volume[] } {
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER_ID),
    containers: [],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
  };
}

/** Pods of a workload. `settings` is the content of the settings ConfigMap: a change rolls the pods. */
export function podTemplate(context: Context, workload: Workload, settings: Readonly<Record<string, string>>): PodTemplate {
  const selector = workloadSelector(context.tenant.id, workload);
  const spread = (topologyKey: string): k8s.types.input.core.v1.TopologySpreadConstraint => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector },
    matchLabelKeys: ["pod-template-hash"],
  });
  return {
    metadata: {
      labels: { ...context.labels, ...selector, "app.kubernetes.io/version": context.tenant.release.version },
      annotations: {
        [`${LABEL_PREFIX}/settings-hash`]: hashOf(settings),
        // The sidecar merges what it finds here into its own metrics, the one place that Prometheus reads.
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(workloadPorts[workload]),
        "prometheus.io/path": profileOf(context.tenant, workload).metrics,
        ...outsideMesh(workload, context.platform),
      },
    },
    spec: {
      ...basePodSpec(workload),
      containers: [container(context, workload)],
      tolerations: [SPOT_TOLERATION],
      terminationGracePeriodSeconds: 35,
      topologySpreadConstraints: [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
    },
  };
}

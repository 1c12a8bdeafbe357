import type * as k8s from "@pulumi/kubernetes";
import { platformLabels, type Labels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { IMAGES } from "../shared/versions.ts";
import { JOB_LABEL } from "../tenant/workloads.ts";
import type { InClusterDatabaseArgs } from "./databaseArgs.ts";
import { allowFrom, ingressPolicy, tenantPods } from "./network.ts";
import { POOLER_SELECTOR } from "./poolerConfig.ts";
import { podResources, restrictedContainer, restrictedPod } from "../shared/pods.ts";

export const POSTGRES_NAME = "postgres";
export const POSTGRES_PORT = 5432;
export const POSTGRES_USER = "postgres";
const SELECTOR: Labels = { "app.kubernetes.io/name": POSTGRES_NAME };

/** User and group `postgres` of the Debian image. */
const USER_ID = 999;

export const postgresMetadata = (): { name: string; namespace: string; labels: Labels } => ({
  name: POSTGRES_NAME,
  namespace: NAMESPACES.data,
  labels: { ...platformLabels("data"), ...SELECTOR },
});

const ready: k8s.types.input.core.v1.Probe = {
  exec: { command: ["pg_isready", "--host=127.0.0.1", `--username=${POSTGRES_USER}`] },
  timeoutSeconds: 5,
};

function container(args: InClusterDatabaseArgs): k8s.types.input.core.v1.Container {
  return {
    name: POSTGRES_NAME,
    image: IMAGES.postgres,
    args: [
      "-c",
      `max_connections=${args.maxConnections ?? 200}`,
      "-c",
      "log_min_duration_statement=1000",
      "-c",
      "log_statement=ddl",
    ],
    env: [
      { name: "POSTGRES_USER", value: POSTGRES_USER },
      { name: "POSTGRES_DB", value: args.database },
      { name: "POSTGRES_PASSWORD_FILE", value: "/run/secrets/postgres/password" },
      { name: "POSTGRES_INITDB_ARGS", value: "--auth-host=scram-sha-256" },
    ],
    ports: [{ name: "postgres", containerPort: POSTGRES_PORT }],
    startupProbe: { ...ready, periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...ready, periodSeconds: 20, failureThreshold: 3 },
    readinessProbe: { ...ready, periodSeconds: 5, failureThreshold: 3 },
    resources: podResources(250, 512),
    securityContext: restrictedContainer,
    volumeMounts: [
      // The image keeps the data below, in a folder per major version.
      { name: "data", mountPath: "/var/lib/postgresql" },
      { name: "run", mountPath: "/var/run/postgresql" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "password", mountPath: "/run/secrets/postgres", readOnly: true },
    ],
  };
}

export function postgresStatefulSet(args: InClusterDatabaseArgs): k8s.apps.v1.StatefulSetArgs {
  return {
    metadata: postgresMetadata(),
    spec: {
      serviceName: POSTGRES_NAME,
      replicas: 1,
      selector: { matchLabels: { ...SELECTOR } },
      template: {
        metadata: {
          labels: {
            ...platformLabels("data"),
            ...SELECTOR,
            // The provider comes from outside the mesh, with no certificate of it.
            "sidecar.istio.io/inject": "false",
          },
        },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: restrictedPod(USER_ID),
          // Long enough for a last checkpoint.
          terminationGracePeriodSeconds: 60,
          containers: [container(args)],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: POSTGRES_NAME } },
            { name: "run", emptyDir: { sizeLimit: "16Mi" } },
            { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
            { name: "password", secret: { secretName: POSTGRES_NAME } },
          ],
        },
      },
    },
  };
}

export const postgresClaim = (args: InClusterDatabaseArgs): k8s.core.v1.PersistentVolumeClaimArgs => ({
  metadata: postgresMetadata(),
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${args.storageGi}Gi` } } },
});

export const postgresService = (args: InClusterDatabaseArgs): k8s.core.v1.ServiceArgs => ({
  metadata: postgresMetadata(),
  spec: {
    type: args.nodePort === undefined ? "ClusterIP" : "NodePort",
    selector: { ...SELECTOR },
    ports: [
      {
        name: "tcp-postgres",
        port: POSTGRES_PORT,
        targetPort: "postgres",
        ...(args.nodePort === undefined ? {} : { nodePort: args.nodePort }),
      },
    ],
  },
});

/** The pooler and the tenants' jobs connect; applications do not, they go through the pooler. */
export function postgresPolicy(args: InClusterDatabaseArgs): k8s.networking.v1.NetworkPolicyArgs {
  const provider = args.nodePort === undefined ? [] : [{ ipBlock: { cidr: args.nodeCidr ?? "172.16.0.0/12" } }];
  return {
    metadata: postgresMetadata(),
    spec: ingressPolicy(SELECTOR, [
      allowFrom(
        POSTGRES_PORT,
        { podSelector: { matchLabels: { ...POOLER_SELECTOR } } },
        tenantPods(JOB_LABEL),
        ...provider,
      ),
    ]),
  };
}

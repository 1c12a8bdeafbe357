import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABEL_PREFIX, platformLabels } from "../shared/labels.ts";
import { IMAGES } from "../shared/versions.ts";
import { podResources, restrictedContainer, restrictedPod, sha256, tcpProbe } from "../shared/pods.ts";
import { POOLER_FILES, POOLER_NAME, POOLER_PORT, POOLER_SELECTOR, POOLER_USERS } from "./poolerConfig.ts";

/** Port of the exporter, for Prometheus. */
export const METRICS_PORT = 9127;

/** Key of the Secret with the password of the login that reads statistics. */
export const STATS_KEY = "stats-password";

/** User and group `postgres` of the Alpine image, and `nobody` of the exporter's. */
const USER_ID = 70;

export interface PoolerPods {
  /** Files of the ConfigMap, by name. */
  readonly config: pulumi.Output<Record<string, string>>;
  readonly users: pulumi.Output<string>;
  /** Port of the server. */
  readonly serverPort: number;
}

const folder = (path: string): string => path.slice(0, path.lastIndexOf("/"));

function pooler(): k8s.types.input.core.v1.Container {
  return {
    name: POOLER_NAME,
    image: IMAGES.pgbouncer,
    // The image's own entry point writes a configuration from variables; ours is complete.
    command: ["pgbouncer", POOLER_FILES.config],
    ports: [{ name: "postgres", containerPort: POOLER_PORT }],
    livenessProbe: tcpProbe("postgres", 10),
    readinessProbe: tcpProbe("postgres", 5),
    resources: podResources(100, 128),
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: folder(POOLER_FILES.config), readOnly: true },
      { name: "users", mountPath: folder(POOLER_FILES.users), readOnly: true },
      { name: "authorities", mountPath: folder(POOLER_FILES.authorities), readOnly: true },
    ],
  };
}

function exporter(): k8s.types.input.core.v1.Container {
  const address = `postgres://${POOLER_USERS.stats}:$(STATS_PASSWORD)@127.0.0.1:${POOLER_PORT}/pgbouncer?sslmode=disable`;
  return {
    name: "exporter",
    image: IMAGES.pgbouncerExporter,
    args: [`--web.listen-address=:${METRICS_PORT}`],
    env: [
      { name: "STATS_PASSWORD", valueFrom: { secretKeyRef: { name: POOLER_NAME, key: STATS_KEY } } },
      { name: "PGBOUNCER_EXPORTER_CONNECTION_STRING", value: address },
    ],
    ports: [{ name: "metrics", containerPort: METRICS_PORT }],
    livenessProbe: tcpProbe("metrics", 20),
    readinessProbe: tcpProbe("metrics", 10),
    resources: podResources(10, 64),
    securityContext: restrictedContainer,
  };
}

/** Pods of the pooler, rolled when its configuration or a password changes. */
export function poolerPodTemplate(pods: PoolerPods): k8s.types.input.core.v1.PodTemplateSpec {
  const config = pods.config.apply((files) => sha256(JSON.stringify(files)));
  return {
    metadata: {
      labels: { ...platformLabels("data"), ...POOLER_SELECTOR },
      annotations: {
        [`${LABEL_PREFIX}/config-hash`]: config,
        // A hash says nothing about a random password, and it has to be readable in a diff.
        [`${LABEL_PREFIX}/users-hash`]: pulumi.unsecret(pods.users.apply(sha256)),
        // The way to the server carries its own TLS; the exporter is scraped from outside the mesh.
        "traffic.sidecar.istio.io/excludeOutboundPorts": String(pods.serverPort),
        "traffic.sidecar.istio.io/excludeInboundPorts": String(METRICS_PORT),
      },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(USER_ID),
      // PgBouncer waits at the end for its clients to go.
      terminationGracePeriodSeconds: 60,
      containers: [pooler(), exporter()],
      volumes: [
        { name: "config", configMap: { name: POOLER_NAME, items: [{ key: "pgbouncer.ini", path: "pgbouncer.ini" }] } },
        { name: "users", secret: { secretName: POOLER_NAME, items: [{ key: "userlist.txt", path: "userlist.txt" }] } },
        {
          name: "authorities",
          configMap: { name: POOLER_NAME, items: [{ key: "ca.crt", path: "ca.crt" }], optional: true },
        },
      ],
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "kubernetes.io/hostname",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { ...POOLER_SELECTOR } },
        },
      ],
    },
  };
}

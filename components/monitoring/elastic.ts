import type * as k8s from "@pulumi/kubernetes";
import type { Environment } from "../../tenants/tenant.ts";
import { restrictedContainer } from "../shared/pods.ts";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels, type Labels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { ELASTIC_VERSION } from "../shared/versions.ts";
import type { IElasticsearch, IKibana, ILogstash } from "./eckTypes.ts";
import { BEATS_PORT, logPipeline } from "./logStreams.ts";

export const ELASTIC = {
  search: "elasticsearch",
  kibana: "kibana",
  logstash: "logstash",
  filebeat: "filebeat",
} as const;

/** Names that ECK gives: the Service of Elasticsearch, its CA, and the Service of Logstash's input. */
export const ELASTIC_SERVICE = `${ELASTIC.search}-es-http`;
export const ELASTIC_AUTHORITY_SECRET = `${ELASTIC.search}-es-http-certs-public`;
export const BEATS_SERVICE = `${ELASTIC.logstash}-ls-beats`;

/** Secrets with the login of the retention job, and its role. */
export const RETENTION_USER_SECRET = "log-retention-user";
export const RETENTION_ROLE_SECRET = "log-retention-role";

/** User and group of Elastic's images. */
const USER_ID = 1000;

export const loggingMetadata = (name: string): { name: string; namespace: string; labels: Labels } => ({
  name,
  namespace: NAMESPACES.logging,
  labels: platformLabels("logging"),
});

const podSecurity: k8s.types.input.core.v1.PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: USER_ID,
  fsGroup: USER_ID,
  seccompProfile: { type: "RuntimeDefault" },
};

/**
 * Elastic's entry points write below their own folders, so the root file system stays writable; nothing else is
 * granted.
 */
const containerSecurity: k8s.types.input.core.v1.SecurityContext = {
  ...restrictedContainer,
  readOnlyRootFilesystem: false,
};

const resources = (cpu: string, memory: string): k8s.types.input.core.v1.ResourceRequirements => ({
  requests: { cpu, memory },
  limits: { memory },
});

const container = (name: string, cpu: string, memory: string): k8s.types.input.core.v1.Container => ({
  name,
  resources: resources(cpu, memory),
  securityContext: containerSecurity,
});

export interface ElasticsearchSize {
  /** Nodes of Elasticsearch; three or more survive the loss of one. */
  readonly nodes: number;
  /** Gibibytes for each node. */
  readonly storageGi: number;
}

export const elasticsearch = ({ nodes, storageGi }: ElasticsearchSize): Manifest<IElasticsearch> => ({
  apiVersion: "elasticsearch.k8s.elastic.co/v1",
  kind: "Elasticsearch",
  metadata: loggingMetadata(ELASTIC.search),
  spec: {
    version: ELASTIC_VERSION,
    auth: { fileRealm: [{ secretName: RETENTION_USER_SECRET }], roles: [{ secretName: RETENTION_ROLE_SECRET }] },
    volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
    nodeSets: [
      {
        name: "default",
        count: nodes,
        // Memory maps need a kernel setting that only a privileged container can make.
        config: { "node.store.allow_mmap": false },
        podTemplate: {
          spec: {
            automountServiceAccountToken: false,
            securityContext: podSecurity,
            containers: [container("elasticsearch", "250m", "2Gi")],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "elasticsearch-data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${storageGi}Gi` } } },
          },
        ],
      },
    ],
  },
});

export const kibana = (): Manifest<IKibana> => ({
  apiVersion: "kibana.k8s.elastic.co/v1",
  kind: "Kibana",
  metadata: loggingMetadata(ELASTIC.kibana),
  spec: {
    version: ELASTIC_VERSION,
    count: 1,
    elasticsearchRef: { name: ELASTIC.search },
    config: { "telemetry.enabled": false },
    podTemplate: {
      spec: {
        automountServiceAccountToken: false,
        securityContext: podSecurity,
        containers: [container("kibana", "100m", "1Gi")],
      },
    },
  },
});

export const logstash = (environment: Environment, replicas: number): Manifest<ILogstash> => ({
  apiVersion: "logstash.k8s.elastic.co/v1alpha1",
  kind: "Logstash",
  metadata: loggingMetadata(ELASTIC.logstash),
  spec: {
    version: ELASTIC_VERSION,
    count: replicas,
    elasticsearchRefs: [{ clusterName: "eck", name: ELASTIC.search }],
    pipelines: [{ "pipeline.id": "tenants", "config.string": logPipeline(environment) }],
    services: [
      {
        name: "beats",
        service: {
          spec: { type: "ClusterIP", ports: [{ name: "tcp-beats", port: BEATS_PORT, targetPort: BEATS_PORT }] },
        },
      },
    ],
    podTemplate: {
      metadata: {
        // In the mesh, for mTLS with Filebeat. Elasticsearch has TLS of its own, and the operator reads the state at
        // 9600.
        labels: { "sidecar.istio.io/inject": "true" },
        annotations: {
          "traffic.sidecar.istio.io/excludeOutboundPorts": "9200",
          "traffic.sidecar.istio.io/excludeInboundPorts": "9600",
        },
      },
      spec: {
        automountServiceAccountToken: false,
        securityContext: podSecurity,
        containers: [container("logstash", "200m", "1500Mi")],
      },
    },
  },
});

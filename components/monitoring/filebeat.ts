import type * as k8s from "@pulumi/kubernetes";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import { restrictedContainer } from "../shared/pods.ts";
import type { Manifest } from "../shared/customResource.ts";
import { NAMESPACES, principal } from "../shared/names.ts";
import { ELASTIC_VERSION } from "../shared/versions.ts";
import type { IBeat } from "./eckTypes.ts";
import { BEATS_SERVICE, ELASTIC, loggingMetadata } from "./elastic.ts";
import { BEATS_PORT } from "./logStreams.ts";

const ACCOUNT = ELASTIC.filebeat;
const CLUSTER_ROLE = "privatesales-filebeat";

/**
 * Reads every container's log by autodiscovery and sends it on. Pods cannot change how they are read: hints, by which
 * an annotation could overwrite fields, the namespace among them, are off.
 */
export const filebeat = (): Manifest<IBeat> => ({
  apiVersion: "beat.k8s.elastic.co/v1beta1",
  kind: "Beat",
  metadata: loggingMetadata(ELASTIC.filebeat),
  spec: {
    type: "filebeat",
    version: ELASTIC_VERSION,
    config: {
      "filebeat.autodiscover": {
        providers: [
          {
            type: "kubernetes",
            node: "${NODE_NAME}",
            hints: { enabled: false },
            templates: [
              {
                config: [
                  {
                    type: "filestream",
                    id: "container-${data.kubernetes.container.id}",
                    paths: ["/var/log/containers/*${data.kubernetes.container.id}.log"],
                    parsers: [{ container: {} }],
                    prospector: { scanner: { symlinks: true, "fingerprint.enabled": true } },
                    file_identity: { fingerprint: {} },
                  },
                ],
              },
            ],
          },
        ],
      },
      "output.logstash": { hosts: [`${BEATS_SERVICE}.${NAMESPACES.logging}.svc:${BEATS_PORT}`] },
    },
    daemonSet: { podTemplate: filebeatPod() },
  },
});

const HOST_PATHS = { "log-containers": "/var/log/containers", "log-pods": "/var/log/pods" } as const;

function filebeatPod(): k8s.types.input.core.v1.PodTemplateSpec {
  const paths = Object.entries(HOST_PATHS);
  return {
    metadata: {
      labels: { "sidecar.istio.io/inject": "true" },
      // The API server is outside the mesh.
      annotations: { "traffic.sidecar.istio.io/excludeOutboundPorts": "443,6443" },
    },
    spec: {
      serviceAccountName: ACCOUNT,
      automountServiceAccountToken: true,
      terminationGracePeriodSeconds: 30,
      // Nodes of every kind have logs.
      tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "filebeat",
          env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
          resources: { requests: { cpu: "50m", memory: "200Mi" }, limits: { memory: "300Mi" } },
          // The kubelet's log files are readable for root only. Root without a single capability, and mounts that are
          // read-only.
          securityContext: { ...restrictedContainer, runAsUser: 0 },
          volumeMounts: paths.map(([name, mountPath]) => ({ name, mountPath, readOnly: true })),
        },
      ],
      volumes: paths.map(([name, path]) => ({ name, hostPath: { path, type: "Directory" } })),
    },
  };
}

/** What Filebeat asks the API server, to know whose log a file is. */
export const filebeatAccess = (): {
  readonly account: k8s.core.v1.ServiceAccountArgs;
  readonly role: k8s.rbac.v1.ClusterRoleArgs;
  readonly binding: k8s.rbac.v1.ClusterRoleBindingArgs;
} => {
  const { labels } = loggingMetadata(CLUSTER_ROLE);
  const verbs = ["get", "list", "watch"];
  return {
    account: { metadata: loggingMetadata(ACCOUNT), automountServiceAccountToken: false },
    role: {
      metadata: { name: CLUSTER_ROLE, labels },
      rules: [
        { apiGroups: [""], resources: ["namespaces", "nodes", "pods"], verbs },
        { apiGroups: ["apps"], resources: ["replicasets"], verbs },
        { apiGroups: ["batch"], resources: ["jobs"], verbs },
      ],
    },
    binding: {
      metadata: { name: CLUSTER_ROLE, labels },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: CLUSTER_ROLE },
      subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: NAMESPACES.logging }],
    },
  };
};

/** The mesh denies by default; Logstash takes logs from Filebeat and from nobody else. */
export const logstashAuthorization = (): Manifest<IAuthorizationPolicy> => ({
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: loggingMetadata(ELASTIC.logstash),
  spec: {
    selector: { matchLabels: { "logstash.k8s.elastic.co/name": ELASTIC.logstash } },
    action: "ALLOW",
    rules: [
      {
        from: [{ source: { principals: [principal(NAMESPACES.logging, ACCOUNT)] } }],
        to: [{ operation: { ports: [String(BEATS_PORT)] } }],
      },
    ],
  },
});

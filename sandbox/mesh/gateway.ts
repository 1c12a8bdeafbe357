import type { ServerCommand } from "../process.ts";
import { istiodAddress } from "./istiod.ts";
import type { MeshPorts } from "./ports.ts";
import type { Release } from "./releases.ts";

/** What the chart's `name` becomes as the value of the label `istio`, which Gateway objects select by. */
const selectorOf = ({ name }: Release): string => name.replace(/^istio-/, "");

/** What shoppers' clients use without naming it. */
export const PUBLIC_PORTS = { http: 80, https: 443 } as const;

export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Part of its path: an object's kind in the plural. */
export interface AppliedObject {
  readonly path: string;
  readonly object: ApiObject;
}

const label = { "app.kubernetes.io/managed-by": "privatesales-sandbox" } as const;

/**
 * What the gateway's chart would make, as far as the mesh reads it: its identity, its right to read the certificates in its
 * namespace, its Service, and one pod, which gives it an address.
 */
export function gatewayObjects(release: Release): readonly AppliedObject[] {
  const { name, namespace } = release;
  const labels = { ...label, app: name, istio: selectorOf(release) };
  const at = (group: string, plural: string): string => `${group}/namespaces/${namespace}/${plural}/${name}`;
  const core = "/api/v1";
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const metadata = { name, namespace, labels };
  return [
    { path: at(core, "serviceaccounts"), object: { apiVersion: "v1", kind: "ServiceAccount", metadata } },
    {
      path: at(rbac, "roles"),
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata,
        rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "watch", "list"] }],
      },
    },
    {
      path: at(rbac, "rolebindings"),
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ kind: "ServiceAccount", name, namespace }],
      },
    },
    {
      path: at(core, "services"),
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: {
          selector: { istio: selectorOf(release) },
          ports: [
            { name: "http2", port: PUBLIC_PORTS.http, targetPort: PUBLIC_PORTS.http, protocol: "TCP" },
            { name: "https", port: PUBLIC_PORTS.https, targetPort: PUBLIC_PORTS.https, protocol: "TCP" },
          ],
        },
      },
    },
    { path: at(core, "pods"), object: { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(name) } },
  ];
}

const podSpec = (name: string): Readonly<Record<string, unknown>> => ({
  serviceAccountName: name,
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 1337, runAsGroup: 1337, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "istio-proxy",
      image: "docker.io/istio/proxyv2:1.31.0",
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "1Gi" } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    },
  ],
});

/**
 * Istio puts its metrics filter into every listener, and upstream Envoy refuses the listener for it. Taking it out costs the
 * mesh's request metrics and nothing else.
 */
export function upstreamEnvoyFilter(rootNamespace: string): AppliedObject {
  const name = "sandbox-upstream-envoy";
  const patch = { operation: "REMOVE" };
  return {
    path: `/apis/networking.istio.io/v1alpha3/namespaces/${rootNamespace}/envoyfilters/${name}`,
    object: {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name, namespace: rootNamespace, labels: label },
      spec: {
        configPatches: [
          {
            applyTo: "HTTP_FILTER",
            match: { listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager", subFilter: { name: "istio.stats" } } } } },
            patch,
          },
          { applyTo: "NETWORK_FILTER", match: { listener: { filterChain: { filter: { name: "istio.stats" } } } }, patch },
        ],
      },
    },
  };
}

/**
 * Envoy opens the public ports on every address of its machine, which in a cluster is the pod. Here that machine is shared: it is
 * to listen on the pod's address, so that each sandbox has ports 80 and 443 of its own and redirects name no other port.
 */
export function ownAddressFilter({ name, namespace }: Release, address: string): AppliedObject {
  const filter = "sandbox-own-address";
  return {
    path: `/apis/networking.istio.io/v1alpha3/namespaces/${namespace}/envoyfilters/${filter}`,
    object: {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: filter, namespace, labels: label },
      spec: {
        workloadSelector: { labels: { app: name } },
        configPatches: Object.values(PUBLIC_PORTS).map((portNumber) => ({
          applyTo: "LISTENER",
          match: { context: "GATEWAY", listener: { portNumber } },
          patch: { operation: "MERGE", value: { address: { socket_address: { address, port_value: portNumber } } } },
        })),
      },
    },
  };
}

export interface GatewayFiles {
  readonly agent: string;
  readonly envoy: string;
  /** The agent's working folder; it finds token and root certificate below it. */
  readonly folder: string;
  readonly bootstrap: string;
  readonly envoyFolder: string;
}

/** The gateway: Istio's agent, which fetches certificates and configuration and starts Envoy. */
export function gatewayCommand(files: GatewayFiles, release: Release, ports: MeshPorts, address: string): ServerCommand {
  const { name, namespace } = release;
  const proxyConfig = {
    discoveryAddress: istiodAddress(ports),
    binaryPath: files.envoy,
    configPath: files.envoyFolder,
    proxyAdminPort: ports.gatewayAdmin,
    statusPort: ports.gatewayAgent,
    concurrency: 2,
    terminationDrainDuration: "1s",
  };
  return {
    file: files.agent,
    args: ["proxy", "router", "--domain", `${namespace}.svc.cluster.local`, "--templateFile", files.bootstrap, "--profiling=false"],
    cwd: files.folder,
    env: {
      PATH: process.env["PATH"],
      HOME: files.folder,
      PROXY_CONFIG: JSON.stringify(proxyConfig),
      POD_NAME: name,
      POD_NAMESPACE: namespace,
      INSTANCE_IP: address,
      SERVICE_ACCOUNT: name,
      ISTIO_META_CLUSTER_ID: "Kubernetes",
      ISTIO_METAJSON_LABELS: JSON.stringify({ app: name, istio: selectorOf(release) }),
      JWT_POLICY: "third-party-jwt",
      PILOT_CERT_PROVIDER: "istiod",
      CA_ADDR: istiodAddress(ports),
      TRUST_DOMAIN: "cluster.local",
      // Else it asks the clouds' metadata services which of them it is in.
      CLOUD_PLATFORM: "none",
      ENVOY_STATUS_PORT: String(ports.gatewayStatus),
      ENVOY_PROMETHEUS_PORT: String(ports.gatewayMetrics),
    },
  };
}

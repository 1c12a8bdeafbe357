import type { PodResources, Range } from "../../tenants/tenant.ts";
import { TENANT_LABEL } from "../shared/labels.ts";
import { NAMESPACES, serviceHost } from "../shared/names.ts";

/** How traffic from outside reaches the gateway's pods. */
export type IngressService =
  /** A load balancer of the cloud; annotations choose and configure it. */
  | { readonly kind: "loadBalancer"; readonly annotations: Readonly<Record<string, string>> }
  /** None of Kubernetes's own making: whoever has one registers the gateway's pods with it. */
  | { readonly kind: "targetGroup" }
  /** Fixed ports on every node, 30000 to 32767: kind maps them to ports 80 and 443 of the machine. */
  | { readonly kind: "nodePort"; readonly http: number; readonly https: number };

/** Of the gateway's release, its Service, its service account; without `istio-` it is the value of the `istio` label. */
export const GATEWAY_RELEASE = "istio-ingress";

/** Name of the gateway's Service inside the cluster. */
export const GATEWAY_HOST = serviceHost(GATEWAY_RELEASE, NAMESPACES.ingress);

/** What a Gateway selects the shared ingress gateway's pods by. */
export const GATEWAY_SELECTOR = { istio: "ingress" } as const;

/** The mesh's name in every workload's certificate; `principal()` and all policies are written with it. */
export const TRUST_DOMAIN = "cluster.local";

/** Where the released images are, named here so that the admission policies' list of registries holds whatever the chart says. */
export const ISTIO_HUB = "docker.io/istio";

/** Tag of every request metric of the mesh. */
export const TENANT_TAG = "tenant";

const quantities = (amount: PodResources["requests"]): Record<string, string> => ({
  cpu: `${amount.cpuMilli}m`,
  memory: `${amount.memoryMi}Mi`,
});

/** What is the same for every workload of the mesh: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ */
export function meshConfig(): Record<string, unknown> {
  return {
    trustDomain: TRUST_DOMAIN,
    rootNamespace: NAMESPACES.mesh,
    enableAutoMtls: true,
    // A workload that is taken over can call only what the mesh knows.
    outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
    accessLogFile: "/dev/stdout",
    accessLogEncoding: "JSON",
    // One scrape of port 15020 gives the sidecar's metrics and the application's.
    enablePrometheusMerge: true,
    defaultConfig: { extraStatTags: [TENANT_TAG] },
  };
}

export interface IstiodSize {
  /** Replicas of istiod. */
  readonly replicas: number;
  /** Resources of the sidecar of every pod of the mesh. */
  readonly sidecar: PodResources;
}

export function istiodValues({ replicas, sidecar }: IstiodSize): Record<string, unknown> {
  return {
    autoscaleEnabled: false,
    replicaCount: replicas,
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "2Gi" } },
    seccompProfile: { type: "RuntimeDefault" },
    // The CNI plugin sets up redirection; an init container that does it needs NET_ADMIN, which `restricted` refuses.
    cni: { enabled: true },
    env: {
      // Sidecars as init containers with `restartPolicy: Always`: a Job ends although its sidecar runs.
      ENABLE_NATIVE_SIDECARS: "true",
      // A Gateway object in a tenant's namespace cannot attach itself to the shared gateway's pods.
      PILOT_SCOPE_GATEWAY_TO_NAMESPACE: "true",
      // The label travels with each call, so that the gateway knows the tenant that answered.
      PILOT_MX_ADDITIONAL_LABELS: TENANT_LABEL,
    },
    meshConfig: meshConfig(),
    global: {
      hub: ISTIO_HUB,
      istioNamespace: NAMESPACES.mesh,
      logAsJson: true,
      // As tenants' own containers: admission asks for it.
      imagePullPolicy: "Always",
      proxy: {
        resources: { requests: quantities(sidecar.requests), limits: quantities(sidecar.limits) },
        seccompProfile: { type: "RuntimeDefault" },
      },
      // With one replica a budget of one available pod blocks every drain of its node.
      defaultPodDisruptionBudget: { enabled: replicas > 1 },
    },
  };
}

export function cniValues(): Record<string, unknown> {
  return {
    global: { hub: ISTIO_HUB },
    resources: { requests: { cpu: "50m", memory: "100Mi" } },
    excludeNamespaces: ["kube-system", NAMESPACES.mesh],
  };
}

/** CloudFront adds the shopper's address to X-Forwarded-For; one proxy is believed, and no address before its own. */
const BEHIND_CLOUDFRONT = { "proxy.istio.io/config": JSON.stringify({ gatewayTopology: { numTrustedProxies: 1 } }) };

function serviceValues(service: IngressService): Record<string, unknown> {
  switch (service.kind) {
    case "loadBalancer":
      return { type: "LoadBalancer", annotations: { ...service.annotations } };
    case "targetGroup":
      return { type: "ClusterIP" };
    case "nodePort": {
      // The container's ports equal the public ones: a redirect names the port that the gateway listens on.
      const ports = [
        { name: "http2", port: 80, targetPort: 80, nodePort: service.http, protocol: "TCP" },
        { name: "https", port: 443, targetPort: 443, nodePort: service.https, protocol: "TCP" },
      ];
      return { type: "NodePort", ports };
    }
  }
}

export function gatewayValues(replicas: Range, service: IngressService): Record<string, unknown> {
  return {
    service: serviceValues(service),
    autoscaling: { enabled: true, minReplicas: replicas.min, maxReplicas: replicas.max, targetCPUUtilizationPercentage: 70 },
    ...(replicas.min > 1 ? { podDisruptionBudget: { minAvailable: replicas.min - 1 } } : {}),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "2000m", memory: "1024Mi" } },
    // The sysctl is the chart's own default, which naming a securityContext replaces.
    securityContext: {
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...GATEWAY_SELECTOR } },
      },
    ],
    ...(service.kind === "targetGroup" ? { podAnnotations: BEHIND_CLOUDFRONT } : {}),
    // Longer than a load balancer takes to stop sending, so that no request meets a closed port.
    terminationGracePeriodSeconds: 60,
  };
}

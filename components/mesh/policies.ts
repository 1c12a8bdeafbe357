import type { IEnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3/EnvoyFilter";
import type { IServiceEntry } from "@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry";
import type { ISidecar } from "@kubernetes-models/istio/networking.istio.io/v1/Sidecar";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import type { IPeerAuthentication } from "@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication";
import type { ITelemetry } from "@kubernetes-models/istio/telemetry.istio.io/v1/Telemetry";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels, TENANT_LABEL } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { GATEWAY_SELECTOR, TENANT_TAG } from "./values.ts";

/** Objects in the mesh's root namespace without a selector hold for every workload of the mesh. */
const root = (name: string): Manifest<IPeerAuthentication>["metadata"] => ({
  name,
  namespace: NAMESPACES.mesh,
  labels: platformLabels("mesh"),
});

/** Istio: workloads accept nothing but mTLS; the default, PERMISSIVE, accepts plain text as well. No port is left out. */
export const strictMtls = (): Manifest<IPeerAuthentication> => ({
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: root("default"),
  spec: { mtls: { mode: "STRICT" } },
});

/** Istio: mTLS says who calls, not who may. A policy without rules allows nothing; each namespace then allows by principal. */
export const denyByDefault = (): Manifest<IAuthorizationPolicy> => ({
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: root("deny-all"),
  spec: {},
});

/** The gateway is where the public comes in, so it allows every host; what a host is routed to is the VirtualServices' say. */
export const allowIngress = (): Manifest<IAuthorizationPolicy> => ({
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: { name: "ingress", namespace: NAMESPACES.ingress, labels: platformLabels("mesh") },
  spec: {
    selector: { matchLabels: { ...GATEWAY_SELECTOR } },
    action: "ALLOW",
    rules: [{ to: [{ operation: { hosts: ["*"] } }] }],
  },
});

/**
 * Envoy: makes rate limits possible at the gateway. The filter limits nothing by itself; each tenant's route brings its numbers.
 */
export const gatewayRateLimits = (): Manifest<IEnvoyFilter> => ({
  apiVersion: "networking.istio.io/v1alpha3",
  kind: "EnvoyFilter",
  metadata: { name: "rate-limits", namespace: NAMESPACES.ingress, labels: platformLabels("mesh") },
  spec: {
    // After every filter that only inserts first, so that the place before the router does not hang on who was created when.
    priority: 10,
    workloadSelector: { labels: { ...GATEWAY_SELECTOR } },
    configPatches: [
      {
        applyTo: "HTTP_FILTER",
        match: {
          context: "GATEWAY",
          listener: {
            filterChain: { filter: { name: "envoy.filters.network.http_connection_manager", subFilter: { name: "envoy.filters.http.router" } } },
          },
        },
        patch: {
          operation: "INSERT_BEFORE",
          value: {
            name: "envoy.filters.http.local_ratelimit",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
              stat_prefix: "tenant_rate_limit",
            },
          },
        },
      },
    ],
  },
});

/**
 * Istio: what a sidecar knows of the mesh. Without it each proxy holds every tenant's endpoints, which costs memory with
 * the square of the tenants and shows their names. A namespace may narrow it with a Sidecar of its own.
 */
export const sidecarScope = (): Manifest<ISidecar> => ({
  apiVersion: "networking.istio.io/v1",
  kind: "Sidecar",
  metadata: root("default"),
  spec: {
    egress: [{ hosts: ["./*", `${NAMESPACES.mesh}/*`, `${NAMESPACES.data}/*`, `${NAMESPACES.monitoring}/*`] }],
    outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  },
});

/**
 * Istio: S3 is no service of the mesh, and has too many addresses to resolve; the name in the TLS handshake is enough. Which pods
 * get there, the network policies say.
 */
export const objectStorage = (region: string): Manifest<IServiceEntry> => ({
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: root("object-storage"),
  spec: {
    hosts: [`s3.${region}.amazonaws.com`, `*.s3.${region}.amazonaws.com`],
    location: "MESH_EXTERNAL",
    resolution: "NONE",
    ports: [{ number: 443, name: "tls", protocol: "TLS" }],
  },
});

/**
 * Istio: access logs, and the tenant on every request metric. A server tags with its own label; a client, the gateway
 * above all, with the label of the workload that answered, which metadata exchange brings along.
 */
export const telemetry = (): Manifest<ITelemetry> => ({
  apiVersion: "telemetry.istio.io/v1",
  kind: "Telemetry",
  metadata: root("default"),
  spec: {
    accessLogging: [{ providers: [{ name: "envoy" }] }],
    metrics: [
      {
        providers: [{ name: "prometheus" }],
        overrides: [
          {
            match: { metric: "ALL_METRICS", mode: "SERVER" },
            tagOverrides: { [TENANT_TAG]: { value: `xds.node.metadata['LABELS']['${TENANT_LABEL}']` } },
          },
          {
            match: { metric: "ALL_METRICS", mode: "CLIENT" },
            tagOverrides: { [TENANT_TAG]: { value: `filter_state.upstream_peer.labels['${TENANT_LABEL}']` } },
          },
        ],
      },
    ],
  },
});

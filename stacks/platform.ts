import { homedir } from "node:os";
import type * as pulumi from "@pulumi/pulumi";
import { Addons } from "../components/cluster/addons.ts";
import { Cluster } from "../components/cluster/cluster.ts";
import { ControlPlane } from "../components/controlPlane.ts";
import { Cache } from "../components/data/cache.ts";
import { Credentials } from "../components/data/credentials.ts";
import { Database } from "../components/data/database.ts";
import { DataNamespace } from "../components/data/dataNamespace.ts";
import { Pooler } from "../components/data/pooler.ts";
import { Certificates } from "../components/mesh/certificates.ts";
import { Gateway } from "../components/mesh/gateway.ts";
import { Istio } from "../components/mesh/istio.ts";
import { Logging } from "../components/monitoring/logging.ts";
import { Prometheus } from "../components/monitoring/prometheus.ts";
import { Admission } from "../components/security/admission.ts";
import { hostsOf } from "../tenants/hosts.ts";
import { SIDECAR } from "../tenants/plans.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { alertsOf } from "./alerts.ts";
import type { StackConfig } from "./config.ts";
import { authoritiesOf, databaseArgs, poolerConnections } from "./database.ts";

/** The parts of the platform that tenants stand on. */
export interface Platform {
  readonly cluster: Cluster;
  readonly controlPlane: ControlPlane;
  readonly istio: Istio;
  readonly gateway: Gateway;
  readonly prometheus: Prometheus;
  readonly credentials: Credentials;
  readonly database: Database;
  readonly pooler: Pooler;
  readonly cache: Cache;
  /** What every tenant waits for. */
  readonly ready: readonly pulumi.Resource[];
}

/** `~/` as a shell reads it; the plugin takes the path as it is. */
const expandHome = (path: string): string => path.replace(/^~(?=\/)/, homedir());

interface Inputs {
  readonly config: StackConfig;
  readonly tenants: readonly Tenant[];
  /** Options of every component. */
  readonly everywhere: pulumi.ComponentResourceOptions;
  /** Options of every component on the cluster. */
  readonly onCluster: pulumi.ComponentResourceOptions;
}

/** Tenants that have pods, or whose pods come back without a deployment. */
const connected = (tenants: readonly Tenant[]): readonly Tenant[] =>
  tenants.filter(({ state }) => state === "active" || state === "suspended");

/** Declares everything that exists once a stack. Each part receives the earlier ones as named values; `watch` sees all resources. */
export function declarePlatform(
  config: StackConfig,
  stack: string,
  tenants: readonly Tenant[],
  watch: pulumi.ResourceTransformation,
): Platform {
  const { kubeconfig, context } = config.cluster;
  const everywhere = { transformations: [watch] };
  const cluster = new Cluster(
    "cluster",
    {
      kind: "kubeconfig",
      kubeconfig: expandHome(kubeconfig),
      ...(context === undefined ? {} : { context }),
      identifier: `privatesales-${stack}`,
    },
    everywhere,
  );
  const inputs: Inputs = { config, tenants, everywhere, onCluster: { ...everywhere, provider: cluster.provider } };
  const mesh = declareMesh(inputs);
  const operations = declareOperations(inputs, mesh.istio);
  const data = declareData(inputs, mesh.istio);
  const ready = [...Object.values(mesh), ...Object.values(operations), data.database].flatMap((part) => part.ready);
  return { cluster, ...mesh, ...operations, ...data, ready };
}

function declareMesh({ config, tenants, onCluster }: Inputs): Pick<Platform, "istio" | "gateway"> & { readonly certificates: Certificates } {
  const { charts, mesh, domain } = config;
  const istio = new Istio(
    "istio",
    {
      charts,
      replicas: mesh.istiodReplicas,
      gatewayReplicas: mesh.gatewayReplicas,
      ingress: mesh.ingress,
      sidecar: SIDECAR,
    },
    onCluster,
  );
  const certificates = new Certificates(
    "certificates",
    { charts, issuer: { kind: config.certificates.issuer }, replicas: config.certificates.replicas },
    onCluster,
  );
  const gateway = new Gateway(
    "gateway",
    {
      domain,
      http: mesh.http,
      issuer: certificates.issuer,
      ownDomains: connected(tenants).flatMap(({ id, hosts }) => hosts.domains.map(({ host }) => ({ tenant: id, host }))),
      tenants: tenants.map((tenant) => ({ id: tenant.id, primaryHost: hostsOf(tenant, domain).primary, state: tenant.state })),
      after: [...istio.ready, ...certificates.ready],
    },
    onCluster,
  );
  return { istio, certificates, gateway };
}

function declareOperations({ config, tenants, onCluster }: Inputs, istio: Istio): Pick<Platform, "controlPlane" | "prometheus"> & {
  readonly addons: Addons;
  readonly admission: Admission;
  readonly logging: Logging;
} {
  const { charts, images, monitoring } = config;
  const registry = tenants.map((tenant) => ({
    id: tenant.id,
    tier: tenant.tier,
    state: tenant.state,
    ring: tenant.release.ring,
    hosts: hostsOf(tenant, config.domain).all,
  }));
  return {
    addons: new Addons("addons", { charts, kubeletTls: config.cluster.kubeletTls }, onCluster),
    admission: new Admission(
      "admission",
      { registries: [images.registry, ...images.allowed], deployers: config.access.deployers },
      onCluster,
    ),
    controlPlane: new ControlPlane("control-plane", { settings: config.settings, registry }, onCluster),
    prometheus: new Prometheus(
      "prometheus",
      {
        charts,
        replicas: monitoring.replicas,
        retentionDays: monitoring.retentionDays,
        storageGi: monitoring.storageGi,
        ...(monitoring.grafanaHost === undefined ? {} : { grafanaHost: monitoring.grafanaHost }),
        alerts: alertsOf(config),
      },
      onCluster,
    ),
    logging: new Logging(
      "logging",
      {
        charts,
        environment: config.environment,
        ...config.logging,
        tenants: tenants.filter(({ state }) => state !== "purged"),
      },
      { ...onCluster, dependsOn: [...istio.ready] },
    ),
  };
}

function declareData({ config, tenants, everywhere, onCluster }: Inputs, istio: Istio): Pick<Platform, "credentials" | "database" | "pooler" | "cache"> {
  const users = connected(tenants);
  const credentials = new Credentials(
    "credentials",
    { tenants: tenants.filter(({ state }) => state !== "purged") },
    everywhere,
  );
  const dataNamespace = new DataNamespace("data", onCluster);
  const { namespace } = dataNamespace;
  const inData = { ...onCluster, dependsOn: [...dataNamespace.ready, ...istio.ready] };
  const database = new Database("database", databaseArgs(config), inData);
  const pooler = new Pooler(
    "pooler",
    {
      namespace,
      database: { host: database.host, port: database.port, name: database.database, tls: database.sslmode },
      ...authoritiesOf(config),
      tenants: users,
      credentials,
      replicas: config.pooler.replicas,
      serverConnections: poolerConnections(config.database.maxConnections, users.length),
    },
    inData,
  );
  const cache = new Cache("cache", { namespace, tenants: users, credentials, memoryMi: config.cache.memoryMi }, inData);
  return { credentials, database, pooler, cache };
}

import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster/cluster.ts";
import type { ControlPlane } from "../components/controlPlane.ts";
import type { Credentials } from "../components/data/credentials.ts";
import type { Database } from "../components/data/database.ts";
import type { Pooler } from "../components/data/pooler.ts";
import type { Edge } from "../components/edge/edge.ts";
import type { Gateway } from "../components/mesh/gateway.ts";
import type { IssuerChoice } from "../components/mesh/issuers.ts";
import type { Istio } from "../components/mesh/istio.ts";
import type { Prometheus } from "../components/monitoring/prometheus.ts";
import type { TenantPlatform } from "../components/tenant/context.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { declareManagedCache, type Foundation } from "./aws/foundation.ts";
import { declareCapacity, declareEdge } from "./aws/onCluster.ts";
import { declareTenantCloud } from "./aws/tenantCloud.ts";
import type { StackConfig } from "./config.ts";
import { auroraServer, databaseServer } from "./database.ts";
import { declareCredentials, declareData, type AnyCache } from "./parts/data.ts";
import type { Inputs } from "./parts/inputs.ts";
import { declareGateway, declareIstio } from "./parts/mesh.ts";
import { declareOperations } from "./parts/operations.ts";
import { expandHome } from "./paths.ts";

/** The parts of the platform that tenants stand on. */
export interface Platform {
  readonly cluster: Cluster;
  readonly controlPlane: ControlPlane;
  readonly istio: Istio;
  readonly gateway: Gateway;
  readonly prometheus: Prometheus;
  readonly credentials: Credentials;
  readonly database: Database;
  /** PEM of whoever signed the database's certificate, where it is checked. */
  readonly authorities: { readonly authorities?: string };
  readonly pooler: Pooler;
  readonly cache: AnyCache;
  readonly edge: Edge | undefined;
  /** What of AWS a tenant's pods reach; undefined where nothing stands there. */
  readonly cloud: TenantPlatform["cloud"];
  /** Declares what a tenant owns in AWS, and returns what its pods wait for; undefined where nothing stands there. */
  readonly declareCloud: ((tenant: Tenant) => readonly pulumi.Resource[]) | undefined;
  /** Bucket of the tenants' dumps, as the tool that writes them is told; undefined where nothing stands in AWS. */
  readonly dumpStore: string | undefined;
  /** What every tenant waits for. */
  readonly ready: readonly pulumi.Resource[];
}

function declareCluster(config: StackConfig, stack: string, foundation: Foundation | undefined, everywhere: pulumi.ComponentResourceOptions): Cluster {
  const identifier = `privatesales-${stack}`;
  const { cluster } = config;
  if (foundation !== undefined) {
    const { eks } = foundation.networks;
    return new Cluster("cluster", { kubeconfig: eks.kubeconfig, identifier, after: eks.ready }, everywhere);
  }
  if (cluster.kind === "eks") throw new Error("a cluster of kind eks is made in AWS, and this stack has nothing there");
  const { kubeconfig, context } = cluster;
  return new Cluster("cluster", { kubeconfig: expandHome(kubeconfig), ...(context === undefined ? {} : { context }), identifier, after: [] }, everywhere);
}

/** Edge and issuer belong together: certificates that browsers trust are proved in the edge's zones. */
function declareEntry(
  inputs: Inputs,
  cluster: Cluster,
  istio: Istio,
  foundation: Foundation | undefined,
): { readonly edge: Edge | undefined; readonly issuer: IssuerChoice; readonly after: readonly pulumi.Resource[] } {
  const { config, tenants } = inputs;
  const { dns, certificates } = config;
  if (foundation === undefined || dns.kind === "none") return { edge: undefined, issuer: { kind: "selfSigned" }, after: [] };
  const { account, networks, operations } = foundation;
  const { edge, proving } = declareEdge(account, cluster.provider, config, dns, { networks, operations, tenants, gateway: istio.ready });
  if (certificates.issuer === "selfSigned") return { edge, issuer: { kind: "selfSigned" }, after: [] };
  const issuer = {
    kind: "acmeDns01",
    email: certificates.email,
    region: account.names.region,
    domain: config.domain,
    hostedZoneId: edge.zones.domainId,
    delegationZoneId: edge.zones.loadBalancerId,
  } as const;
  return { edge, issuer, after: proving.ready };
}

/** Declares everything that exists once a stack. Each part receives the earlier ones as named values; `watch` sees all resources. */
export function declarePlatform(
  config: StackConfig,
  stack: string,
  tenants: readonly Tenant[],
  watch: pulumi.ResourceTransformation,
  foundation: Foundation | undefined,
): Platform {
  const everywhere = { transformations: [watch] };
  const cluster = declareCluster(config, stack, foundation, everywhere);
  const inputs: Inputs = { config, tenants, everywhere, onCluster: { ...everywhere, provider: cluster.provider } };
  const capacity = foundation === undefined ? [] : declareCapacity(foundation.account, cluster.provider, foundation.networks, foundation.cluster, config);
  const istio = declareIstio(inputs);
  const { edge, issuer, after } = declareEntry(inputs, cluster, istio, foundation);
  const mesh = declareGateway(inputs, istio, issuer, after);
  const operations = declareOperations(inputs, istio);
  const credentials = declareCredentials(inputs);
  const aurora = foundation?.aurora;
  const regions = [config.aws?.region, config.aws?.secondRegion.region].filter((region) => region !== undefined);
  const server = aurora === undefined ? databaseServer(config) : auroraServer(aurora, regions);
  const managedCache = foundation === undefined ? undefined : declareManagedCache(foundation, config, tenants, credentials);
  const data = declareData(inputs, istio, credentials, server, managedCache);
  const { addons, admission, controlPlane, prometheus, logging } = operations;
  const parts = [istio, mesh.certificates, mesh.gateway, addons, admission, controlPlane, prometheus, logging, data.database];
  return {
    cluster,
    istio,
    ...mesh,
    ...operations,
    ...data,
    edge,
    authorities: server.authorities,
    cloud: foundation === undefined ? undefined : { objectStorage: foundation.networks.main.objectStorageCidrs },
    declareCloud: foundation === undefined ? undefined : (tenant) => declareTenantCloud(foundation, tenant),
    dumpStore: foundation === undefined ? undefined : `s3://${foundation.storage.dumpsBucket}?region=${foundation.account.names.region}`,
    ready: [...capacity, ...parts.flatMap((part) => part.ready)],
  };
}

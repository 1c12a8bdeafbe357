import { Certificates } from "../../components/mesh/certificates.ts";
import { Gateway } from "../../components/mesh/gateway.ts";
import { Istio } from "../../components/mesh/istio.ts";
import type { IssuerChoice } from "../../components/mesh/issuers.ts";
import { hostsOf } from "../../tenants/hosts.ts";
import { SIDECAR } from "../../tenants/plans.ts";
import { isOpen } from "../../tenants/tenant.ts";
import type { Inputs } from "./inputs.ts";
import type * as pulumi from "@pulumi/pulumi";

export function declareIstio({ config, onCluster }: Inputs): Istio {
  const { charts, mesh } = config;
  const { istiodReplicas: replicas, gatewayReplicas, ingress } = mesh;
  return new Istio("istio", { charts, replicas, gatewayReplicas, ingress, sidecar: SIDECAR, objectStorageRegion: config.aws?.region }, onCluster);
}

/** cert-manager, and the gateway that its certificates are for. `after` is what cert-manager waits for. */
export function declareGateway(
  { config, tenants, onCluster }: Inputs,
  istio: Istio,
  issuer: IssuerChoice,
  after: readonly pulumi.Resource[],
): { readonly certificates: Certificates; readonly gateway: Gateway } {
  const { charts, mesh, domain } = config;
  const certificates = new Certificates("certificates", { charts, issuer, replicas: config.certificates.replicas, after }, onCluster);
  const gateway = new Gateway(
    "gateway",
    {
      domain,
      http: mesh.http,
      issuer: certificates.issuer,
      ownDomains: tenants.filter(isOpen).flatMap(({ id, hosts }) => hosts.domains.map(({ host }) => ({ tenant: id, host }))),
      tenants: tenants.map((tenant) => ({ id: tenant.id, primaryHost: hostsOf(tenant, domain).primary, state: tenant.state })),
      after: [...istio.ready, ...certificates.ready],
    },
    onCluster,
  );
  return { certificates, gateway };
}

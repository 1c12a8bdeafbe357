import * as k8s from "@pulumi/kubernetes";
import type { IGateway } from "@kubernetes-models/istio/networking.istio.io/v1/Gateway";
import type { IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import * as pulumi from "@pulumi/pulumi";
import { customResource, type Manifest, type TypedManifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES, tenantNamespace } from "../shared/names.ts";
import { serverCertificate } from "./issuers.ts";
import { byTenant, gatewayServers, ownDomainSecret, WILDCARD_SECRET, type HttpMode, type OwnDomainHost } from "./servers.ts";
import { GATEWAY_SELECTOR } from "./values.ts";
import { SHARED_GATEWAY, unknownHosts, wwwRoutes, type VirtualServiceSpec, type WwwTenant } from "./www.ts";

export interface GatewayArgs {
  /** The stack's domain, e.g. `privatesales.co.kr`; tenants' hosts are one label below it. */
  readonly domain: string;
  readonly http: HttpMode;
  /** Name of the ClusterIssuer that signs the certificates. */
  readonly issuer: string;
  /** Own domains of the tenants that serve. */
  readonly ownDomains: readonly OwnDomainHost[];
  /** Every tenant of the stack, for `www`; those without workloads are left out by their state. */
  readonly tenants: readonly WwwTenant[];
  /** What must be there first: the mesh and the issuer. */
  readonly after: readonly pulumi.Resource[];
}

/** The public entry: one Istio Gateway for all tenants, its certificates, `www`, and an answer for hosts that nobody has. */
export class Gateway extends pulumi.ComponentResource {
  /** `<namespace>/<name>` of the Istio Gateway, as a VirtualService in another namespace names it. */
  readonly gateway = SHARED_GATEWAY;
  /** What must be there before a tenant's routes are declared. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:mesh:Gateway", name, {}, opts);
    const { domain, http, issuer, ownDomains, tenants } = args;
    const declare = <T extends TypedManifest>(part: string, manifest: Manifest<T>, ...earlier: pulumi.Resource[]): pulumi.Resource =>
      new k8s.apiextensions.CustomResource(`${name}-${part}`, customResource<T>(manifest), {
        parent: this,
        dependsOn: [...args.after, ...earlier],
      });

    const wildcard = serverCertificate("wildcard-privatesales", WILDCARD_SECRET, issuer, [`*.${domain}`, domain]);
    const certificates = [
      declare("wildcard", wildcard),
      ...byTenant(ownDomains).map(({ tenant, hosts }) =>
        declare(`certificate-${tenant}`, serverCertificate(tenantNamespace(tenant), ownDomainSecret(tenant), issuer, hosts)),
      ),
    ];
    const shared = declare<IGateway>("shared", {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: metadata("shared"),
      spec: { selector: { ...GATEWAY_SELECTOR }, servers: gatewayServers(domain, http, ownDomains) },
    });
    const www = declare("www", virtualService("www", wwwRoutes(domain, tenants)), shared);
    const unknown = declare("unknown-hosts", virtualService("unknown-hosts", unknownHosts(domain)), shared);
    this.ready = [...certificates, shared, www, unknown];
    this.registerOutputs({});
  }
}

const metadata = (name: string): Manifest<IGateway>["metadata"] => ({
  name,
  namespace: NAMESPACES.ingress,
  labels: platformLabels("mesh"),
});

const virtualService = (name: string, spec: VirtualServiceSpec): Manifest<IVirtualService> => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: metadata(name),
  spec,
});

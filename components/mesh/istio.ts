import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PodResources, Range } from "../../tenants/tenant.ts";
import { chartArgs, type Charts } from "../shared/chart.ts";
import { customResource, type Manifest, type TypedManifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES, principal } from "../shared/names.ts";
import { podSecurityLabels } from "../shared/podSecurity.ts";
import { CHARTS } from "../shared/versions.ts";
import { misdirectedRequests } from "./misdirected.ts";
import { allowIngress, gatewayRateLimits, denyByDefault, objectStorage, sidecarScope, strictMtls, telemetry } from "./policies.ts";
import { cniValues, GATEWAY_RELEASE, gatewayValues, istiodValues, type IngressService } from "./values.ts";

export interface IstioArgs {
  readonly charts: Charts;
  /** Replicas of istiod. */
  readonly replicas: number;
  /** Replicas of the shared ingress gateway. */
  readonly gatewayReplicas: Range;
  readonly ingress: IngressService;
  /** Resources of the sidecar in every pod of the mesh; tenants' quotas count them. */
  readonly sidecar: PodResources;
  /** AWS region whose S3 the mesh lets through; undefined outside of AWS. */
  readonly objectStorageRegion: string | undefined;
}

/**
 * The service mesh: control plane, node plug-in, shared ingress gateway, and what holds for every workload: mTLS, deny by
 * default, who sees whom, and telemetry by tenant.
 */
export class Istio extends pulumi.ComponentResource {
  readonly rootNamespace = NAMESPACES.mesh;
  readonly ingressNamespace = NAMESPACES.ingress;
  /** Identity of the shared gateway, as AuthorizationPolicies name it. */
  readonly gatewayPrincipal = principal(NAMESPACES.ingress, GATEWAY_RELEASE);
  /** What must be there before an object of an Istio kind, or a pod with a sidecar, is declared. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: IstioArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:mesh:Istio", name, {}, opts);
    const namespaces = this.declareNamespaces(name);
    const releases = args.charts === "managed" ? this.declareReleases(name, args, namespaces) : [];
    const policies = this.declarePolicies(name, args, [...namespaces, ...releases]);
    this.ready = [...namespaces, ...releases, ...policies];
    this.registerOutputs({});
  }

  private declareNamespaces(name: string): readonly pulumi.Resource[] {
    const namespaces = [
      // istio-cni writes the node's network configuration: the one privileged workload of the platform.
      { part: "root", namespace: NAMESPACES.mesh, standard: "privileged" },
      { part: "ingress", namespace: NAMESPACES.ingress, standard: "restricted" },
    ] as const;
    return namespaces.map(({ part, namespace, standard }) => {
      const labels = { ...platformLabels("mesh"), ...podSecurityLabels(standard) };
      return new k8s.core.v1.Namespace(
        `${name}-${part}-namespace`,
        { metadata: { name: namespace, labels } },
        { parent: this },
      );
    });
  }

  /** One after the other: CRDs, then the control plane, then the plug-in and the gateway, whose pods it injects. */
  private declareReleases(name: string, args: IstioArgs, namespaces: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    const root = NAMESPACES.mesh;
    const after = (...earlier: readonly pulumi.Resource[]): pulumi.CustomResourceOptions => ({
      parent: this,
      dependsOn: [...namespaces, ...earlier],
    });
    const base = new k8s.helm.v3.Release(
      `${name}-base`,
      chartArgs(CHARTS.istioBase, { namespace: root, release: "istio-base", values: {} }),
      after(),
    );
    const cni = new k8s.helm.v3.Release(
      `${name}-cni`,
      chartArgs(CHARTS.istioCni, { namespace: root, release: "istio-cni", values: cniValues() }),
      after(base),
    );
    const istiod = new k8s.helm.v3.Release(
      `${name}-istiod`,
      chartArgs(CHARTS.istiod, { namespace: root, values: istiodValues(args) }),
      after(base),
    );
    const gateway = new k8s.helm.v3.Release(
      `${name}-gateway`,
      chartArgs(CHARTS.istioGateway, {
        namespace: NAMESPACES.ingress,
        release: GATEWAY_RELEASE,
        values: gatewayValues(args.gatewayReplicas, args.ingress),
      }),
      after(istiod, cni),
    );
    return [base, cni, istiod, gateway];
  }

  private declarePolicies(name: string, { ingress, objectStorageRegion: region }: IstioArgs, dependsOn: pulumi.Resource[]): readonly pulumi.Resource[] {
    const declare = <T extends TypedManifest>(part: string, manifest: Manifest<T>): pulumi.Resource =>
      new k8s.apiextensions.CustomResource(`${name}-${part}`, customResource<T>(manifest), { parent: this, dependsOn });
    return [
      declare("strict-mtls", strictMtls()),
      declare("deny-by-default", denyByDefault()),
      declare("allow-ingress", allowIngress()),
      // CloudFront opens the connections there, one for many shops, and takes 421 for the shop's own answer.
      ...(ingress.kind === "targetGroup" ? [] : [declare("misdirected-requests", misdirectedRequests())]),
      declare("rate-limits", gatewayRateLimits()),
      declare("sidecar-scope", sidecarScope()),
      declare("telemetry", telemetry()),
      ...(region === undefined ? [] : [declare("object-storage", objectStorage(region))]),
    ];
  }
}

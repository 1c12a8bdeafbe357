import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chartArgs, type Charts } from "../shared/chart.ts";
import { customResource, type Manifest, type TypedManifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { podSecurityLabels } from "../shared/podSecurity.ts";
import { CHARTS } from "../shared/versions.ts";
import { acmeIssuer, authority, authorityIssuer, ISSUER, selfSignedIssuer, type IssuerChoice } from "./issuers.ts";

export interface CertificatesArgs {
  readonly charts: Charts;
  readonly issuer: IssuerChoice;
  /** Replicas of cert-manager's controller and webhook. */
  readonly replicas: number;
  /** What must be there before cert-manager starts, e.g. its way into DNS. Default: nothing. */
  readonly after?: readonly pulumi.Resource[];
}

export function certManagerValues(replicas: number): Record<string, unknown> {
  const resources = { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } };
  return {
    // Kept when the release goes: with the CRDs every certificate would go, and with them the shops' TLS.
    crds: { enabled: true, keep: true },
    global: { leaderElection: { namespace: NAMESPACES.certificates } },
    replicaCount: replicas,
    resources,
    webhook: { replicaCount: replicas, resources },
    cainjector: { resources },
    podDisruptionBudget: { enabled: replicas > 1 },
  };
}

/** cert-manager, and whoever signs the platform's certificates. */
export class Certificates extends pulumi.ComponentResource {
  /** Name of the ClusterIssuer. */
  readonly issuer = ISSUER;
  /** What must be there before a Certificate is declared. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:mesh:Certificates", name, {}, opts);
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: NAMESPACES.certificates,
          labels: { ...platformLabels("mesh"), ...podSecurityLabels("restricted") },
        },
      },
      { parent: this },
    );
    const before = [namespace, ...(args.after ?? [])];
    const releases = args.charts === "managed" ? [this.declareRelease(name, args.replicas, before)] : [];
    this.ready = this.declareIssuer(name, args.issuer, [...before, ...releases]);
    this.registerOutputs({});
  }

  private declareRelease(name: string, replicas: number, before: readonly pulumi.Resource[]): pulumi.Resource {
    return new k8s.helm.v3.Release(
      `${name}-cert-manager`,
      chartArgs(CHARTS.certManager, { namespace: NAMESPACES.certificates, values: certManagerValues(replicas) }),
      { parent: this, dependsOn: [...before] },
    );
  }

  private declareIssuer(name: string, issuer: IssuerChoice, before: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    const declare = <T extends TypedManifest>(part: string, manifest: Manifest<T>, ...earlier: pulumi.Resource[]): pulumi.Resource =>
      new k8s.apiextensions.CustomResource(`${name}-${part}`, customResource<T>(manifest), {
        parent: this,
        dependsOn: [...before, ...earlier],
      });
    switch (issuer.kind) {
      case "selfSigned": {
        // A root signs itself, and the issuer signs with the root.
        const selfSigned = declare("self-signed", selfSignedIssuer());
        const root = declare("authority", authority(), selfSigned);
        return [...before, selfSigned, root, declare("issuer", authorityIssuer(), root)];
      }
      case "acmeDns01":
        return [...before, declare("issuer", acmeIssuer(issuer))];
    }
  }
}

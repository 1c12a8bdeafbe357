import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** A cluster, reached as kubectl reaches it. */
export interface ClusterArgs {
  /** Path of the kubeconfig file, or its content. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Context within the file; default: its current context. */
  readonly context?: string;
  /** Names this cluster for good, e.g. `kind-privatesales`. The only field whose change replaces every object. */
  readonly identifier: string;
  /** What must be there before the first object: nothing for a cluster that exists. */
  readonly after: readonly pulumi.Resource[];
}

/** The exact settings of the one Kubernetes provider of a stack. */
export function providerArgs(args: ClusterArgs): k8s.ProviderArgs {
  return {
    kubeconfig: args.kubeconfig,
    ...(args.context === undefined ? {} : { context: args.context }),
    // Without it, a moved kubeconfig or a new certificate in it would replace the provider and all that it made:
    // https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#clusteridentifier_nodejs
    clusterIdentifier: args.identifier,
    enableServerSideApply: true,
    // Names are fixed, so a replacement would take the object away before it comes back: under running pods, that is a gap.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  };
}

/** The cluster that a stack runs on, as the provider that every Kubernetes object is declared with. */
export class Cluster extends pulumi.ComponentResource {
  readonly provider: k8s.Provider;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:Cluster", name, {}, opts);
    this.provider = new k8s.Provider(`${name}-kubernetes`, providerArgs(args), { parent: this, dependsOn: [...args.after] });
    this.registerOutputs({});
  }
}

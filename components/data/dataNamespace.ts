import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { podSecurityLabels } from "../shared/podSecurity.ts";

/**
 * The namespace of the platform's stores: in the mesh, Pod Security `restricted`, closed until a store opens its own
 * port.
 */
export class DataNamespace extends pulumi.ComponentResource {
  readonly namespace: string = NAMESPACES.data;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:DataNamespace", name, {}, opts);
    const labels = platformLabels("data");
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: this.namespace,
          labels: {
            ...labels,
            ...podSecurityLabels("restricted"),
            "istio-injection": "enabled",
          },
        },
      },
      { parent: this },
    );
    const closed = new k8s.networking.v1.NetworkPolicy(
      `${name}-closed`,
      {
        metadata: { name: "closed", namespace: this.namespace, labels },
        spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] },
      },
      { parent: this, dependsOn: [namespace] },
    );
    this.ready = [namespace, closed];
    this.registerOutputs({ namespace: this.namespace });
  }
}

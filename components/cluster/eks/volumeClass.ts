import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../../shared/aws.ts";
import { platformLabels } from "../../shared/labels.ts";

export interface VolumeClassArgs {
  /** Key that volumes are encrypted with; the EBS driver's role has to be let use it. */
  readonly keyArn: pulumi.Input<string>;
  /** `on`: a volume outlives its claim. */
  readonly protection: "on" | "off";
  /** Tags on every volume: the AWS provider's default tags do not reach what the driver makes. */
  readonly tags: Tags;
  /** What must be there first: the driver. */
  readonly after: readonly pulumi.Resource[];
}

/** Name of the class; a claim that names none gets it as well. */
export const VOLUME_CLASS = "gp3-encrypted";

/**
 * Parameters of the EBS driver.
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
 */
export const volumeParameters = (kmsKeyId: pulumi.Input<string>, tags: Tags): Record<string, pulumi.Input<string>> => ({
  type: "gp3",
  encrypted: "true",
  kmsKeyId,
  ...Object.fromEntries(Object.entries(tags).map(([key, value], index) => [`tagSpecification_${index + 1}`, `${key}=${value}`])),
});

/** The StorageClass of persistent volumes. EKS brings none that is the default, and its gp2 is not encrypted. */
export class VolumeClass extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: VolumeClassArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:VolumeClass", name, {}, opts);
    this.ready = [
      new k8s.storage.v1.StorageClass(
        `${name}-class`,
        {
          metadata: {
            name: VOLUME_CLASS,
            labels: { ...platformLabels("cluster") },
            annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
          },
          provisioner: "ebs.csi.aws.com",
          parameters: volumeParameters(args.keyArn, args.tags),
          // A volume lives in one zone: the pod is placed first.
          volumeBindingMode: "WaitForFirstConsumer",
          allowVolumeExpansion: true,
          reclaimPolicy: args.protection === "on" ? "Retain" : "Delete",
        },
        { parent: this, dependsOn: [...args.after] },
      ),
    ];
    this.registerOutputs({});
  }
}

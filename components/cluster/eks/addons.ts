import * as eks from "@pulumi/aws/eks/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { platformTags, type Statement } from "../../shared/aws.ts";
import { EKS } from "../../shared/versions.ts";
import { systemPlacement } from "./systemPlacement.ts";

export type AddonName = keyof typeof EKS.addons;

/** Without these no node becomes ready, so they are declared before there is one; with no node, they are active at once. */
export const NODE_ADDONS = ["eks-pod-identity-agent", "vpc-cni", "kube-proxy"] as const satisfies readonly AddonName[];

/** These run somewhere, so they are declared after the nodes. */
export const POD_ADDONS = ["coredns", "aws-ebs-csi-driver"] as const satisfies readonly AddonName[];

/**
 * Settings of an add-on, by its schema (`aws eks describe-addon-configuration`); undefined where its defaults do.
 */
export function addonConfiguration(addon: AddonName): Readonly<Record<string, unknown>> | undefined {
  switch (addon) {
    case "vpc-cni":
      return {
        // Off by default: without it the API server takes NetworkPolicies and nothing acts on them. Not in strict mode, which
        // closes every pod without a policy of its own, CoreDNS first; what tenants may not reach is closed by their own
        // policies, and the mesh denies by default from a pod's first moment.
        // https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
        enableNetworkPolicy: "true",
        nodeAgent: { enablePolicyEventLogs: "true" },
      };
    case "coredns":
      return {
        ...systemPlacement(),
        autoScaling: { enabled: true, minReplicas: 2, maxReplicas: 10 },
        podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
      };
    case "aws-ebs-csi-driver":
      // Its part on each node reaches no instance metadata from behind one hop and asks the API server instead.
      return { controller: systemPlacement(), node: { tolerateAllTaints: true } };
    case "kube-proxy":
    case "eks-pod-identity-agent":
      return undefined;
  }
}

/**
 * What the EBS driver does with the key of the volumes, beside AWS's own policy for it.
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
 */
export const volumeKeyStatements = (keyArn: string): readonly Statement[] => [
  {
    Sid: "VolumesAreEncrypted",
    Effect: "Allow",
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: keyArn,
  },
  {
    Sid: "Ec2UsesTheKeyForThem",
    Effect: "Allow",
    Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
    Resource: keyArn,
    Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  },
];

/** Declares add-ons at their pinned versions. What somebody changed in the cluster by hand is put back. */
export function declareAddons(
  name: string,
  clusterName: string,
  addons: readonly AddonName[],
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return addons.map((addonName) => {
    const configuration = addonConfiguration(addonName);
    return new eks.Addon(
      `${name}-${addonName}`,
      {
        clusterName,
        addonName,
        addonVersion: EKS.addons[addonName],
        ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        tags: platformTags("cluster"),
      },
      opts,
    );
  });
}

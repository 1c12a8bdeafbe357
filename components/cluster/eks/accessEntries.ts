import * as eks from "@pulumi/aws/eks/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";

/** Kubernetes group of the roles that deploy, by which admission policies know them. */
export const DEPLOYER_GROUP = "privatesales:deployers";

const CLUSTER_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

export interface AccessArgs {
  readonly clusterName: string;
  /** ARNs of IAM roles. */
  readonly admins: readonly string[];
  /** ARNs of IAM roles. */
  readonly deployers: readonly string[];
}

/** One role and how it enters. */
export interface Access {
  readonly roleArn: string;
  /** The role's path and name with `/` as `-`: the identity in Pulumi's names. */
  readonly role: string;
  readonly as: "admin" | "deployer";
}

/** Who enters as what. An ARN of anything but a role, or a role in both lists, is an error: EKS has one entry a role. */
export function accessList({ admins, deployers }: Pick<AccessArgs, "admins" | "deployers">): readonly Access[] {
  const entries = [
    ...admins.map((roleArn) => ({ roleArn, as: "admin" as const })),
    ...deployers.map((roleArn) => ({ roleArn, as: "deployer" as const })),
  ];
  return entries.map(({ roleArn, as }, index) => {
    const role = /^arn:aws:iam::\d{12}:role\/([\w+=,.@/-]+)$/.exec(roleArn)?.[1];
    if (role === undefined) {
      throw new Error(`"${roleArn}" is no ARN of an IAM role; one reads like arn:aws:iam::123456789012:role/operators`);
    }
    const earlier = entries.slice(0, index).find((entry) => entry.roleArn === roleArn);
    if (earlier !== undefined) throw new Error(`${roleArn} is listed twice, as ${earlier.as} and as ${as}; a role enters a cluster once`);
    return { roleArn, role: role.replaceAll("/", "-"), as };
  });
}

/**
 * The only ways into the cluster: nobody gets in by having created it. Deployers are administrators too, by AWS's policy rather than
 * by a binding in the cluster, since the first deployment would have to make that binding without having it.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
export function declareAccess(name: string, args: AccessArgs, opts: pulumi.CustomResourceOptions): readonly pulumi.Resource[] {
  const { clusterName } = args;
  return accessList(args).flatMap(({ roleArn, role, as }) => {
    const kubernetesGroups = as === "deployer" ? [DEPLOYER_GROUP] : [];
    const entry = new eks.AccessEntry(
      `${name}-${as}-${role}`,
      { clusterName, principalArn: roleArn, type: "STANDARD", kubernetesGroups, tags: platformTags("cluster") },
      opts,
    );
    const policy = new eks.AccessPolicyAssociation(
      `${name}-${as}-${role}`,
      { clusterName, principalArn: entry.principalArn, policyArn: CLUSTER_ADMIN, accessScope: { type: "cluster" } },
      opts,
    );
    return [entry, policy];
  });
}

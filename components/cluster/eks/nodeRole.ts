import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import { platformTags, policyDocument } from "../../shared/aws.ts";

/**
 * What every node may do: join, and pull images. Not the CNI's rights, which its own service account has, and no SSM session:
 * `kubectl debug node` is in the cluster's audit log.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
 */
export const NODE_POLICIES = {
  worker: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
  images: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
} as const;

/** The role of a kind of nodes. EC2 names no account when it takes on a role, so there is no condition to set. */
export const nodeRoleArgs = (roleName: string, description: string): RoleArgs => ({
  name: roleName,
  description,
  assumeRolePolicy: policyDocument({ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
  tags: platformTags("cluster"),
});

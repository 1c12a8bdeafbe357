import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";

/** Where a store stands: subnets without a way out, and the ranges whose pods may come in. */
export interface StoreNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly databaseSubnetIds: readonly pulumi.Input<string>[];
  /** Ranges of the database subnets, e.g. `10.20.240.0/24`. */
  readonly databaseCidrs: readonly string[];
  /** Ranges of the private subnets: nodes, pods, and Lambda functions. */
  readonly privateCidrs: readonly string[];
}

interface GuardArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Physical name of the security group. */
  readonly groupName: string;
  readonly description: string;
  readonly port: number;
  /** Ranges that may connect. */
  readonly cidrs: readonly string[];
}

/** A range as a part of a Pulumi name: identity, not position. */
export const cidrName = (cidr: string): string => cidr.replaceAll(/[./]/g, "-");

/** A security group that lets these ranges in at one port, and nothing out: a store opens no connection of its own. */
export function guardStore(name: string, args: GuardArgs, options: { readonly parent: pulumi.Resource }): ec2.SecurityGroup {
  const { vpcId, groupName, description, port, cidrs } = args;
  const tags = { ...platformTags("data"), Name: groupName };
  const group = new ec2.SecurityGroup(name, { name: groupName, description, vpcId, tags }, options);
  for (const cidr of cidrs) {
    new vpc.SecurityGroupIngressRule(
      `${name}-from-${cidrName(cidr)}`,
      { securityGroupId: group.id, description: `${description}, from ${cidr}`, cidrIpv4: cidr, ipProtocol: "tcp", fromPort: port, toPort: port, tags },
      options,
    );
  }
  return group;
}

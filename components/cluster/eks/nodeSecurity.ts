import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";

export interface NodeSecurityArgs {
  readonly prefix: string;
  readonly clusterName: string;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  /** The group that EKS made for the control plane's network interfaces. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** TCP ports that nodes and pods may reach outside the VPC. */
  readonly egressPorts: readonly number[];
}

/** One rule of a security group. */
interface Rule {
  /** Ends the name and never changes. */
  readonly part: string;
  readonly description: string;
  readonly protocol: "tcp" | "-1";
  /** Absent with protocol -1, which is all of them. */
  readonly ports?: readonly [from: number, to: number];
}

const FROM_CONTROL_PLANE: readonly Rule[] = [
  { part: "from-control-plane-https", description: "Webhooks of the control plane", protocol: "tcp", ports: [443, 443] },
  { part: "from-control-plane", description: "Kubelets, webhooks and aggregated APIs", protocol: "tcp", ports: [1025, 65535] },
];

/**
 * The security group of all nodes and, since pods share it, of all pods: pods among each other are told apart by NetworkPolicy
 * and the mesh. EKS's own cluster group is left to the control plane, since it lets its members send anywhere.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
 */
export class NodeSecurity extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;
  /** What must be there before a node can join. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: NodeSecurityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:NodeSecurity", name, {}, opts);
    const { prefix, clusterName, vpcId, clusterSecurityGroupId, vpcCidr } = args;
    const group = new ec2.SecurityGroup(
      `${name}-group`,
      {
        name: `${prefix}-nodes`,
        description: "Nodes and pods of the cluster",
        vpcId,
        // Karpenter finds it by the last one.
        tags: { ...platformTags("cluster"), Name: `${prefix}-nodes`, "karpenter.sh/discovery": clusterName },
      },
      { parent: this },
    );
    const securityGroupId = group.id;
    const ingress = (rule: Rule, referencedSecurityGroupId: pulumi.Input<string>, on: pulumi.Input<string>): pulumi.Resource =>
      new vpc.SecurityGroupIngressRule(
        `${name}-${rule.part}`,
        { ...ruleArgs(rule), securityGroupId: on, referencedSecurityGroupId },
        { parent: this },
      );
    const egress = (rule: Rule, cidrIpv4: string): pulumi.Resource =>
      new vpc.SecurityGroupEgressRule(`${name}-${rule.part}`, { ...ruleArgs(rule), securityGroupId, cidrIpv4 }, { parent: this });

    this.groupId = securityGroupId;
    this.ready = [
      ingress({ part: "among-nodes", description: "Pods and nodes among each other", protocol: "-1" }, securityGroupId, securityGroupId),
      ...FROM_CONTROL_PLANE.map((rule) => ingress(rule, clusterSecurityGroupId, securityGroupId)),
      ingress(
        { part: "to-api-server", description: "API server, from the nodes", protocol: "tcp", ports: [443, 443] },
        securityGroupId,
        clusterSecurityGroupId,
      ),
      egress({ part: "to-vpc", description: "Everything within the VPC", protocol: "-1" }, vpcCidr),
      ...args.egressPorts.map((port) =>
        egress({ part: `to-internet-${port}`, description: `TCP ${port} through NAT`, protocol: "tcp", ports: [port, port] }, "0.0.0.0/0"),
      ),
    ];
    this.registerOutputs({});
  }
}

const ruleArgs = ({ description, protocol, ports }: Rule): Omit<vpc.SecurityGroupIngressRuleArgs, "securityGroupId"> => ({
  description,
  ipProtocol: protocol,
  ...(ports === undefined ? {} : { fromPort: ports[0], toPort: ports[1] }),
  tags: platformTags("cluster"),
});

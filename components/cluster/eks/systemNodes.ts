import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";
import { EKS } from "../../shared/versions.ts";
import { nodeRoleArgs, NODE_POLICIES } from "./nodeRole.ts";
import { SYSTEM_NODE_LABELS, SYSTEM_NODE_TAINT } from "./systemPlacement.ts";

/** Size of the group that runs the cluster's own parts; everything else runs on Karpenter's nodes. */
export interface SystemNodeSize {
  /** Types to choose from, in order of preference, x86, e.g. `m7i.large`. Another list replaces the group: new nodes first. */
  readonly instanceTypes: readonly string[];
  readonly min: number;
  readonly max: number;
  /** Nothing scales this group by itself; at least two, of two zones, for Karpenter to survive one. */
  readonly desired: number;
  /** Gibibytes of each node's disk. */
  readonly diskGi: number;
}

export interface SystemNodesArgs {
  readonly prefix: string;
  readonly clusterName: string;
  readonly size: SystemNodeSize;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** What must be there first: the cluster and the add-ons without which no node becomes ready. */
  readonly after: readonly pulumi.Resource[];
}

/** The managed, on-demand node group of the system: Karpenter cannot run on nodes that it makes and takes away. */
export class SystemNodes extends pulumi.ComponentResource {
  readonly roleName: string;
  readonly group: pulumi.Resource;

  constructor(name: string, args: SystemNodesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:SystemNodes", name, {}, opts);
    const { prefix, clusterName, size } = args;
    const child = { parent: this };
    this.roleName = `${prefix}-system-nodes`;
    const role = new iam.Role(`${name}-role`, nodeRoleArgs(this.roleName, "Nodes of the system"), child);
    const policies = Object.entries(NODE_POLICIES).map(
      ([short, policyArn]) => new iam.RolePolicyAttachment(`${name}-${short}`, { role: role.name, policyArn }, child),
    );
    const template = new ec2.LaunchTemplate(`${name}-template`, launchTemplateArgs(args), child);
    this.group = new eks.NodeGroup(
      `${name}-group`,
      {
        clusterName,
        // A prefix, so that a replacement can stand next to what it replaces.
        nodeGroupNamePrefix: "system-",
        nodeRoleArn: role.arn,
        subnetIds: [...args.subnetIds],
        version: EKS.version,
        releaseVersion: EKS.nodeRelease,
        amiType: "AL2023_x86_64_STANDARD",
        capacityType: "ON_DEMAND",
        instanceTypes: [...size.instanceTypes],
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        scalingConfig: { minSize: size.min, maxSize: size.max, desiredSize: size.desired },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        labels: SYSTEM_NODE_LABELS,
        taints: [{ key: SYSTEM_NODE_TAINT.key, value: SYSTEM_NODE_TAINT.value, effect: "NO_SCHEDULE" }],
        tags: platformTags("cluster"),
      },
      { ...child, dependsOn: [...args.after, ...policies] },
    );
    this.registerOutputs({});
  }
}

/** What a node is like; its image and its join to the cluster come from EKS. */
function launchTemplateArgs({ prefix, size, securityGroupId }: SystemNodesArgs): ec2.LaunchTemplateArgs {
  const tags = { ...platformTags("cluster"), Name: `${prefix}-system` };
  return {
    name: `${prefix}-system`,
    description: "Nodes of the system",
    vpcSecurityGroupIds: [securityGroupId],
    // One hop: no pod with a network of its own reaches the node's credentials.
    // https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1, httpProtocolIpv6: "disabled" },
    blockDeviceMappings: [
      {
        deviceName: "/dev/xvda",
        // With the account's key for EBS: Auto Scaling's own role would need a grant on any other, and a node's disk holds
        // nothing that outlives it.
        ebs: { volumeType: "gp3", volumeSize: size.diskGi, encrypted: "true", deleteOnTermination: "true" },
      },
    ],
    monitoring: { enabled: true },
    updateDefaultVersion: true,
    // The provider's default tags do not reach what Auto Scaling makes.
    tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
    tags,
  };
}

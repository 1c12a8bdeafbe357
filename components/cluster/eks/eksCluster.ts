import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../../security/encryptionKey.ts";
import { platformTags } from "../../shared/aws.ts";
import { declareAccess } from "./accessEntries.ts";
import { declareAddons, NODE_ADDONS, POD_ADDONS, volumeKeyStatements } from "./addons.ts";
import { ControlPlane, type ApiEndpoint } from "./controlPlane.ts";
import { eksKubeconfig } from "./kubeconfig.ts";
import { NodeSecurity } from "./nodeSecurity.ts";
import { PodIdentity } from "./podIdentity.ts";
import { SystemNodes, type SystemNodeSize } from "./systemNodes.ts";

export interface EksClusterArgs {
  /** Start of every AWS name and the cluster's name, e.g. `privatesales-prod`. */
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly cidr: string;
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
    /** What must be there before a node starts: its way to the cluster and to the images. */
    readonly ready: readonly pulumi.Resource[];
  };
  readonly endpoint: ApiEndpoint;
  /** Days that the control plane's logs are kept. */
  readonly logRetentionDays: number;
  readonly systemNodes: SystemNodeSize;
  /** ARNs of roles with all rights in the cluster. The first deployment needs its own among them: there is no other way in. */
  readonly admins: readonly string[];
  /** ARNs of roles in the Kubernetes group `privatesales:deployers`. */
  readonly deployers: readonly string[];
  /** TCP ports that pods may reach outside the VPC, e.g. 443 and the mail relay's 587. Default: 443, which images and AWS need. */
  readonly egressPorts?: readonly number[];
}

/** The EKS cluster: control plane, access, nodes of the system, and AWS's own add-ons. Other nodes are Karpenter's. */
export class EksCluster extends pulumi.ComponentResource {
  readonly clusterName: string;
  readonly endpoint: pulumi.Output<string>;
  /** Base64 of the PEM. */
  readonly certificateAuthority: pulumi.Output<string>;
  /** JSON, without a secret: the token comes from the caller's AWS credentials. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Of the system's nodes; Karpenter's have their own. */
  readonly nodeRoleArn: string;
  readonly nodeRoleName: string;
  /** Of every node and pod: what a database or a load balancer admits or is admitted by. */
  readonly nodeSecurityGroupId: pulumi.Output<string>;
  /** Of the control plane. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /** Key of the Secrets in etcd and of the persistent volumes. */
  readonly keyArn: pulumi.Output<string>;
  /** What a Pod Identity waits for. */
  readonly cluster: pulumi.Resource;
  /** What must be there before the first object is declared in the cluster: nodes, name resolution, volumes, and access. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:EksCluster", name, {}, opts);
    const { prefix, region, accountId, protection, network } = args;
    this.clusterName = prefix;
    this.keyArn = this.declareKey(name, args);
    const { cluster } = new ControlPlane(
      `${name}-control-plane`,
      {
        prefix,
        region,
        accountId,
        protection,
        clusterName: prefix,
        vpcCidr: network.cidr,
        subnetIds: network.privateSubnetIds,
        endpoint: args.endpoint,
        logRetentionDays: args.logRetentionDays,
        keyArn: this.keyArn,
      },
      { parent: this },
    );
    this.cluster = cluster;
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.data;
    this.clusterSecurityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.kubeconfig = pulumi
      .all([this.endpoint, this.certificateAuthority])
      .apply(([endpoint, certificateAuthority]) => eksKubeconfig({ clusterName: prefix, region, endpoint, certificateAuthority }));

    const after = { parent: this, dependsOn: [cluster] };
    const access = declareAccess(name, { clusterName: prefix, admins: args.admins, deployers: args.deployers }, after);
    const security = this.declareNodeSecurity(name, args);
    this.nodeSecurityGroupId = security.groupId;
    const nodes = this.declareNodes(name, args, security);
    this.nodeRoleName = nodes.roleName;
    this.nodeRoleArn = `arn:aws:iam::${accountId}:role/${nodes.roleName}`;
    const volumes = this.declareVolumeDriver(name, args);
    const addons = declareAddons(`${name}-addon`, prefix, POD_ADDONS, { parent: this, dependsOn: [nodes.group, ...volumes.ready] });
    this.ready = [...access, nodes.group, ...addons];
    this.registerOutputs({ clusterName: this.clusterName });
  }

  private declareKey(name: string, { prefix, accountId, protection }: EksClusterArgs): pulumi.Output<string> {
    const description = "Secrets and persistent volumes of the cluster";
    return new EncryptionKey(
      `${name}-key`,
      { description, alias: `${prefix}/cluster`, accountId, part: "cluster", protection },
      { parent: this },
    ).arn;
  }

  private declareNodeSecurity(name: string, { prefix, network, egressPorts = [443] }: EksClusterArgs): NodeSecurity {
    return new NodeSecurity(
      `${name}-nodes`,
      {
        prefix,
        clusterName: prefix,
        vpcId: network.vpcId,
        vpcCidr: network.cidr,
        clusterSecurityGroupId: this.clusterSecurityGroupId,
        egressPorts,
      },
      { parent: this },
    );
  }

  /** The CNI's rights go to its service account, so the nodes have none of them. */
  private declareNodes(name: string, args: EksClusterArgs, security: NodeSecurity): SystemNodes {
    const { prefix, region, accountId, network } = args;
    const cni = new PodIdentity(
      `${name}-cni`,
      {
        clusterName: prefix,
        region,
        accountId,
        roleName: `${prefix}-vpc-cni`,
        namespace: "kube-system",
        serviceAccount: "aws-node",
        managedPolicies: { cni: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" },
        tags: platformTags("cluster"),
        after: [this.cluster],
      },
      { parent: this },
    );
    const addons = declareAddons(`${name}-addon`, prefix, NODE_ADDONS, { parent: this, dependsOn: [this.cluster, ...cni.ready] });
    return new SystemNodes(
      `${name}-system-nodes`,
      {
        prefix,
        clusterName: prefix,
        size: args.systemNodes,
        subnetIds: network.privateSubnetIds,
        securityGroupId: security.groupId,
        after: [this.cluster, ...network.ready, ...security.ready, ...addons],
      },
      { parent: this },
    );
  }

  private declareVolumeDriver(name: string, { prefix, region, accountId }: EksClusterArgs): PodIdentity {
    return new PodIdentity(
      `${name}-volumes`,
      {
        clusterName: prefix,
        region,
        accountId,
        roleName: `${prefix}-ebs-csi`,
        namespace: "kube-system",
        serviceAccount: "ebs-csi-controller-sa",
        statements: this.keyArn.apply(volumeKeyStatements),
        managedPolicies: { driver: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" },
        tags: platformTags("cluster"),
        after: [this.cluster],
      },
      { parent: this },
    );
  }
}

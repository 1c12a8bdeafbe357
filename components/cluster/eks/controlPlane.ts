import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags, policyDocument, trustService } from "../../shared/aws.ts";
import { EKS } from "../../shared/versions.ts";
import { LogGroup } from "../logGroup.ts";
import { cidrsOverlap } from "../network/subnetPlan.ts";

/** How the API server is reached. With `private`, only from within the VPC: the deploying runner has to be there or come by VPN. */
export type ApiEndpoint =
  | { readonly kind: "private" }
  | {
      readonly kind: "publicAndPrivate";
      /** The only public addresses that may connect, e.g. the office's `203.0.113.7/32`. At least one, and never everybody. */
      readonly cidrs: readonly string[];
    };

export interface ControlPlaneArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  readonly clusterName: string;
  readonly vpcCidr: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly endpoint: ApiEndpoint;
  /** Days that the control plane's logs are kept. */
  readonly logRetentionDays: number;
  /** Key that Secrets are encrypted with. */
  readonly keyArn: pulumi.Input<string>;
}

/** All five there are: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
export const CONTROL_PLANE_LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

/** The VPC settings of the endpoint. An empty list, or one with everybody in it, is an error: EKS would open it to the world. */
export function endpointConfig(endpoint: ApiEndpoint): {
  readonly endpointPrivateAccess: true;
  readonly endpointPublicAccess: boolean;
  readonly publicAccessCidrs?: string[];
} {
  switch (endpoint.kind) {
    case "private":
      return { endpointPrivateAccess: true, endpointPublicAccess: false };
    case "publicAndPrivate": {
      const everybody = endpoint.cidrs.find((cidr) => cidr.endsWith("/0"));
      if (endpoint.cidrs.length === 0 || everybody !== undefined) {
        const given = everybody === undefined ? "an empty list" : `"${everybody}"`;
        throw new Error(`the public endpoint is for named addresses only, e.g. 203.0.113.7/32; given: ${given}`);
      }
      return { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: [...endpoint.cidrs] };
    }
  }
}

/** The block of Services' addresses: one of the two that EKS itself would choose, whichever the VPC does not use. */
export const serviceCidr = (vpcCidr: string): string => (cidrsOverlap(vpcCidr, "172.20.0.0/16") ? "10.100.0.0/16" : "172.20.0.0/16");

/** What the cluster's role does with the key of the Secrets: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html */
const encryptionPolicy = (keyArn: string): string =>
  policyDocument({
    Sid: "SecretsAreEncrypted",
    Effect: "Allow",
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
    Resource: keyArn,
  });

/** The cluster itself: API server and etcd, run by AWS. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly cluster: eks.Cluster;

  constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:ControlPlane", name, {}, opts);
    const { prefix, region, accountId, protection, clusterName, endpoint, keyArn } = args;
    // Made first: EKS would make it without a key and keep its lines for ever.
    const logs = new LogGroup(
      `${name}-logs`,
      {
        logGroup: `/aws/eks/${clusterName}/cluster`,
        keyAlias: `${prefix}/cluster-logs`,
        region,
        accountId,
        protection,
        retentionDays: args.logRetentionDays,
      },
      { parent: this },
    );
    const { role, policies } = this.declareRole(name, args);
    this.cluster = new eks.Cluster(
      `${name}-cluster`,
      {
        name: clusterName,
        version: EKS.version,
        roleArn: role.arn,
        vpcConfig: { subnetIds: [...args.subnetIds], ...endpointConfig(endpoint) },
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: serviceCidr(args.vpcCidr) },
        encryptionConfig: { resources: ["secrets"], provider: { keyArn } },
        enabledClusterLogTypes: [...CONTROL_PLANE_LOGS],
        // Ours are the pinned ones; EKS would install its own beside them.
        bootstrapSelfManagedAddons: false,
        deletionProtection: protection === "on",
        upgradePolicy: { supportType: "STANDARD" },
        zonalShiftConfig: { enabled: true },
        tags: platformTags("cluster"),
      },
      { parent: this, dependsOn: [logs.group, ...policies], ...dataOptions(protection) },
    );
    this.registerOutputs({});
  }

  private declareRole(
    name: string,
    { prefix, accountId, keyArn }: ControlPlaneArgs,
  ): { readonly role: iam.Role; readonly policies: readonly pulumi.Resource[] } {
    const role = new iam.Role(
      `${name}-role`,
      {
        name: `${prefix}-cluster`,
        description: "Control plane of the cluster",
        assumeRolePolicy: trustService("eks.amazonaws.com", accountId),
        tags: platformTags("cluster"),
      },
      { parent: this },
    );
    const managed = new iam.RolePolicyAttachment(
      `${name}-policy`,
      { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
      { parent: this },
    );
    const encryption = new iam.RolePolicy(
      `${name}-encryption`,
      { name: "encryption", role: role.name, policy: pulumi.output(keyArn).apply(encryptionPolicy) },
      { parent: this },
    );
    return { role, policies: [managed, encryption] };
  }
}

import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";
import { Egress } from "./egress.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flowLogs.ts";
import { natZones, type Nat } from "./nat.ts";
import { subnetPlan, zonesOutside, type SubnetKind, type ZoneSubnets } from "./subnetPlan.ts";

export interface NetworkArgs {
  /** Start of every AWS name, e.g. `privatesales-prod`. */
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  /** A private /16 that no connected network uses, e.g. `10.20.0.0/16`. */
  readonly cidr: string;
  /** Three zones of the region, e.g. `ap-northeast-2a`. */
  readonly zones: readonly string[];
  /** `single`: one NAT gateway, and endpoints in its zone only; without that zone, nothing gets out. `perZone`: each zone on its own. */
  readonly nat: Nat;
  /** Days that flow logs are kept. */
  readonly flowLogRetentionDays: number;
  /** Name of the EKS cluster: by these tags Karpenter and the load balancer controller find the subnets. */
  readonly clusterName: string;
}

/** A VPC over three zones: public subnets for NAT, private ones for nodes and pods, database ones without a way out. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  /** In the order of `zones`, as are all lists here. */
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly databaseSubnetIds: readonly pulumi.Output<string>[];
  readonly privateCidrs: readonly string[];
  readonly databaseCidrs: readonly string[];
  /** Addresses of S3, reached without leaving the VPC. */
  readonly objectStorageCidrs: pulumi.Output<readonly string[]>;
  /** What must be there before something in a private subnet starts. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:Network", name, {}, opts);
    const { prefix, region, accountId, protection, cidr } = args;
    const child = { parent: this };
    const plan = planOf(args);
    const vpc = this.declareVpc(name, args);
    const vpcId = vpc.id;
    const subnets = this.declareSubnets(name, args, plan, vpcId);
    const inZones = natZones(args.nat, plan);
    const egress = new Egress(
      `${name}-egress`,
      { prefix, vpcId, zones: plan.map(({ letter }) => letter), natZones: inZones, subnets },
      child,
    );
    const endpoints = new Endpoints(
      `${name}-endpoints`,
      {
        prefix,
        region,
        accountId,
        vpcId,
        cidr,
        subnetIds: inZones.map((letter) => subnets.private[letter]).filter((id) => id !== undefined),
        routeTableIds: egress.privateRouteTableIds,
      },
      child,
    );
    new FlowLogs(
      `${name}-flow-logs`,
      { prefix, region, accountId, protection, vpcId, retentionDays: args.flowLogRetentionDays },
      child,
    );

    this.vpcId = vpcId;
    this.cidr = cidr;
    this.publicSubnetIds = Object.values(subnets.public);
    this.privateSubnetIds = Object.values(subnets.private);
    this.databaseSubnetIds = Object.values(subnets.database);
    this.privateCidrs = plan.map((zone) => zone.private);
    this.databaseCidrs = plan.map((zone) => zone.database);
    this.objectStorageCidrs = endpoints.objectStorageCidrs;
    this.ready = [...egress.ready, ...endpoints.ready];
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private declareVpc(name: string, { prefix, cidr }: NetworkArgs): ec2.Vpc {
    const tags = { ...platformTags("cluster"), Name: prefix };
    const vpc = new ec2.Vpc(
      `${name}-vpc`,
      // Both names are needed by private endpoints of AWS services and of the cluster.
      { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags },
      { parent: this },
    );
    // It cannot be deleted, and whatever names no group gets it: so it lets nothing through.
    new ec2.DefaultSecurityGroup(
      `${name}-default-group`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: { ...tags, Name: `${prefix}-default-closed` } },
      { parent: this },
    );
    return vpc;
  }

  private declareSubnets(
    name: string,
    { prefix, clusterName }: NetworkArgs,
    plan: readonly ZoneSubnets[],
    vpcId: pulumi.Input<string>,
  ): Readonly<Record<SubnetKind, Readonly<Record<string, pulumi.Output<string>>>>> {
    const ofKind = (kind: SubnetKind): Record<string, pulumi.Output<string>> =>
      Object.fromEntries(
        plan.map((zone) => {
          const part = `${kind}-${zone.letter}`;
          const tags = { ...platformTags("cluster"), ...discoveryTags(kind, clusterName), Name: `${prefix}-${part}` };
          const subnet = new ec2.Subnet(
            `${name}-${part}`,
            { vpcId, availabilityZone: zone.zone, cidrBlock: zone[kind], mapPublicIpOnLaunch: false, tags },
            { parent: this },
          );
          return [zone.letter, subnet.id];
        }),
      );
    return { public: ofKind("public"), private: ofKind("private"), database: ofKind("database") };
  }
}

function planOf({ cidr, region, zones }: NetworkArgs): readonly ZoneSubnets[] {
  const [outside] = zonesOutside(region, zones);
  if (outside !== undefined) throw new Error(`"${outside}" is no zone of ${region}; one reads like ${region}a`);
  return subnetPlan(cidr, zones);
}

/**
 * How controllers in the cluster find their subnets.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/
 */
export function discoveryTags(kind: SubnetKind, clusterName: string): Readonly<Record<string, string>> {
  switch (kind) {
    case "public":
      return { "kubernetes.io/role/elb": "1" };
    case "private":
      return { "kubernetes.io/role/internal-elb": "1", "karpenter.sh/discovery": clusterName };
    case "database":
      return {};
  }
}

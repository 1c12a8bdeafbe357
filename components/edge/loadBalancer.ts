import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as lb from "@pulumi/aws/lb/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";
import { customResource } from "../shared/customResource.ts";
import { edgeName } from "./names.ts";
import {
  HEALTH_CHECK,
  HTTPS_PORT,
  STATUS_PORT,
  targetGroupBinding,
  type GatewayService,
  type TargetGroupBinding,
} from "./targetGroupBinding.ts";

export interface LoadBalancerArgs {
  readonly prefix: string;
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    /** The VPC's range, e.g. `10.10.0.0/16`: where the gateway's pods are. */
    readonly cidr: string;
    /** Security group of the nodes and their pods. */
    readonly nodeSecurityGroupId: pulumi.Input<string>;
    /** One a zone. */
    readonly privateSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  };
  /** The region's managed prefix list `com.amazonaws.global.cloudfront.origin-facing`, e.g. `pl-22a6434b`. */
  readonly originFacingPrefixListId: string;
  readonly gateway: GatewayService;
  /** What must be there first: the controller that knows TargetGroupBindings, and the gateway's Service. */
  readonly after: readonly pulumi.Resource[];
  /** `on`: AWS refuses to delete the load balancer. */
  readonly protection: "on" | "off";
}

const GATEWAY_PORTS = [
  ["https", HTTPS_PORT],
  ["health", STATUS_PORT],
] as const;

/**
 * The internal load balancer between CloudFront and the gateway. TLS ends at the gateway's pods: a VPC origin takes no load
 * balancer with a TLS listener. Made here rather than by a Service, since CloudFront is given its ARN and a name that
 * survives the Service; the controller only keeps the list of pods.
 *
 * It writes no access log, since AWS writes those for TLS listeners only; who connected is in the VPC's flow logs, who asked
 * for what in CloudFront's and the gateway's.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** `net/<name>/<id>` and `targetgroup/<name>/<id>`, as CloudWatch names them. */
  readonly metrics: { readonly loadBalancer: pulumi.Output<string>; readonly targetGroup: pulumi.Output<string> };
  /** What must be there before traffic is sent. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:LoadBalancer", name, {}, opts);
    const { prefix, network, protection } = args;
    const group = this.declareSecurityGroup(name, args);
    const balancer = new lb.LoadBalancer(
      `${name}-balancer`,
      {
        name: edgeName(prefix),
        loadBalancerType: "network",
        internal: true,
        // VPC origins take no dual-stack load balancer.
        ipAddressType: "ipv4",
        subnets: network.privateSubnetIds,
        securityGroups: [group.id],
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: protection === "on",
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "on",
        tags: { ...platformTags("edge"), Name: edgeName(prefix) },
      },
      { parent: this },
    );
    const targets = this.declareTargets(name, args);
    const admitted = this.declareAdmission(name, network.nodeSecurityGroupId, group);
    const listener = new lb.Listener(
      `${name}-https`,
      {
        loadBalancerArn: balancer.arn,
        port: HTTPS_PORT,
        protocol: "TCP",
        defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
        tags: platformTags("edge"),
      },
      { parent: this },
    );
    const binding = new k8s.apiextensions.CustomResource(
      `${name}-binding`,
      customResource<TargetGroupBinding>(targetGroupBinding(args.gateway, targets.arn)),
      // The controller registers no pod with a target group that no listener uses.
      { parent: this, dependsOn: [...args.after, ...admitted, listener] },
    );
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.metrics = { loadBalancer: balancer.arnSuffix, targetGroup: targets.arnSuffix };
    this.ready = [listener, binding];
    this.registerOutputs({ arn: this.arn, dnsName: this.dnsName });
  }

  /** In from CloudFront alone, out to the gateway's two ports alone. */
  private declareSecurityGroup(name: string, { prefix, network, originFacingPrefixListId }: LoadBalancerArgs): ec2.SecurityGroup {
    const tags = { ...platformTags("edge"), Name: edgeName(prefix) };
    const group = new ec2.SecurityGroup(
      `${name}-group`,
      { name: edgeName(prefix), description: "From CloudFront to the gateway", vpcId: network.vpcId, tags },
      { parent: this },
    );
    new vpc.SecurityGroupIngressRule(
      `${name}-from-cloudfront`,
      {
        securityGroupId: group.id,
        description: "CloudFront, through its VPC origin",
        prefixListId: originFacingPrefixListId,
        ipProtocol: "tcp",
        fromPort: HTTPS_PORT,
        toPort: HTTPS_PORT,
        tags,
      },
      { parent: this },
    );
    for (const [part, port] of GATEWAY_PORTS) {
      new vpc.SecurityGroupEgressRule(
        `${name}-to-gateway-${part}`,
        {
          securityGroupId: group.id,
          description: `The gateway's pods, ${part}`,
          cidrIpv4: network.cidr,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          tags,
        },
        { parent: this },
      );
    }
    return group;
  }

  /** Here and not by the controller, which so needs no right to change security groups. */
  private declareAdmission(name: string, nodes: pulumi.Input<string>, group: ec2.SecurityGroup): readonly pulumi.Resource[] {
    return GATEWAY_PORTS.map(
      ([part, port]) =>
        new vpc.SecurityGroupIngressRule(
          `${name}-nodes-from-balancer-${part}`,
          {
            securityGroupId: nodes,
            description: `Load balancer to the gateway's pods, ${part}`,
            referencedSecurityGroupId: group.id,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            tags: platformTags("edge"),
          },
          { parent: this },
        ),
    );
  }

  private declareTargets(name: string, { prefix, network }: LoadBalancerArgs): lb.TargetGroup {
    return new lb.TargetGroup(
      `${name}-targets`,
      {
        name: edgeName(prefix),
        vpcId: network.vpcId,
        targetType: "ip",
        protocol: "TCP",
        port: HTTPS_PORT,
        // The pods then admit the load balancer's group, and not every address that it speaks for.
        preserveClientIp: "false",
        // As long as the gateway's pods live on after they are told to end.
        deregistrationDelay: 60,
        healthCheck: { ...HEALTH_CHECK },
        tags: platformTags("edge"),
      },
      { parent: this },
    );
  }
}

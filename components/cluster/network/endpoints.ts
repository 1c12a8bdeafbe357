import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";
import { INTERFACE_ENDPOINTS, interfacePolicy, s3Policy, type InterfaceEndpoint } from "./endpointPolicies.ts";

export interface EndpointsArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly vpcId: pulumi.Input<string>;
  /** Of the VPC: the only addresses that may connect. */
  readonly cidr: string;
  /** Where the endpoints have an address each; the others of the VPC reach them there. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Whose way to S3 it is. */
  readonly routeTableIds: readonly pulumi.Input<string>[];
}

/** Ways to AWS's own services that do not leave the VPC. */
export class Endpoints extends pulumi.ComponentResource {
  /** The addresses of S3 in this region, which the gateway endpoint takes over. */
  readonly objectStorageCidrs: pulumi.Output<readonly string[]>;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:Endpoints", name, {}, opts);
    const { prefix, region, accountId, vpcId } = args;
    const tags = (part: string): Record<string, string> => ({ ...platformTags("cluster"), Name: `${prefix}-${part}` });
    const child = { parent: this };
    const s3 = new ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...args.routeTableIds],
        policy: s3Policy(region, accountId),
        tags: tags("s3"),
      },
      child,
    );
    const group = this.declareSecurityGroup(name, args, tags("endpoints"));
    const services = Object.keys(INTERFACE_ENDPOINTS) as readonly InterfaceEndpoint[];
    const interfaces = services.map((service) => {
      const part = service.replaceAll(".", "-");
      return new ec2.VpcEndpoint(
        `${name}-${part}`,
        {
          vpcId,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          subnetIds: [...args.subnetIds],
          securityGroupIds: [group.id],
          // The service's public name then leads here, so no client needs to know.
          privateDnsEnabled: true,
          policy: interfacePolicy(service, accountId),
          tags: tags(part),
        },
        child,
      );
    });
    this.objectStorageCidrs = s3.cidrBlocks;
    this.ready = [s3, ...interfaces];
    this.registerOutputs({});
  }

  private declareSecurityGroup(name: string, { prefix, vpcId, cidr }: EndpointsArgs, tags: Record<string, string>): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(
      `${name}-group`,
      { name: `${prefix}-endpoints`, description: "Endpoints of AWS services: HTTPS from the VPC", vpcId, tags },
      { parent: this },
    );
    new vpc.SecurityGroupIngressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        description: "HTTPS from the VPC",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        tags: platformTags("cluster"),
      },
      { parent: this },
    );
    return group;
  }
}

import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";
import { SUBNET_KINDS, type SubnetKind } from "./subnetPlan.ts";

export interface EgressArgs {
  readonly prefix: string;
  readonly vpcId: pulumi.Input<string>;
  /** Letters of all zones. */
  readonly zones: readonly string[];
  /** Letters of those with a NAT gateway; the others go through the first one's. */
  readonly natZones: readonly string[];
  /** Ids of the subnets, by kind and zone's letter. */
  readonly subnets: Readonly<Record<SubnetKind, Readonly<Record<string, pulumi.Input<string>>>>>;
}

const EVERYWHERE = "0.0.0.0/0";

/**
 * The ways out: public subnets through the internet gateway, private ones through NAT, database ones none. A table each for
 * the private subnets, even with one NAT, so that a second one changes a route and not a subnet's table.
 */
export class Egress extends pulumi.ComponentResource {
  readonly privateRouteTableIds: readonly pulumi.Output<string>[];
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EgressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:Egress", name, {}, opts);
    const { zones, natZones, vpcId } = args;
    const internet = new ec2.InternetGateway(`${name}-internet`, { vpcId, tags: tagsOf(args, "internet") }, { parent: this });
    const publicTable = this.table(name, args, "public");
    const databaseTable = this.table(name, args, "database");
    const outside = this.route(name, "public", publicTable, { gatewayId: internet.id });
    const nats = Object.fromEntries(natZones.map((zone) => [zone, this.nat(name, args, zone, internet)]));
    const privateTables = zones.map((zone) => [zone, this.table(name, args, "private", zone)] as const);
    const [shared] = Object.values(nats);
    const routes = privateTables.flatMap(([zone, table]) => {
      const nat = nats[zone] ?? shared;
      return nat === undefined ? [] : [this.route(name, `private-${zone}`, table, { natGatewayId: nat.id })];
    });

    const tableOf: Readonly<Record<SubnetKind, (zone: string) => ec2.RouteTable | undefined>> = {
      public: () => publicTable,
      private: (zone) => new Map(privateTables).get(zone),
      database: () => databaseTable,
    };
    const associations = SUBNET_KINDS.flatMap((kind) =>
      zones.flatMap((zone) => {
        const [table, subnetId] = [tableOf[kind](zone), args.subnets[kind][zone]];
        if (table === undefined || subnetId === undefined) return [];
        return [new ec2.RouteTableAssociation(`${name}-${kind}-${zone}`, { routeTableId: table.id, subnetId }, { parent: this })];
      }),
    );
    this.privateRouteTableIds = privateTables.map(([, table]) => table.id);
    this.ready = [outside, ...routes, ...associations];
    this.registerOutputs({});
  }

  private table(name: string, args: EgressArgs, kind: SubnetKind, zone?: string): ec2.RouteTable {
    const part = zone === undefined ? kind : `${kind}-${zone}`;
    return new ec2.RouteTable(`${name}-${part}`, { vpcId: args.vpcId, tags: tagsOf(args, part) }, { parent: this });
  }

  private route(name: string, part: string, table: ec2.RouteTable, target: Pick<ec2.RouteArgs, "gatewayId" | "natGatewayId">): ec2.Route {
    return new ec2.Route(`${name}-${part}`, { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, ...target }, { parent: this });
  }

  private nat(name: string, args: EgressArgs, zone: string, internet: pulumi.Resource): ec2.NatGateway {
    const part = `nat-${zone}`;
    const tags = tagsOf(args, part);
    const address = new ec2.Eip(`${name}-${part}`, { domain: "vpc", tags }, { parent: this, dependsOn: [internet] });
    const subnetId = args.subnets.public[zone];
    if (subnetId === undefined) throw new Error(`there is no public subnet in zone ${zone}`);
    return new ec2.NatGateway(
      `${name}-${part}`,
      { allocationId: address.id, subnetId, connectivityType: "public", tags },
      { parent: this, dependsOn: [internet] },
    );
  }
}

const tagsOf = ({ prefix }: EgressArgs, part: string): Record<string, string> => ({
  ...platformTags("cluster"),
  Name: `${prefix}-${part}`,
});

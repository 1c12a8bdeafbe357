import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";

/** A region's internal load balancer. */
export interface OriginTarget {
  /** E.g. `ap-northeast-2`. */
  readonly region: string;
  readonly loadBalancerArn: pulumi.Input<string>;
  /** The load balancer's own DNS name. */
  readonly dnsName: pulumi.Input<string>;
}

export interface OriginsArgs {
  readonly prefix: string;
  readonly main: OriginTarget;
  /** Of a second region with a cluster. */
  readonly standby?: OriginTarget;
  /** Which of the two answers requests: an operator's decision, since the other's database takes no writes until it is promoted. */
  readonly serving: "main" | "standby";
  /** What must be there before CloudFront connects. */
  readonly after: readonly pulumi.Resource[];
}

/** An origin as both kinds of distribution want it. */
export interface Origin {
  /** The region. */
  readonly id: string;
  readonly dnsName: pulumi.Input<string>;
  readonly vpcOriginId: pulumi.Output<string>;
}

/** Seconds: what the gateway gives a tenant's API at most, and what CloudFront gives without a raised quota. */
export const READ_TIMEOUT = 60;

/** Seconds; below the gateway's and the load balancer's, so that CloudFront never sends into a connection that they are closing. */
export const KEEPALIVE_TIMEOUT = 30;

/** Id of the group of both origins. */
export const EITHER = "either";

/** Statuses on which CloudFront asks the second origin of a group. */
export const FAILOVER_STATUSES = [500, 502, 503, 504] as const;

/**
 * CloudFront's private way into each region.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
 */
export class Origins extends pulumi.ComponentResource {
  readonly all: readonly Origin[];
  /** Id of the origin that pages and the API come from. */
  readonly serving: string;
  /** Id of what static files come from: both regions, the serving one first, where there are two. */
  readonly staticOrigin: string;
  /** The serving origin first; fewer than two: no group. */
  readonly group: readonly string[];

  constructor(name: string, args: OriginsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:Origins", name, {}, opts);
    const { main, standby, serving } = args;
    if (serving === "standby" && standby === undefined) {
      throw new Error("the edge is told to serve from the standby region, and there is none: allowed is `main`");
    }
    const targets = standby === undefined ? [main] : [main, standby];
    this.all = targets.map((target) => this.declareOrigin(name, args, target));
    const ordered = serving === "main" ? targets : targets.toReversed();
    this.group = ordered.map(({ region }) => region);
    this.serving = serving === "standby" && standby !== undefined ? standby.region : main.region;
    this.staticOrigin = standby === undefined ? this.serving : EITHER;
    this.registerOutputs({});
  }

  private declareOrigin(name: string, { prefix, after }: OriginsArgs, target: OriginTarget): Origin {
    const { region, loadBalancerArn, dnsName } = target;
    const origin = new cloudfront.VpcOrigin(
      `${name}-${region}`,
      {
        vpcOriginEndpointConfig: {
          name: `${prefix}-${region}`,
          arn: loadBalancerArn,
          // Asked for by the API, used by nobody: `https-only`.
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
        },
        tags: platformTags("edge"),
      },
      { parent: this, dependsOn: [...after] },
    );
    return { id: region, dnsName, vpcOriginId: origin.id };
  }
}

import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type { Provider } from "@pulumi/aws/provider.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags, policyDocument } from "../shared/aws.ts";
import { EDGE_REGION } from "./names.ts";

export interface ZonesArgs {
  readonly prefix: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** The stack's domain, e.g. `privatesales.co.kr`: tenants' hosts are one label below it. */
  readonly domain: string;
  /** What the wildcard points to, e.g. `privatesales-lb.co.kr`; a name outside `domain`, since that is covered by the wildcard. */
  readonly loadBalancerDomain: string;
  /** Name servers of domains below `domain` that other accounts serve, e.g. of `qa.privatesales.co.kr`. Default: none. */
  readonly delegations?: Readonly<Record<string, readonly string[]>>;
  /** Days that queries are kept. */
  readonly logRetentionDays: number;
  /** ARN of the key of the query log; in us-east-1. */
  readonly logKeyArn: pulumi.Input<string>;
  /** us-east-1, where Route 53 writes its logs. */
  readonly usEast1: Provider;
  readonly protection: "on" | "off";
}

/** As the seed has it. Long, since the name behind it, whose records live for seconds, is what changes. */
const WILDCARD_TTL = 3600;

const CAA_TTL = 3600;

/** CloudFront's certificates come from Amazon, the gateway's from Let's Encrypt. */
const AUTHORITIES = ["amazon.com", "letsencrypt.org"] as const;

/** Who may sign certificates for a domain, exact and wildcard: https://datatracker.ietf.org/doc/html/rfc8659 */
export const authorityRecords = (): string[] => ["issue", "issuewild"].flatMap((tag) => AUTHORITIES.map((name) => `0 ${tag} "${name}"`));

/**
 * The two public zones: the stack's domain, whose wildcard is an alias of the load balancer's name, and the load balancer's.
 * The registrar has to name `nameServers`; a zone that is made anew gets others, hence its protection.
 *
 * Not signed with DNSSEC: the registrar would have to keep the zone's key in step, and a mistake there takes every shop off
 * the net for as long as resolvers remember it.
 */
export class Zones extends pulumi.ComponentResource {
  readonly domainId: pulumi.Output<string>;
  readonly loadBalancerId: pulumi.Output<string>;
  /** What the registrar has to name, by domain. */
  readonly nameServers: Readonly<Record<string, pulumi.Output<string[]>>>;

  constructor(name: string, args: ZonesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:Zones", name, {}, opts);
    const { domain, loadBalancerDomain } = args;
    const child = { parent: this };
    const policy = this.allowQueryLogs(name, args);
    const zone = this.declareZone(`${name}-domain`, domain, args, policy);
    const loadBalancer = this.declareZone(`${name}-load-balancer`, loadBalancerDomain, args, policy);
    new route53.Record(
      `${name}-wildcard`,
      { zoneId: zone.zoneId, name: `*.${domain}`, type: "CNAME", ttl: WILDCARD_TTL, records: [loadBalancerDomain] },
      child,
    );
    for (const [below, records] of Object.entries(args.delegations ?? {})) {
      new route53.Record(
        `${name}-delegation-${below}`,
        { zoneId: zone.zoneId, name: below, type: "NS", ttl: WILDCARD_TTL, records: [...records] },
        child,
      );
    }
    this.domainId = zone.zoneId;
    this.loadBalancerId = loadBalancer.zoneId;
    this.nameServers = { [domain]: zone.nameServers, [loadBalancerDomain]: loadBalancer.nameServers };
    this.registerOutputs({ nameServers: this.nameServers });
  }

  /** A zone, who may sign for it, and a log of what is asked. */
  private declareZone(name: string, domain: string, args: ZonesArgs, policy: pulumi.Resource): route53.Zone {
    const child = { parent: this };
    const zone = new route53.Zone(
      `${name}-zone`,
      { name: domain, comment: `${args.prefix}: made by Pulumi`, forceDestroy: false, tags: { ...platformTags("edge"), Name: domain } },
      { ...child, ...dataOptions(args.protection) },
    );
    new route53.Record(
      `${name}-authorities`,
      { zoneId: zone.zoneId, name: domain, type: "CAA", ttl: CAA_TTL, records: authorityRecords() },
      child,
    );
    const group = new cloudwatch.LogGroup(
      `${name}-queries`,
      {
        name: `/aws/route53/${args.prefix}/${domain}`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.logKeyArn,
        tags: platformTags("edge"),
      },
      { ...child, provider: args.usEast1, ...dataOptions(args.protection) },
    );
    new route53.QueryLog(
      `${name}-query-log`,
      { zoneId: zone.zoneId, cloudwatchLogGroupArn: group.arn },
      { ...child, dependsOn: [policy] },
    );
    return zone;
  }

  /** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html */
  private allowQueryLogs(name: string, { prefix, accountId, usEast1 }: ZonesArgs): pulumi.Resource {
    return new cloudwatch.LogResourcePolicy(
      `${name}-query-policy`,
      {
        policyName: `${prefix}-route53-queries`,
        policyDocument: policyDocument({
          Sid: "Route53WritesQueries",
          Effect: "Allow",
          Principal: { Service: "route53.amazonaws.com" },
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `arn:aws:logs:${EDGE_REGION}:${accountId}:log-group:/aws/route53/${prefix}/*`,
          Condition: { StringEquals: { "aws:SourceAccount": accountId }, ArnLike: { "aws:SourceArn": "arn:aws:route53:::hostedzone/*" } },
        }),
      },
      { parent: this, provider: usEast1 },
    );
  }
}

import type { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../security/encryptionKey.ts";
import type { Statement } from "../shared/aws.ts";
import { AccessLogs } from "./accessLogs.ts";
import { EdgeCertificate } from "./certificate.ts";
import { EdgeDistribution } from "./distribution.ts";
import { EntryRecords } from "./entryRecords.ts";
import { Failover } from "./failover.ts";
import { Firewall } from "./firewall.ts";
import { LoadBalancer, type LoadBalancerArgs } from "./loadBalancer.ts";
import { EDGE_REGION } from "./names.ts";
import { Origins, type OriginTarget } from "./origins.ts";
import type { DnsProof, EdgeTenant } from "./ownDomainProofs.ts";
import { OwnDomains } from "./ownDomains.ts";
import { EdgePolicies } from "./policies.ts";
import { Zones } from "./zones.ts";

export interface EdgeArgs extends LoadBalancerArgs {
  /** Twelve digits. */
  readonly accountId: string;
  /** Region of the cluster, e.g. `ap-northeast-2`. */
  readonly region: string;
  readonly domain: string;
  /** What the wildcard points to, e.g. `privatesales-lb.co.kr`; not below `domain`. */
  readonly loadBalancerDomain: string;
  /** Name servers of domains below `domain` that other accounts serve. Default: none. */
  readonly delegations?: Readonly<Record<string, readonly string[]>>;
  readonly tenants: readonly EdgeTenant[];
  readonly firewall: { /** Of one address, over all shops. */ readonly requestsPer5Minutes: number };
  readonly logs: {
    /** The bucket of access logs; its policy, and its key's, let `delivery.logs.amazonaws.com` write. */
    readonly bucketArn: pulumi.Input<string>;
    /** Days that the logs of firewall and DNS are kept. */
    readonly retentionDays: number;
  };
  /** SNS topics in `region` that hear when no gateway answers. Default: none. */
  readonly alarmTopicArns?: readonly pulumi.Input<string>[];
  /** The load balancer of a second region's cluster. */
  readonly standby?: OriginTarget;
  /** Which region answers. Default: `main`. */
  readonly serving?: "main" | "standby";
  /** A provider of us-east-1. */
  readonly usEast1: Provider;
}

/** CloudWatch encrypts the groups of this prefix, and no other resource, with the key. */
const logKeyStatement = (accountId: string): Statement => ({
  Sid: "CloudWatchLogs",
  Effect: "Allow",
  Principal: { Service: `logs.${EDGE_REGION}.amazonaws.com` },
  Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
  Resource: "*",
  Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${EDGE_REGION}:${accountId}:log-group:*` } },
});

/**
 * From the shopper to the gateway: DNS, CloudFront with its certificate and firewall, and the internal load balancer. The
 * providers of `opts` are those of the cluster's region and of the cluster.
 */
export class Edge extends pulumi.ComponentResource {
  /** What the registrar has to name, by domain. */
  readonly nameServers: Readonly<Record<string, pulumi.Output<string[]>>>;
  readonly zones: { readonly domainId: pulumi.Output<string>; readonly loadBalancerId: pulumi.Output<string> };
  /** `<id>.cloudfront.net`. */
  readonly distributionDomain: pulumi.Output<string>;
  /** What owners of own domains have to publish, by tenant. */
  readonly proofs: Readonly<Record<string, readonly DnsProof[]>>;
  /** The load balancer of the healthy region. */
  readonly originHost: string;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:Edge", name, {}, opts);
    const { prefix, domain, loadBalancerDomain, region, standby, serving = "main", usEast1, alarmTopicArns } = args;
    const child = { parent: this };
    const logKey = this.declareLogKey(name, args);
    const logging = { logRetentionDays: args.logs.retentionDays, logKeyArn: logKey.arn, usEast1 };
    const zones = new Zones(`${name}-zones`, { ...zoneArgs(args), ...logging }, child);
    const certificate = new EdgeCertificate(`${name}-certificate`, { domain, loadBalancerDomain, zones, usEast1 }, child);
    const firewall = new Firewall(`${name}-firewall`, { prefix, protection: args.protection, ...args.firewall, ...logging }, child);
    const balancer = new LoadBalancer(`${name}-balancer`, balancerArgs(args), child);

    const main = { region, loadBalancerArn: balancer.arn, dnsName: balancer.dnsName };
    const second = standby === undefined ? {} : { standby };
    const origins = new Origins(`${name}-origins`, { prefix, main, ...second, serving, after: balancer.ready }, child);
    const policies = new EdgePolicies(`${name}-policies`, { prefix, domain }, child);
    const behind = { prefix, loadBalancerDomain, certificateArn: certificate.arn, webAclArn: firewall.arn, origins, policies };
    const distribution = new EdgeDistribution(`${name}-distribution`, { ...behind, domain }, child);
    const loadBalancerZoneId = zones.loadBalancerId;
    const own = new OwnDomains(`${name}-own-domains`, { ...behind, loadBalancerZoneId, tenants: args.tenants }, child);
    const distributions = { platform: distribution.arn, "own-domains": own.arn };
    new AccessLogs(`${name}-access-logs`, { prefix, bucketArn: args.logs.bucketArn, distributions, usEast1 }, child);

    const tops = {
      domain: { domain, zoneId: zones.domainId },
      "load-balancer": { domain: loadBalancerDomain, zoneId: loadBalancerZoneId },
    };
    new EntryRecords(`${name}-entry`, { zones: tops, distribution }, child);
    const watched = { ...main, metrics: balancer.metrics };
    const hearing = alarmTopicArns === undefined ? {} : { alarmTopicArns };
    const failing = { prefix, loadBalancerDomain, loadBalancerZoneId, main: watched, ...second, ...hearing };
    const failover = new Failover(`${name}-failover`, failing, child);

    this.nameServers = zones.nameServers;
    this.zones = zones;
    this.distributionDomain = distribution.domainName;
    this.proofs = own.proofs;
    this.originHost = failover.host;
    this.registerOutputs({ nameServers: this.nameServers, distributionDomain: this.distributionDomain, proofs: this.proofs });
  }

  private declareLogKey(name: string, { prefix, accountId, protection, usEast1 }: EdgeArgs): EncryptionKey {
    return new EncryptionKey(
      `${name}-log-key`,
      {
        description: "Logs of the firewall and of DNS",
        alias: `${prefix}/edge-logs`,
        accountId,
        part: "edge",
        protection,
        statements: [logKeyStatement(accountId)],
      },
      { parent: this, providers: { aws: usEast1 } },
    );
  }
}

const zoneArgs = ({ prefix, accountId, domain, loadBalancerDomain, delegations, protection }: EdgeArgs) => ({
  prefix,
  accountId,
  domain,
  loadBalancerDomain,
  protection,
  ...(delegations === undefined ? {} : { delegations }),
});

const balancerArgs = ({ prefix, network, originFacingPrefixListId, gateway, after, protection }: EdgeArgs): LoadBalancerArgs => ({
  prefix,
  network,
  originFacingPrefixListId,
  gateway,
  after,
  protection,
});

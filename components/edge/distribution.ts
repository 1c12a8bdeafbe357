import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";
import { behaviours, uncachedErrors } from "./behaviours.ts";
import { plainBehaviour, plainGroups, plainOrigin } from "./distributionParts.ts";
import type { Origins } from "./origins.ts";
import type { EdgePolicies } from "./policies.ts";

export interface EdgeDistributionArgs {
  readonly prefix: string;
  readonly domain: string;
  readonly loadBalancerDomain: string;
  /** In us-east-1, for `domain`, all below it, and `loadBalancerDomain`. */
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn: pulumi.Input<string>;
  readonly origins: Origins;
  readonly policies: EdgePolicies;
}

/** Every name that the distribution answers to. */
export const aliases = (domain: string, loadBalancerDomain: string): string[] => [domain, `*.${domain}`, loadBalancerDomain];

/**
 * CloudFront in front of all hosts of the platform. The viewer's `Host` is in the cache key, reaches the gateway as it came,
 * and is the name that the gateway's certificate is checked against.
 *
 * There is no default root object: `/` is the shop's page. Nor a geographic restriction: brands sell to every country, and
 * who may buy is the shop's to say.
 */
export class EdgeDistribution extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** `<id>.cloudfront.net`. */
  readonly domainName: pulumi.Output<string>;
  /** Zone of `domainName`, for alias records. */
  readonly hostedZoneId: pulumi.Output<string>;

  constructor(name: string, args: EdgeDistributionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:EdgeDistribution", name, {}, opts);
    const { prefix, domain, loadBalancerDomain, certificateArn, webAclArn, origins, policies } = args;
    const { pages, byPath } = behaviours({
      serving: origins.serving,
      staticOrigin: origins.staticOrigin,
      pagePolicyId: policies.pagePolicyId,
      staticPolicyId: policies.staticPolicyId,
      responseHeadersPolicyId: policies.headersPolicyId.platform,
      functionArn: policies.functionArn.platform,
    });
    const distribution = new cloudfront.Distribution(
      `${name}-distribution`,
      {
        comment: `${prefix}: ${domain}`,
        enabled: true,
        aliases: aliases(domain, loadBalancerDomain),
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        // Brands sell to Europe and America as well as to Asia.
        priceClass: "PriceClass_All",
        webAclId: webAclArn,
        origins: origins.all.map(plainOrigin),
        originGroups: plainGroups(origins.group),
        defaultCacheBehavior: plainBehaviour(pages),
        orderedCacheBehaviors: byPath.map(({ path, behaviour }) => ({ pathPattern: path, ...plainBehaviour(behaviour) })),
        customErrorResponses: uncachedErrors(),
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { acmCertificateArn: certificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
        tags: { ...platformTags("edge"), Name: domain },
      },
      { parent: this },
    );
    new cloudfront.MonitoringSubscription(
      `${name}-metrics`,
      {
        distributionId: distribution.id,
        monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" } },
      },
      { parent: this },
    );
    this.id = distribution.id;
    this.arn = distribution.arn;
    this.domainName = distribution.domainName;
    this.hostedZoneId = distribution.hostedZoneId;
    this.registerOutputs({ domainName: this.domainName });
  }
}

import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, tenantTags } from "../shared/aws.ts";
import { behaviours, uncachedErrors } from "./behaviours.ts";
import { multiBehaviour, multiGroups, multiOrigin } from "./distributionParts.ts";
import { shopsHost } from "./names.ts";
import type { Origins } from "./origins.ts";
import { proofsOf, withOwnDomains, type DnsProof, type EdgeTenant } from "./ownDomainProofs.ts";
import type { EdgePolicies } from "./policies.ts";

export interface OwnDomainsArgs {
  readonly prefix: string;
  readonly loadBalancerDomain: string;
  /** Zone of `loadBalancerDomain`. */
  readonly loadBalancerZoneId: pulumi.Input<string>;
  /** Every tenant; those that serve no own domain are left out. */
  readonly tenants: readonly EdgeTenant[];
  /** In us-east-1. Each tenant's own domains have a certificate of their own, which CloudFront asks for and renews. */
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn: pulumi.Input<string>;
  readonly origins: Origins;
  readonly policies: EdgePolicies;
}

/**
 * Own domains: one distribution as the pattern, a distribution tenant each, so that a domain that fails, or the certificate
 * of one, is one tenant's matter.
 *
 * The order for an owner's domain: it is written into the tenants file, `preview` prints `proofs`, the owner publishes them,
 * and `up` follows. CloudFront refuses a domain that does not point at it yet; only that tenant's step of the run fails.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/managed-cloudfront-certificates.html
 */
export class OwnDomains extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** What the owners of the domains have to publish, by tenant. */
  readonly proofs: Readonly<Record<string, readonly DnsProof[]>>;

  constructor(name: string, args: OwnDomainsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:OwnDomains", name, {}, opts);
    const { prefix, loadBalancerDomain, loadBalancerZoneId } = args;
    const group = new cloudfront.ConnectionGroup(
      `${name}-connections`,
      { name: `${prefix}-own-domains`, enabled: true, ipv6Enabled: true, tags: platformTags("edge") },
      { parent: this },
    );
    const entry = new route53.Record(
      `${name}-entry`,
      { zoneId: loadBalancerZoneId, name: shopsHost(loadBalancerDomain), type: "CNAME", ttl: 300, records: [group.routingEndpoint] },
      { parent: this },
    );
    const distribution = this.declareDistribution(name, args);
    const tenants = withOwnDomains(args.tenants);
    for (const tenant of tenants) this.declareTenant(name, args, tenant, { group, distribution, entry });
    this.arn = distribution.arn;
    this.proofs = Object.fromEntries(tenants.map(({ id, ownDomains }) => [id, proofsOf(ownDomains, loadBalancerDomain)]));
    this.registerOutputs({ proofs: this.proofs });
  }

  private declareDistribution(name: string, args: OwnDomainsArgs): cloudfront.MultitenantDistribution {
    const { prefix, certificateArn, webAclArn, origins, policies } = args;
    const { pages, byPath } = behaviours({
      serving: origins.serving,
      staticOrigin: origins.staticOrigin,
      pagePolicyId: policies.pagePolicyId,
      staticPolicyId: policies.staticPolicyId,
      responseHeadersPolicyId: policies.headersPolicyId.tenants,
      functionArn: policies.functionArn.tenants,
    });
    return new cloudfront.MultitenantDistribution(
      `${name}-distribution`,
      {
        comment: `${prefix}: own domains`,
        enabled: true,
        httpVersion: "http2and3",
        webAclId: webAclArn,
        origins: origins.all.map(multiOrigin),
        originGroups: multiGroups(origins.group),
        defaultCacheBehavior: multiBehaviour(pages),
        cacheBehaviors: byPath.map(({ path, behaviour }) => ({ pathPattern: path, ...multiBehaviour(behaviour) })),
        customErrorResponses: uncachedErrors(),
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { acmCertificateArn: certificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
        // All tenants are alike: the host says which one it is.
        tenantConfig: {},
        tags: platformTags("edge"),
      },
      { parent: this },
    );
  }

  private declareTenant(
    name: string,
    { prefix }: OwnDomainsArgs,
    tenant: EdgeTenant,
    shared: {
      readonly group: cloudfront.ConnectionGroup;
      readonly distribution: cloudfront.MultitenantDistribution;
      readonly entry: pulumi.Resource;
    },
  ): void {
    const domains = tenant.ownDomains.toSorted();
    const [first] = domains;
    if (first === undefined) throw new Error(`the tenant ${tenant.id} has no own domain`);
    new cloudfront.DistributionTenant(
      `${name}-${tenant.id}`,
      {
        name: `${prefix}-${tenant.id}`,
        distributionId: shared.distribution.id,
        connectionGroupId: shared.group.id,
        domains: domains.map((domain) => ({ domain })),
        managedCertificateRequest: {
          primaryDomainName: first,
          validationTokenHost: "cloudfront",
          certificateTransparencyLoggingPreference: "enabled",
        },
        enabled: true,
        tags: tenantTags(tenant),
      },
      {
        parent: this,
        // The owners' records lead through it.
        dependsOn: [shared.entry],
        // The provider writes the certificate there once CloudFront has it; without this a refresh would take it off again.
        ignoreChanges: ["customizations"],
      },
    );
  }
}

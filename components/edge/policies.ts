import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import type { input } from "@pulumi/aws/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";
import { PAGE_KEY, policyParameters, STATIC_KEY } from "./cacheKey.ts";
import { viewerFunction } from "./viewerFunction.ts";

export interface EdgePoliciesArgs {
  readonly prefix: string;
  readonly domain: string;
}

const SECONDS = { hour: 3600, day: 86_400, year: 31_536_000, twoYears: 63_072_000 } as const;

/** Whose hosts a policy is for: the platform's, or domains of tenants. */
export type Owner = "platform" | "tenants";

/**
 * What a browser is told with every answer. `includeSubDomains` and `preload` only where all hosts below are the platform's:
 * under a tenant's domain there may be others that do not speak TLS.
 */
export const securityHeaders = (owner: Owner): input.cloudfront.ResponseHeadersPolicySecurityHeadersConfig => ({
  strictTransportSecurity: {
    accessControlMaxAgeSec: SECONDS.twoYears,
    includeSubdomains: owner === "platform",
    preload: owner === "platform",
    override: true,
  },
  contentTypeOptions: { override: true },
  frameOptions: { frameOption: "SAMEORIGIN", override: true },
  referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
  // A shop may send a stricter policy of its own, which knows its scripts and fonts.
  contentSecurityPolicy: { contentSecurityPolicy: "frame-ancestors 'self'; upgrade-insecure-requests", override: false },
});

/** What both distributions share: cache keys, security headers, and the functions that see each request first. */
export class EdgePolicies extends pulumi.ComponentResource {
  readonly pagePolicyId: pulumi.Output<string>;
  readonly staticPolicyId: pulumi.Output<string>;
  readonly headersPolicyId: Readonly<Record<Owner, pulumi.Output<string>>>;
  readonly functionArn: Readonly<Record<Owner, pulumi.Output<string>>>;

  constructor(name: string, args: EdgePoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:EdgePolicies", name, {}, opts);
    const { prefix, domain } = args;
    const child = { parent: this };
    const pages = new cloudfront.CachePolicy(
      `${name}-pages`,
      {
        name: `${prefix}-pages`,
        comment: "Kept only as long as the shop says",
        minTtl: 0,
        defaultTtl: 0,
        maxTtl: SECONDS.hour,
        parametersInCacheKeyAndForwardedToOrigin: policyParameters(PAGE_KEY),
      },
      child,
    );
    const files = new cloudfront.CachePolicy(
      `${name}-static`,
      {
        name: `${prefix}-static`,
        comment: "Files whose names change with their content",
        minTtl: 0,
        defaultTtl: SECONDS.day,
        maxTtl: SECONDS.year,
        parametersInCacheKeyAndForwardedToOrigin: policyParameters(STATIC_KEY),
      },
      child,
    );
    this.pagePolicyId = pages.id;
    this.staticPolicyId = files.id;
    this.headersPolicyId = {
      platform: this.declareHeaders(name, prefix, "platform"),
      tenants: this.declareHeaders(name, prefix, "tenants"),
    };
    this.functionArn = {
      platform: this.declareFunction(name, prefix, "platform", viewerFunction({ kind: "below", domain })),
      tenants: this.declareFunction(name, prefix, "tenants", viewerFunction({ kind: "any" })),
    };
    this.registerOutputs({});
  }

  private declareHeaders(name: string, prefix: string, owner: Owner): pulumi.Output<string> {
    const policy = new cloudfront.ResponseHeadersPolicy(
      `${name}-headers-${owner}`,
      { name: `${prefix}-security-${owner}`, securityHeadersConfig: securityHeaders(owner) },
      { parent: this },
    );
    return policy.id;
  }

  private declareFunction(name: string, prefix: string, owner: Owner, code: string): pulumi.Output<string> {
    const made = new cloudfront.Function(
      `${name}-viewer-${owner}`,
      {
        name: `${prefix}-viewer-${owner}`,
        runtime: "cloudfront-js-2.0",
        comment: "Refuses foreign hosts, strips headers",
        publish: true,
        code,
        tags: platformTags("edge"),
      },
      { parent: this },
    );
    return made.arn;
  }
}

import { describe, expect, test } from "vitest";
import { EdgeDistribution } from "../../../components/edge/distribution.ts";
import { Origins, type OriginsArgs } from "../../../components/edge/origins.ts";
import { EdgePolicies } from "../../../components/edge/policies.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, type Recorded } from "../../support/record.ts";
import { DOMAIN, LOAD_BALANCER, ofKind, PREFIX, recordEdge } from "./support.ts";

const MAIN = { region: "ap-northeast-2", loadBalancerArn: "arn:main", dnsName: "main.elb.amazonaws.com" };
const STANDBY = { region: "ap-northeast-1", loadBalancerArn: "arn:standby", dnsName: "standby.elb.amazonaws.com" };

const declare = (more: Partial<OriginsArgs> = {}): Promise<readonly Recorded[]> =>
  recordEdge(() => {
    const origins = new Origins("origins", { prefix: PREFIX, main: MAIN, serving: "main", after: [], ...more });
    const policies = new EdgePolicies("policies", { prefix: PREFIX, domain: DOMAIN });
    new EdgeDistribution("edge", {
      prefix: PREFIX,
      domain: DOMAIN,
      loadBalancerDomain: LOAD_BALANCER,
      certificateArn: "arn:certificate",
      webAclArn: "arn:acl",
      origins,
      policies,
    });
  });

const inputsOf = async (more: Partial<OriginsArgs> = {}): Promise<Readonly<Record<string, unknown>>> =>
  only(await declare(more), "Distribution").inputs;

const byPath = (inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(listAt(inputs, "orderedCacheBehaviors").map((behaviour) => [String(at(behaviour, "pathPattern")), behaviour]));

describe("the distribution", () => {
  test("answers to the platform's hosts with TLS 1.2 at least, behind the firewall", async () => {
    const inputs = await inputsOf();
    expect(inputs).toMatchObject({
      enabled: true,
      aliases: [DOMAIN, `*.${DOMAIN}`, LOAD_BALANCER],
      webAclId: "arn:acl",
      httpVersion: "http2and3",
      viewerCertificate: { acmCertificateArn: "arn:certificate", sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
      restrictions: { geoRestriction: { restrictionType: "none" } },
    });
    expect(inputs).not.toHaveProperty("defaultRootObject");
  });

  test("redirects plain HTTP, strips headers and adds security headers on every path", async () => {
    const inputs = await inputsOf();
    const all = [inputs.defaultCacheBehavior, ...listAt(inputs, "orderedCacheBehaviors")];
    expect(all).toHaveLength(5);
    for (const behaviour of all) {
      expect(behaviour).toMatchObject({
        viewerProtocolPolicy: "redirect-to-https",
        compress: true,
        responseHeadersPolicyId: "policies-headers-platform-id",
        functionAssociations: [{ eventType: "viewer-request", functionArn: "arn:function" }],
      });
    }
  });

  test("keeps pages by our key and sends the shop all of a request", async () => {
    expect((await inputsOf()).defaultCacheBehavior).toMatchObject({
      targetOriginId: "ap-northeast-2",
      cachePolicyId: "policies-pages-id",
      originRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3",
      allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
      cachedMethods: ["GET", "HEAD"],
    });
  });

  test("never keeps the API", async () => {
    const paths = byPath(await inputsOf());
    for (const path of ["/api", "/api/*"]) {
      expect(paths[path]).toMatchObject({
        cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        originRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3",
      });
    }
  });

  test("sends the shop only what is in the key of a static file", async () => {
    const paths = byPath(await inputsOf());
    for (const path of ["/static/*", "/assets/*"]) {
      expect(paths[path]).toMatchObject({ cachePolicyId: "policies-static-id", allowedMethods: ["GET", "HEAD", "OPTIONS"] });
      expect(paths[path]).not.toHaveProperty("originRequestPolicyId");
    }
  });

  test("keeps no error, whose key would hold no host where caching is disabled", async () => {
    const errors = listAt(await inputsOf(), "customErrorResponses");
    expect(errors.map((error) => at(error, "errorCode"))).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]);
    expect(errors.map((error) => at(error, "errorCachingMinTtl"))).toEqual(errors.map(() => 0));
  });
});

describe("the policies", () => {
  test("pages are kept only as long as the shop says, files for a day and more, both by host", async () => {
    const seen = await declare();
    expect(only(seen, "CachePolicy", "policies-pages").inputs).toMatchObject({ minTtl: 0, defaultTtl: 0, maxTtl: 3600 });
    expect(only(seen, "CachePolicy", "policies-static").inputs).toMatchObject({ minTtl: 0, defaultTtl: 86_400, maxTtl: 31_536_000 });
    for (const { inputs } of ofKind(seen, "CachePolicy")) {
      expect(at(inputs, "parametersInCacheKeyAndForwardedToOrigin.headersConfig.headers.items")).toEqual(["host"]);
    }
  });

  test("security headers; what lies below a tenant's domain is not ours to bind", async () => {
    const seen = await declare();
    const common = {
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "SAMEORIGIN", override: true },
      referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
      contentSecurityPolicy: { contentSecurityPolicy: "frame-ancestors 'self'; upgrade-insecure-requests", override: false },
    };
    const transport = (below: boolean): unknown => ({
      accessControlMaxAgeSec: 63_072_000,
      includeSubdomains: below,
      preload: below,
      override: true,
    });
    expect(only(seen, "ResponseHeadersPolicy", "policies-headers-platform").inputs.securityHeadersConfig).toEqual({
      ...common,
      strictTransportSecurity: transport(true),
    });
    expect(only(seen, "ResponseHeadersPolicy", "policies-headers-tenants").inputs.securityHeadersConfig).toEqual({
      ...common,
      strictTransportSecurity: transport(false),
    });
  });

  test("the platform's function knows the domain, the tenants' does not", async () => {
    const seen = await declare();
    expect(only(seen, "Function", "policies-viewer-platform").inputs).toMatchObject({ runtime: "cloudfront-js-2.0", publish: true });
    expect(String(only(seen, "Function", "policies-viewer-platform").inputs.code)).toContain(DOMAIN);
    expect(String(only(seen, "Function", "policies-viewer-tenants").inputs.code)).not.toContain(DOMAIN);
  });
});

describe("origins", () => {
  test("one region: a private origin over TLS, no group", async () => {
    const seen = await declare();
    expect(only(seen, "VpcOrigin").inputs).toMatchObject({
      vpcOriginEndpointConfig: {
        arn: "arn:main",
        originProtocolPolicy: "https-only",
        httpsPort: 443,
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
    });
    const inputs = only(seen, "Distribution").inputs;
    expect(inputs.origins).toEqual([
      {
        originId: "ap-northeast-2",
        domainName: "main.elb.amazonaws.com",
        vpcOriginConfig: { vpcOriginId: "origins-ap-northeast-2-id", originReadTimeout: 60, originKeepaliveTimeout: 30 },
      },
    ]);
    expect(inputs.originGroups).toEqual([]);
  });

  test.each([
    ["main", ["ap-northeast-2", "ap-northeast-1"]],
    ["standby", ["ap-northeast-1", "ap-northeast-2"]],
  ] as const)("two regions serving from %s: pages from one, files from either", async (serving, order) => {
    const inputs = await inputsOf({ standby: STANDBY, serving });
    expect(at(inputs, "defaultCacheBehavior.targetOriginId")).toBe(order[0]);
    const paths = byPath(inputs);
    expect(at(paths["/api/*"], "targetOriginId")).toBe(order[0]);
    expect(at(paths["/static/*"], "targetOriginId")).toBe("either");
    expect(inputs.originGroups).toEqual([
      { originId: "either", failoverCriteria: { statusCodes: [500, 502, 503, 504] }, members: order.map((originId) => ({ originId })) },
    ]);
  });

  test("a standby region that is not there cannot serve", async () => {
    await expect(declare({ serving: "standby" })).rejects.toThrow(/standby region, and there is none/);
  });
});

import { describe, expect, test } from "vitest";
import { Origins } from "../../../components/edge/origins.ts";
import { proofsOf, withOwnDomains, type EdgeTenant } from "../../../components/edge/ownDomainProofs.ts";
import { OwnDomains } from "../../../components/edge/ownDomains.ts";
import { EdgePolicies } from "../../../components/edge/policies.ts";
import { STATES, type State } from "../../../tenants/tenant.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, type Recorded } from "../../support/record.ts";
import { DOMAIN, LOAD_BALANCER, ofKind, PREFIX, recordEdge } from "./support.ts";

const tenant = (id: string, ownDomains: readonly string[], state: State = "active"): EdgeTenant => ({
  id,
  tier: "enterprise",
  costCenter: `cc-${id}`,
  state,
  ownDomains,
});

const declare = (tenants: readonly EdgeTenant[], made: (own: OwnDomains) => void = () => undefined): Promise<readonly Recorded[]> =>
  recordEdge(() => {
    const origins = new Origins("origins", {
      prefix: PREFIX,
      main: { region: "ap-northeast-2", loadBalancerArn: "arn:main", dnsName: "main.elb.amazonaws.com" },
      serving: "main",
      after: [],
    });
    const policies = new EdgePolicies("policies", { prefix: PREFIX, domain: DOMAIN });
    made(
      new OwnDomains("own", {
        prefix: PREFIX,
        loadBalancerDomain: LOAD_BALANCER,
        loadBalancerZoneId: "Z2",
        tenants,
        certificateArn: "arn:certificate",
        webAclArn: "arn:acl",
        origins,
        policies,
      }),
    );
  });

describe("whose domains are served", () => {
  test.each(STATES.map((state) => [state, state === "active" || state === "suspended"] as const))("%s: %s", (state, served) => {
    expect(withOwnDomains([tenant("dior", ["shop.dior.com"], state)])).toHaveLength(served ? 1 : 0);
  });

  test("nobody's without one, and in an order that the tenants file does not change", () => {
    const [dior, gucci] = [tenant("dior", ["shop.dior.com"]), tenant("gucci", ["gucci.example"])];
    expect(withOwnDomains([gucci, tenant("chanel", []), dior])).toEqual([dior, gucci]);
  });
});

test("what an owner publishes: the way in, and the way to a proof outside the wildcard's reach", () => {
  const proofs = proofsOf(["www.dior.com", "shop.dior.com"], LOAD_BALANCER);
  expect(proofs).toEqual([
    { name: "shop.dior.com", type: "CNAME", value: "shops.privatesales-lb.co.kr" },
    { name: "_acme-challenge.shop.dior.com", type: "CNAME", value: "_acme-challenge.shop.dior.com.privatesales-lb.co.kr" },
    { name: "www.dior.com", type: "CNAME", value: "shops.privatesales-lb.co.kr" },
    { name: "_acme-challenge.www.dior.com", type: "CNAME", value: "_acme-challenge.www.dior.com.privatesales-lb.co.kr" },
  ]);
  expect(proofs.filter(({ value }) => value.endsWith(`.${DOMAIN}`))).toEqual([]);
});

describe("the component", () => {
  const tenants = [
    tenant("gucci", ["gucci.example"]),
    tenant("dior", ["www.dior.com", "shop.dior.com"]),
    tenant("chanel", ["chanel.example"], "archived"),
  ];

  test("a distribution tenant each, with a certificate and tags of its own", async () => {
    const seen = ofKind(await declare(tenants), "DistributionTenant");
    expect(seen.map(({ name }) => name)).toEqual(["own-dior", "own-gucci"]);
    expect(seen[0]?.inputs).toEqual({
      name: "privatesales-prod-dior",
      distributionId: "own-distribution-id",
      connectionGroupId: "own-connections-id",
      domains: [{ domain: "shop.dior.com" }, { domain: "www.dior.com" }],
      managedCertificateRequest: {
        primaryDomainName: "shop.dior.com",
        validationTokenHost: "cloudfront",
        certificateTransparencyLoggingPreference: "enabled",
      },
      enabled: true,
      tags: { part: "tenant", tenant: "dior", tier: "enterprise", "cost-center": "cc-dior" },
    });
    expect(seen[0]?.dependsOn).toContain("own-entry");
  });

  test("the pattern is there before the first domain, with the same rules as the platform's distribution", async () => {
    const seen = await declare([]);
    expect(ofKind(seen, "DistributionTenant")).toEqual([]);
    const { inputs } = only(seen, "MultitenantDistribution");
    expect(inputs).toMatchObject({
      webAclId: "arn:acl",
      httpVersion: "http2and3",
      viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021" },
      origins: [{ id: "ap-northeast-2", vpcOriginConfigs: [{ vpcOriginId: "origins-ap-northeast-2-id" }] }],
      defaultCacheBehavior: {
        cachePolicyId: "policies-pages-id",
        viewerProtocolPolicy: "redirect-to-https",
        responseHeadersPolicyId: "policies-headers-tenants-id",
        allowedMethods: { cachedMethods: ["GET", "HEAD"] },
      },
    });
    expect(listAt(inputs, "cacheBehaviors").map((behaviour) => [at(behaviour, "pathPattern"), at(behaviour, "cachePolicyId")])).toEqual([
      ["/api", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"],
      ["/api/*", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"],
      ["/static/*", "policies-static-id"],
      ["/assets/*", "policies-static-id"],
    ]);
    expect([...new Set(listAt(inputs, "customErrorResponses").map((error) => at(error, "errorCachingMinTtl")))]).toEqual([0]);
  });

  test("owners point at a name of ours, which points at CloudFront's", async () => {
    expect(only(await declare(tenants), "Record", "own-entry").inputs).toEqual({
      zoneId: "Z2",
      name: "shops.privatesales-lb.co.kr",
      type: "CNAME",
      ttl: 300,
      records: ["d2.cloudfront.net"],
    });
  });

  test("the proofs are plain, by tenant", async () => {
    let own: OwnDomains | undefined;
    await declare(tenants, (made) => (own = made));
    expect(own?.proofs).toEqual({
      dior: proofsOf(["shop.dior.com", "www.dior.com"], LOAD_BALANCER),
      gucci: proofsOf(["gucci.example"], LOAD_BALANCER),
    });
  });
});

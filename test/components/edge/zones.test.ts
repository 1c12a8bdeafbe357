import { expect, test } from "vitest";
import { EdgeCertificate, validationOf } from "../../../components/edge/certificate.ts";
import { EntryRecords } from "../../../components/edge/entryRecords.ts";
import { Zones, type ZonesArgs } from "../../../components/edge/zones.ts";
import { only, type Recorded } from "../../support/record.ts";
import { ACCOUNT, DOMAIN, LOAD_BALANCER, ofKind, PREFIX, recordEdge } from "./support.ts";

const zones = (more: Partial<ZonesArgs> = {}): Promise<readonly Recorded[]> =>
  recordEdge(
    (usEast1) =>
      new Zones("zones", {
        prefix: PREFIX,
        accountId: ACCOUNT,
        domain: DOMAIN,
        loadBalancerDomain: LOAD_BALANCER,
        logRetentionDays: 30,
        logKeyArn: "arn:key",
        usEast1,
        protection: "on",
        ...more,
      }),
  );

test("the seed's record: the wildcard points to the load balancer's name, for an hour", async () => {
  expect(only(await zones(), "Record", "zones-wildcard").inputs).toEqual({
    zoneId: "Z1",
    name: "*.privatesales.co.kr",
    type: "CNAME",
    ttl: 3600,
    records: ["privatesales-lb.co.kr"],
  });
});

test("two zones, which are protected where data is", async () => {
  const on = ofKind(await zones(), "Zone");
  expect(on.map(({ inputs }) => inputs.name)).toEqual([DOMAIN, LOAD_BALANCER]);
  expect(on.map(({ protect, retainOnDelete, inputs }) => [protect, retainOnDelete, inputs.forceDestroy])).toEqual([
    [true, true, false],
    [true, true, false],
  ]);
  expect(ofKind(await zones({ protection: "off" }), "Zone").map(({ protect }) => protect)).toEqual([false, false]);
});

test("two authorities may sign, exact and wildcard, in both zones", async () => {
  const seen = ofKind(await zones(), "Record").filter(({ inputs }) => inputs.type === "CAA");
  expect(seen.map(({ inputs }) => inputs.name)).toEqual([DOMAIN, LOAD_BALANCER]);
  for (const { inputs } of seen) {
    expect(inputs.records).toEqual(['0 issue "amazon.com"', '0 issue "letsencrypt.org"', '0 issuewild "amazon.com"', '0 issuewild "letsencrypt.org"']);
  }
});

test("queries are logged in us-east-1, encrypted, by Route 53 alone", async () => {
  const seen = await zones();
  const groups = ofKind(seen, "LogGroup");
  expect(groups.map(({ provider }) => provider)).toEqual(["us-east-1", "us-east-1"]);
  expect(groups[0]?.inputs).toMatchObject({ name: "/aws/route53/privatesales-prod/privatesales.co.kr", retentionInDays: 30, kmsKeyId: "arn:key" });
  expect(ofKind(seen, "QueryLog").map(({ dependsOn }) => dependsOn.includes("zones-query-policy"))).toEqual([true, true]);
  const policy = only(seen, "LogResourcePolicy");
  expect(policy.provider).toBe("us-east-1");
  expect(JSON.parse(String(policy.inputs.policyDocument))).toMatchObject({
    Statement: [
      {
        Principal: { Service: "route53.amazonaws.com" },
        Resource: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/privatesales-prod/*",
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    ],
  });
});

test("a domain that another account serves is delegated, and only then", async () => {
  const ns = (seen: readonly Recorded[]): readonly unknown[] =>
    ofKind(seen, "Record")
      .map(({ inputs }) => inputs)
      .filter(({ type }) => type === "NS");
  expect(ns(await zones())).toEqual([]);
  expect(ns(await zones({ delegations: { "qa.privatesales.co.kr": ["ns-9.awsdns-09.org"] } }))).toMatchObject([
    { name: "qa.privatesales.co.kr", records: ["ns-9.awsdns-09.org"] },
  ]);
});

test("both tops lead to the distribution, for IPv4 and IPv6", async () => {
  const distribution = { domainName: "d1.cloudfront.net", hostedZoneId: "Z2FDTNDATAQYW2" };
  const tops = { domain: { domain: DOMAIN, zoneId: "Z1" }, "load-balancer": { domain: LOAD_BALANCER, zoneId: "Z2" } };
  const seen = await recordEdge(() => new EntryRecords("entry", { zones: tops, distribution }));
  const alias = [{ name: "d1.cloudfront.net", zoneId: "Z2FDTNDATAQYW2", evaluateTargetHealth: false }];
  expect(ofKind(seen, "Record").map(({ name, inputs }) => [name, inputs])).toEqual([
    ["entry-domain-a", { zoneId: "Z1", name: DOMAIN, type: "A", aliases: alias }],
    ["entry-domain-aaaa", { zoneId: "Z1", name: DOMAIN, type: "AAAA", aliases: alias }],
    ["entry-load-balancer-a", { zoneId: "Z2", name: LOAD_BALANCER, type: "A", aliases: alias }],
    ["entry-load-balancer-aaaa", { zoneId: "Z2", name: LOAD_BALANCER, type: "AAAA", aliases: alias }],
  ]);
});

test("CloudFront's certificate: in us-east-1, proven in each zone, for every alias", async () => {
  const seen = await recordEdge(
    (usEast1) =>
      new EdgeCertificate("certificate", {
        domain: DOMAIN,
        loadBalancerDomain: LOAD_BALANCER,
        zones: { domainId: "Z1", loadBalancerId: "Z2" },
        usEast1,
      }),
  );
  const certificate = only(seen, "Certificate");
  expect(certificate).toMatchObject({
    provider: "us-east-1",
    inputs: { domainName: DOMAIN, subjectAlternativeNames: [`*.${DOMAIN}`, LOAD_BALANCER], validationMethod: "DNS" },
  });
  expect(ofKind(seen, "Record").map(({ inputs, provider }) => [inputs.zoneId, inputs.name, inputs.type, inputs.records, provider])).toEqual([
    ["Z1", "_proof.privatesales.co.kr", "CNAME", ["_privatesales.co.kr.acm-validations.aws"], ""],
    ["Z2", "_proof.privatesales-lb.co.kr", "CNAME", ["_privatesales-lb.co.kr.acm-validations.aws"], ""],
  ]);
  expect(only(seen, "CertificateValidation")).toMatchObject({ provider: "us-east-1", inputs: { certificateArn: "arn:certificate" } });
});

test("a certificate that asks for no record of a domain is an error that says what it asks for", () => {
  const known = { domainName: DOMAIN, resourceRecordName: "a", resourceRecordType: "CNAME", resourceRecordValue: "b" };
  expect(validationOf([known], DOMAIN)).toBe(known);
  expect(() => validationOf([known], "other.example")).toThrow(/other\.example; it asks for privatesales\.co\.kr/);
});

import { Provider } from "@pulumi/aws/provider.js";
import { record, type Recorded } from "../../support/record.ts";

export const DOMAIN = "privatesales.co.kr";
export const LOAD_BALANCER = "privatesales-lb.co.kr";
export const PREFIX = "privatesales-prod";
export const ACCOUNT = "123456789012";

const validation = (domainName: string): Record<string, string> => ({
  domainName,
  resourceRecordName: `_proof.${domainName}`,
  resourceRecordType: "CNAME",
  resourceRecordValue: `_${domainName}.acm-validations.aws`,
});

/** What AWS would answer, as far as the edge reads it. */
const OUTPUTS = {
  "aws:acm/certificate:Certificate": {
    arn: "arn:certificate",
    domainValidationOptions: [validation(DOMAIN), validation(`*.${DOMAIN}`), validation(LOAD_BALANCER)],
  },
  "aws:route53/zone:Zone": { zoneId: "Z1", nameServers: ["ns-1.awsdns-01.com"] },
  "aws:lb/loadBalancer:LoadBalancer": { arn: "arn:balancer", dnsName: "edge.elb.amazonaws.com", arnSuffix: "net/edge/1" },
  "aws:lb/targetGroup:TargetGroup": { arn: "arn:targets", arnSuffix: "targetgroup/edge/2" },
  "aws:wafv2/webAcl:WebAcl": { arn: "arn:acl" },
  "aws:cloudfront/distribution:Distribution": { arn: "arn:distribution", domainName: "d1.cloudfront.net", hostedZoneId: "Z2FDTNDATAQYW2" },
  "aws:cloudfront/multitenantDistribution:MultitenantDistribution": { arn: "arn:own" },
  "aws:cloudfront/connectionGroup:ConnectionGroup": { routingEndpoint: "d2.cloudfront.net" },
  "aws:cloudfront/function:Function": { arn: "arn:function" },
  "aws:cloudwatch/logGroup:LogGroup": { arn: "arn:log-group" },
  "aws:kms/key:Key": { arn: "arn:key", keyId: "key" },
};

/** What `declare` registers, given a provider of us-east-1. */
export const recordEdge = (declare: (usEast1: Provider) => unknown): Promise<readonly Recorded[]> =>
  record(() => declare(new Provider("us-east-1", { region: "us-east-1" })), OUTPUTS);

/** All of a kind, by name: registrations that depend on nothing arrive in any order. */
export const ofKind = (seen: readonly Recorded[], kind: string): readonly Recorded[] =>
  seen.filter(({ type }) => type.split(":").at(-1) === kind).toSorted((a, b) => (a.name < b.name ? -1 : 1));

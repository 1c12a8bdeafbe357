import type { Properties } from "../../provider.ts";
import { isRecord } from "../../wire.ts";
import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";
import { EPOCH } from "./eks.ts";

const etag = (draft: Draft): string => `E${draft.upper(13, `etag ${JSON.stringify(draft.inputs)}`)}`;

/** Every write gives the object another tag. */
const tagged = { changing: ["etag"], updated: (_: Properties, draft: Draft): Properties => ({ etag: etag(draft) }) } as const;

const letters = (prefix: string, length: number) => (draft: Draft): string => prefix + draft.upper(length, prefix);

const domainOf = (draft: Draft): string => `d${draft.lower(13, "domain")}.cloudfront.net`;

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const TENANT = "aws:cloudfront/distributionTenant:DistributionTenant";

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A distribution tenant's domains are objects. */
const domainsOf = (inputs: Properties): readonly string[] => list(inputs["domains"]).map((each) => (isRecord(each) ? textOf(each["domain"]) : ""));

/** Names that a distribution or a tenant of one answers to, which CloudFront allows once in the world. */
function refuseHosts(hosts: readonly string[], { store }: Draft): string | undefined {
  const aliases = store.list(DISTRIBUTION).flatMap(({ inputs }) => list(inputs["aliases"]).map(textOf));
  const taken = [...aliases, ...store.list(TENANT).flatMap(({ inputs }) => domainsOf(inputs))];
  const host = hosts.find((each) => taken.includes(each));
  return host === undefined ? undefined : `CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated with a different resource: ${host}`;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html */
function refuseCertificate(draft: Draft): string | undefined {
  const certificate = textOf(draft.map("viewerCertificate")["acmCertificateArn"]);
  if (certificate === "" || certificate.startsWith("arn:aws:acm:us-east-1:")) return undefined;
  return "InvalidViewerCertificate: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.";
}

const distributions: readonly Row[] = [
  {
    type: DISTRIBUTION,
    source: sourceOf("cloudfront/distribution"),
    replaceOn: ["staging"],
    id: letters("E", 13),
    outputs: (draft) => ({
      arn: draft.globalArn("cloudfront", `distribution/${draft.id}`),
      callerReference: draft.hex(26, "caller"),
      domainName: domainOf(draft),
      etag: etag(draft),
      // https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html: the same for every distribution.
      hostedZoneId: "Z2FDTNDATAQYW2",
      inProgressValidationBatches: 0,
      lastModifiedTime: EPOCH,
      loggingV1Enabled: draft.given("loggingConfig"),
      status: "Deployed",
      trustedKeyGroups: [{ enabled: false, items: [] }],
      trustedSigners: [{ enabled: false, items: [] }],
    }),
    refuseCreate: (draft) => refuseCertificate(draft) ?? refuseHosts(draft.list("aliases").map(textOf), draft),
    ...tagged,
  },
  {
    type: "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
    source: sourceOf("cloudfront/multitenant_distribution"),
    replaceOn: [],
    id: letters("E", 13),
    outputs: (draft) => ({
      arn: draft.globalArn("cloudfront", `distribution/${draft.id}`),
      callerReference: draft.hex(26, "caller"),
      connectionMode: "tenant-only",
      domainName: domainOf(draft),
      etag: etag(draft),
      inProgressInvalidationBatches: 0,
      lastModifiedTime: EPOCH,
      status: "Deployed",
    }),
    refuseCreate: refuseCertificate,
    ...tagged,
  },
  {
    type: TENANT,
    source: sourceOf("cloudfront/distribution_tenant"),
    replaceOn: ["name"],
    unique: ["name"],
    exists: (name) => `EntityAlreadyExists: A distribution tenant with the name ${name} already exists`,
    autoname: "name",
    id: (draft) => `dt_${draft.lower(27, "tenant")}`,
    outputs: (draft) => ({
      arn: draft.globalArn("cloudfront", `distribution-tenant/${draft.id}`), etag: etag(draft), status: "Deployed", enabled: true,
      connectionGroupId: `cg_${draft.lower(27, "group")}`,
    }),
    refuseCreate: (draft) => refuseHosts(domainsOf(draft.inputs), draft),
    ...tagged,
  },
  {
    type: "aws:cloudfront/connectionGroup:ConnectionGroup",
    source: sourceOf("cloudfront/connection_group"),
    replaceOn: ["name"],
    unique: ["name"],
    exists: (name) => `EntityAlreadyExists: A connection group with the name ${name} already exists`,
    autoname: "name",
    id: (draft) => `cg_${draft.lower(27, "group")}`,
    outputs: (draft) => ({
      arn: draft.globalArn("cloudfront", `connection-group/${draft.id}`), etag: etag(draft), isDefault: false, lastModifiedTime: EPOCH,
      routingEndpoint: domainOf(draft), status: "Deployed", enabled: true, ipv6Enabled: true,
    }),
    ...tagged,
  },
];

/** A policy or the like: named once in an account, and with an id that CloudFront draws. */
const policy = (kind: string, file: string, what: string, id: (draft: Draft) => string): Row => ({
  type: `aws:cloudfront/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  source: sourceOf(`cloudfront/${file}`),
  replaceOn: [],
  unique: ["name"],
  exists: (name) => `${kind}AlreadyExists: ${name} already exists`,
  autoname: "name",
  id,
  outputs: (draft) => ({ arn: draft.globalArn("cloudfront", `${what}/${draft.id}`), etag: etag(draft) }),
  ...tagged,
});

const drawnUuid = (draft: Draft): string => draft.uuid();

export const cloudfront: readonly Row[] = [
  ...distributions,
  {
    type: "aws:cloudfront/vpcOrigin:VpcOrigin",
    source: sourceOf("cloudfront/vpc_origin"),
    replaceOn: [],
    id: (draft) => `vo_${draft.lower(22, "origin")}`,
    outputs: (draft) => ({ arn: draft.globalArn("cloudfront", `vpcorigin/${draft.id}`), etag: etag(draft) }),
    ...tagged,
  },
  policy("CachePolicy", "cache_policy", "cache-policy", drawnUuid),
  policy("OriginRequestPolicy", "origin_request_policy", "origin-request-policy", drawnUuid),
  policy("ResponseHeadersPolicy", "response_headers_policy", "response-headers-policy", drawnUuid),
  { ...policy("OriginAccessControl", "origin_access_control", "origin-access-control", letters("E", 13)), replaceOn: ["name"] },
  {
    type: "aws:cloudfront/function:Function",
    source: sourceOf("cloudfront/function"),
    replaceOn: ["name"],
    unique: ["name"],
    exists: (name) => `FunctionAlreadyExists: A function with the name ${name} already exists`,
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({ arn: draft.globalArn("cloudfront", `function/${draft.id}`), etag: etag(draft), liveStageEtag: etag(draft), status: "UNASSOCIATED" }),
    changing: ["etag", "liveStageEtag"],
    updated: (_, draft) => ({ etag: etag(draft), liveStageEtag: etag(draft) }),
  },
  {
    type: "aws:cloudfront/monitoringSubscription:MonitoringSubscription",
    source: sourceOf("cloudfront/monitoring_subscription"),
    replaceOn: ["distributionId"],
    id: (draft) => draft.text("distributionId"),
    outputs: () => ({}),
  },
];

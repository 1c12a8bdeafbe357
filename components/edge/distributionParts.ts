import type { input } from "@pulumi/aws/types/index.js";
import { CACHED_METHODS, METHODS, type Behaviour } from "./behaviours.ts";
import { EITHER, FAILOVER_STATUSES, KEEPALIVE_TIMEOUT, READ_TIMEOUT, type Origin } from "./origins.ts";

type Plain = input.cloudfront.DistributionDefaultCacheBehavior;
type Multi = input.cloudfront.MultitenantDistributionDefaultCacheBehavior;

const common = (behaviour: Behaviour) =>
  ({
    targetOriginId: behaviour.origin,
    viewerProtocolPolicy: "redirect-to-https",
    compress: true,
    cachePolicyId: behaviour.cachePolicyId,
    ...(behaviour.originRequestPolicyId === undefined ? {} : { originRequestPolicyId: behaviour.originRequestPolicyId }),
    responseHeadersPolicyId: behaviour.responseHeadersPolicyId,
    functionAssociations: [{ eventType: "viewer-request", functionArn: behaviour.functionArn }],
  }) satisfies Partial<Plain & Multi>;

/** A behaviour of a distribution of one's own. */
export const plainBehaviour = (behaviour: Behaviour): Plain => ({
  ...common(behaviour),
  allowedMethods: [...METHODS[behaviour.methods]],
  cachedMethods: [...CACHED_METHODS],
});

/** The same of a distribution of many tenants. */
export const multiBehaviour = (behaviour: Behaviour): Multi => ({
  ...common(behaviour),
  allowedMethods: { items: [...METHODS[behaviour.methods]], cachedMethods: [...CACHED_METHODS] },
});

const timeouts = { originReadTimeout: READ_TIMEOUT, originKeepaliveTimeout: KEEPALIVE_TIMEOUT } as const;

export const plainOrigin = ({ id, dnsName, vpcOriginId }: Origin): input.cloudfront.DistributionOrigin => ({
  originId: id,
  domainName: dnsName,
  vpcOriginConfig: { vpcOriginId, ...timeouts },
});

export const multiOrigin = ({ id, dnsName, vpcOriginId }: Origin): input.cloudfront.MultitenantDistributionOrigin => ({
  id,
  domainName: dnsName,
  vpcOriginConfigs: [{ vpcOriginId, ...timeouts }],
});

/** Static files come from the second region when the first does not answer; CloudFront allows that for reading methods only. */
export const plainGroups = (group: readonly string[]): input.cloudfront.DistributionOriginGroup[] =>
  group.length < 2
    ? []
    : [
        {
          originId: EITHER,
          failoverCriteria: { statusCodes: [...FAILOVER_STATUSES] },
          members: group.map((originId) => ({ originId })),
        },
      ];

export const multiGroups = (group: readonly string[]): input.cloudfront.MultitenantDistributionOriginGroup[] =>
  group.length < 2
    ? []
    : [
        {
          id: EITHER,
          failoverCriteria: { statusCodes: [...FAILOVER_STATUSES] },
          members: group.map((originId) => ({ originId })),
        },
      ];

import { changed, resource, varied, type Cases } from "../support.ts";

const ARN = "arn:aws:cloudfront::111122223333:distribution/E1";
const behaviour = { viewerProtocolPolicy: "redirect-to-https", responseHeadersPolicyId: "headers" };
const distribution = resource(
  "aws:cloudfront/distribution:Distribution",
  {
    defaultCacheBehavior: behaviour,
    orderedCacheBehaviors: [{ pathPattern: "/assets/*", ...behaviour }],
    webAclId: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1",
    loggingConfig: { bucket: "logs.s3.amazonaws.com" },
    viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021", acmCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/1" },
    originGroups: [{ failoverCriteria: { statusCodes: [503] }, members: [{ originId: "one" }, { originId: "two" }] }],
    origins: [{ originId: "one", customOriginConfig: { originProtocolPolicy: "https-only" } }],
  },
  { id: "E1" },
);
const delivery = resource("aws:cloudwatch/logDeliverySource:LogDeliverySource", { resourceArn: ARN }, { name: "delivery", references: { resourceArn: ["distribution"] } });
const origin = (originProtocolPolicy: string, items: readonly string[] = ["TLSv1.2"]) => ({ vpcOriginEndpointConfig: { originProtocolPolicy, originSslProtocols: { items, quantity: 1 } } });
const knownBad = (overrideAction: unknown) => ({ rules: [{ overrideAction, statement: { managedRuleGroupStatement: { name: "AWSManagedRulesKnownBadInputsRuleSet", vendorName: "AWS" } } }] });
const acl = resource("aws:wafv2/webAcl:WebAcl", knownBad({ none: {} }), { id: "acl" });
const headers = resource("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", { tags: undefined, name: "security" }, { id: "headers" });
const bare = changed(distribution, { loggingConfig: undefined });

export const CLOUDFRONT_CASES: Cases = {
  CKV_AWS_34: varied(
    [distribution],
    [{ defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" } }, 'defaultCacheBehavior.viewerProtocolPolicy is "allow-all"'],
    [{ orderedCacheBehaviors: [behaviour, { viewerProtocolPolicy: "allow-all" }] }, 'orderedCacheBehaviors.viewerProtocolPolicy is "allow-all"'],
  ),
  CKV_AWS_68: varied([distribution], [{ webAclId: undefined }, "webAclId is nothing"]),
  CKV_AWS_86: {
    passes: [distribution, changed(bare, {}, { name: "second", id: "E2" }), changed(delivery, {}, { name: "of-second", references: { resourceArn: ["second"] } })],
    fails: [
      { resources: [bare], found: "neither loggingConfig nor a LogDeliverySource" },
      { resources: [bare, changed(delivery, {}, { references: { resourceArn: ["another"] } })], found: "neither loggingConfig nor a LogDeliverySource" },
    ],
  },
  CKV_AWS_174: varied([distribution], [{ viewerCertificate: { minimumProtocolVersion: "TLSv1" } }, 'minimumProtocolVersion is "TLSv1"'], [{ viewerCertificate: {} }, "is nothing"]),
  CKV_AWS_310: varied(
    [distribution],
    [{ originGroups: undefined }, "statusCodes is nothing"],
    [{ originGroups: [{ failoverCriteria: { statusCodes: [503] }, members: [{ originId: "one" }] }] }, "1 members of the origin group"],
  ),
  CKV2_AWS_32: varied(
    [distribution, headers],
    [{ defaultCacheBehavior: { viewerProtocolPolicy: "https-only" } }, "responseHeadersPolicyId is nothing"],
    [{ orderedCacheBehaviors: [{ pathPattern: "/api/*" }] }, "a cache behaviour for /api/*"],
  ),
  CKV2_AWS_42: varied([distribution], [{ viewerCertificate: { cloudfrontDefaultCertificate: true } }, "acmCertificateArn is nothing"]),
  CKV2_AWS_72: varied([distribution], [{ origins: [{ customOriginConfig: { originProtocolPolicy: "match-viewer" } }] }, 'originProtocolPolicy is "match-viewer"']),
  PS_VPC_ORIGIN_HTTPS: varied(
    [resource("aws:cloudfront/vpcOrigin:VpcOrigin", origin("https-only"))],
    [origin("http-only"), 'originProtocolPolicy is "http-only"'],
    [origin("https-only", ["TLSv1"]), 'originSslProtocols.items is ["TLSv1"]'],
  ),
  CKV_AWS_192: varied([acl], [{ rules: [] }, "no rule with AWSManagedRulesKnownBadInputsRuleSet"], [knownBad({ count: {} }), "without overrideAction none"]),
};

const LOGS = "arn:aws:logs:ap-northeast-2:111122223333:log-group:audit";
const trail = resource("aws:cloudtrail/trail:Trail", {
  kmsKeyId: "key",
  enableLogFileValidation: true,
  isMultiRegionTrail: true,
  snsTopicName: "audit",
  cloudWatchLogsGroupArn: `${LOGS}:*`,
}, { references: { cloudWatchLogsGroupArn: ["audit-logs"] } });
const trailLogs = resource("aws:cloudwatch/logGroup:LogGroup", { name: "audit" }, { name: "audit-logs" });

export const CLOUDTRAIL_CASES: Cases = {
  CKV_AWS_35: varied([trail], [{ kmsKeyId: undefined }, "kmsKeyId is nothing"]),
  CKV_AWS_36: varied([trail], [{ enableLogFileValidation: undefined }, "enableLogFileValidation is nothing"]),
  CKV_AWS_67: varied([trail], [{ isMultiRegionTrail: false }, "isMultiRegionTrail is false"]),
  CKV_AWS_252: varied([trail], [{ snsTopicName: undefined }, "snsTopicName is nothing"]),
  CKV2_AWS_10: varied([trail, trailLogs], [{ cloudWatchLogsGroupArn: undefined }, "cloudWatchLogsGroupArn is nothing"]),
  PS_TRAIL_GLOBAL_EVENTS: varied([trail], [{ includeGlobalServiceEvents: false }, "turned off"], [{ enableLogging: false }, "turned off"]),
};

const zone = resource("aws:route53/zone:Zone", { name: "privatesales.co.kr" }, { id: "Z1" });

export const MESSAGING_CASES: Cases = {
  CKV_AWS_26: varied([resource("aws:sns/topic:Topic", { kmsMasterKeyId: "key" })], [{ kmsMasterKeyId: undefined }, "kmsMasterKeyId is nothing"]),
  CKV_AWS_27: {
    passes: [resource("aws:sqs/queue:Queue", { sqsManagedSseEnabled: true }), resource("aws:sqs/queue:Queue", { kmsMasterKeyId: "key" }, { name: "second" })],
    fails: [{ resources: [resource("aws:sqs/queue:Queue")], found: "sqsManagedSseEnabled is nothing and kmsMasterKeyId nothing" }],
  },
  CKV_AWS_66: varied([resource("aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 365 })], [{ retentionInDays: 0 }, "retentionInDays is 0"], [{ retentionInDays: undefined }, "is nothing"]),
  CKV_AWS_158: varied([resource("aws:cloudwatch/logGroup:LogGroup", { kmsKeyId: "key" })], [{ kmsKeyId: undefined }, "kmsKeyId is nothing"]),
  CKV_AWS_319: varied([resource("aws:cloudwatch/metricAlarm:MetricAlarm")], [{ actionsEnabled: false }, "actionsEnabled is false"]),
  CKV2_AWS_31: {
    passes: [acl, resource("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", { resourceArn: "acl" })],
    fails: [{ resources: [acl], found: "no WebAclLoggingConfiguration names this web ACL" }],
  },
  CKV2_AWS_39: {
    passes: [zone, resource("aws:route53/queryLog:QueryLog", { zoneId: "Z1" }), changed(zone, { vpcs: [{ vpcId: "vpc-1" }] }, { name: "inner", id: "Z2" })],
    fails: [{ resources: [zone], found: "no QueryLog names this zone" }],
  },
  PS_CONFIG_RECORDER_ON: varied([resource("aws:cfg/recorderStatus:RecorderStatus", { isEnabled: true })], [{ isEnabled: false }, "isEnabled is false"]),
};

import { eachProperty, includes, is, isNot, property, set } from "../expect.ts";
import { companionsOf } from "../references.ts";
import { checkovGraph, checkovPython, every, rule, type Check, type Rule, type RuleArgs } from "../rule.ts";
import { valueAt, valuesAt } from "../values.ts";

const distributionRule = (args: Omit<RuleArgs, "types">): Rule => rule({ ...args, types: ["aws:cloudfront/distribution:Distribution"] });

const onlyHttps = isNot("allow-all");
const TLS_12 = ["TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"];
const LOG_SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource";

/** Either kind of log: the old one of CloudFront, or a delivery of CloudWatch, which keeps the bucket free of ACLs. */
const logged: Check = (resource, stack) =>
  valueAt(resource.props, "loggingConfig.bucket") !== undefined || companionsOf(resource, stack, LOG_SOURCE, "resourceArn").length > 0
    ? undefined
    : { found: "neither loggingConfig nor a LogDeliverySource of it", allowed: "one of the two", fix: "Without a log nobody can tell an attack from a good day." };

const ACCESS_BY_PATH = ["defaultCacheBehavior", "orderedCacheBehaviors"] as const;

/** The rule group that knows Log4Shell, among others. */
const KNOWN_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet";

export const CLOUDFRONT_RULES: readonly Rule[] = [
  distributionRule({
    id: "CKV_AWS_34",
    title: "viewers come over HTTPS",
    source: checkovPython("CloudfrontDistributionEncryption"),
    check: every(...ACCESS_BY_PATH.map((path) => eachProperty(`${path}.viewerProtocolPolicy`, onlyHttps, "Redirect to https."))),
  }),
  distributionRule({
    id: "CKV_AWS_68",
    title: "the distribution stands behind a WAF",
    source: checkovPython("WAFEnabled"),
    check: property("webAclId", set, "The ARN of a web ACL in us-east-1."),
  }),
  distributionRule({ id: "CKV_AWS_86", title: "the distribution logs", source: checkovPython("CloudfrontDistributionLogging"), check: logged }),
  distributionRule({
    id: "CKV_AWS_174",
    title: "viewers speak TLS 1.2 or later",
    source: checkovPython("CloudfrontTLS12"),
    check: property("viewerCertificate.minimumProtocolVersion", is(...TLS_12), "Older versions have known holes."),
  }),
  distributionRule({
    id: "CKV_AWS_310",
    title: "the distribution has a second origin",
    source: checkovPython("CloudfrontDistributionOriginFailover"),
    stacks: ["prod"],
    check: every(
      property("originGroups.failoverCriteria.statusCodes", set, "Say on which answers it turns to the second one."),
      ({ props }) => {
        const members = valuesAt(props, "originGroups.members.originId").length;
        return members >= 2 ? undefined : { found: `${members} members of the origin group`, allowed: "2", fix: "Name a first and a second origin." };
      },
    ),
  }),
  distributionRule({
    id: "CKV2_AWS_32",
    title: "answers carry security headers",
    source: checkovGraph("CloudFrontHasResponseHeadersPolicy"),
    check: every(
      property("defaultCacheBehavior.responseHeadersPolicyId", set, "Strict-Transport-Security at least."),
      ({ props }) => {
        const behaviours = valuesAt(props, "orderedCacheBehaviors").flat();
        const bare = behaviours.find((one) => valueAt(one, "responseHeadersPolicyId") === undefined);
        return bare === undefined
          ? undefined
          : { found: `a cache behaviour for ${String(valueAt(bare, "pathPattern"))} without responseHeadersPolicyId`, allowed: "one in each", fix: "Name the policy there too." };
      },
    ),
  }),
  distributionRule({
    id: "CKV2_AWS_42",
    title: "the distribution has a certificate of its own",
    source: checkovGraph("CloudFrontHasCustomSSLCertificate"),
    check: property("viewerCertificate.acmCertificateArn", set, "A certificate of ACM in us-east-1."),
  }),
  distributionRule({
    id: "CKV2_AWS_72",
    title: "origins are reached over HTTPS",
    source: checkovGraph("CloudfrontOriginNotHTTPSOnly"),
    check: eachProperty("origins.customOriginConfig.originProtocolPolicy", is("https-only"), "Cookies would go in the clear behind the edge."),
  }),
  rule({
    id: "PS_VPC_ORIGIN_HTTPS",
    title: "origins in the VPC are reached over TLS 1.2",
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html",
    types: ["aws:cloudfront/vpcOrigin:VpcOrigin"],
    check: every(
      property("vpcOriginEndpointConfig.originProtocolPolicy", is("https-only"), "Cookies would go in the clear behind the edge."),
      property("vpcOriginEndpointConfig.originSslProtocols.items", includes("TLSv1.2"), "Older versions have known holes."),
    ),
  }),
  rule({
    id: "CKV_AWS_192",
    title: "the WAF knows known bad inputs",
    source: checkovPython("WAFACLCVE202144228"),
    types: ["aws:wafv2/webAcl:WebAcl"],
    check: ({ props }) => {
      const rules = valuesAt(props, "rules").flat().filter((one) => valuesAt(one, "statement.managedRuleGroupStatement.name").includes(KNOWN_BAD_INPUTS));
      // An override of "count" lets everything through, and only writes it down.
      if (rules.some((one) => valueAt(one, "overrideAction.none") !== undefined)) return undefined;
      return {
        found: rules.length === 0 ? `no rule with ${KNOWN_BAD_INPUTS}` : `${KNOWN_BAD_INPUTS} without overrideAction none`,
        allowed: `a rule with ${KNOWN_BAD_INPUTS} that blocks`,
        fix: "The managed rule group stops Log4Shell among others.",
      };
    },
  }),
];

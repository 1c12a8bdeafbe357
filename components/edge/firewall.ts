import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type { Provider } from "@pulumi/aws/provider.js";
import * as wafv2 from "@pulumi/aws/wafv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags } from "../shared/aws.ts";
import { firewallRules, visibility } from "./firewallRules.ts";

export interface FirewallArgs {
  readonly prefix: string;
  /** Requests of one address in any five minutes, over all shops, after which it is answered 429. At least 10. */
  readonly requestsPer5Minutes: number;
  /** Days that logs are kept. */
  readonly logRetentionDays: number;
  /** ARN of the key of the log; in us-east-1. */
  readonly logKeyArn: pulumi.Input<string>;
  /** us-east-1, where firewalls of CloudFront are. */
  readonly usEast1: Provider;
  /** `on`: the log, which is evidence, is neither deleted nor forgotten. */
  readonly protection: "on" | "off";
}

/** Headers that are worth a login: never in a log. */
const REDACTED = ["authorization", "cookie"] as const;

/** The web application firewall in front of every shop. */
export class Firewall extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:Firewall", name, {}, opts);
    const { prefix, requestsPer5Minutes, logRetentionDays, logKeyArn, usEast1, protection } = args;
    const child = { parent: this, provider: usEast1 };
    const acl = new wafv2.WebAcl(
      `${name}-acl`,
      {
        name: `${prefix}-edge`,
        description: "In front of every shop",
        scope: "CLOUDFRONT",
        defaultAction: { allow: {} },
        rules: firewallRules(prefix, requestsPer5Minutes),
        visibilityConfig: visibility(prefix, "edge"),
        tags: platformTags("edge"),
      },
      child,
    );
    const group = new cloudwatch.LogGroup(
      `${name}-log`,
      {
        // WAF writes to no group of another name: https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
        name: `aws-waf-logs-${prefix}`,
        retentionInDays: logRetentionDays,
        kmsKeyId: logKeyArn,
        tags: platformTags("edge"),
      },
      { ...child, ...dataOptions(protection) },
    );
    new wafv2.WebAclLoggingConfiguration(
      `${name}-logging`,
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [group.arn],
        redactedFields: REDACTED.map((header) => ({ singleHeader: { name: header } })),
      },
      child,
    );
    this.arn = acl.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

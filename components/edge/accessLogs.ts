import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";

export interface AccessLogsArgs {
  readonly prefix: string;
  /** The bucket of all logs; its policy lets `delivery.logs.amazonaws.com` write. */
  readonly bucketArn: pulumi.Input<string>;
  /** ARNs of distributions, by a short name that is theirs for good. */
  readonly distributions: Readonly<Record<string, pulumi.Input<string>>>;
  /** us-east-1, where CloudFront's logs are set up. */
  readonly usEast1: Provider;
}

/** Everything that says who asked for what and how it went; not `cs(Cookie)`, which is worth a login. */
export const LOG_FIELDS = [
  "timestamp(ms)",
  "x-edge-location",
  "x-edge-request-id",
  "c-ip",
  "asn",
  "c-country",
  "x-host-header",
  "cs-method",
  "cs-protocol",
  "cs-protocol-version",
  "cs-uri-stem",
  "cs-uri-query",
  "cs(Referer)",
  "cs(User-Agent)",
  "cs-bytes",
  "sc-status",
  "sc-bytes",
  "sc-content-type",
  "x-edge-result-type",
  "x-edge-detailed-result-type",
  "time-taken",
  "time-to-first-byte",
  "origin-fbl",
  "origin-lbl",
  "ssl-protocol",
  "ssl-cipher",
] as const;

/**
 * Standard logs, version 2, of the distributions. Version 1 wants a bucket with access control lists, which ours have not, and
 * knows no distribution of many tenants.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class AccessLogs extends pulumi.ComponentResource {
  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:AccessLogs", name, {}, opts);
    const { prefix, bucketArn, distributions, usEast1 } = args;
    const child = { parent: this, provider: usEast1 };
    const tags = platformTags("edge");
    const destination = new cloudwatch.LogDeliveryDestination(
      `${name}-bucket`,
      {
        name: `${prefix}-edge`,
        outputFormat: "json",
        deliveryDestinationConfiguration: { destinationResourceArn: bucketArn },
        tags,
      },
      child,
    );
    for (const [part, resourceArn] of Object.entries(distributions)) {
      const source = new cloudwatch.LogDeliverySource(
        `${name}-${part}`,
        { name: `${prefix}-${part}`, logType: "ACCESS_LOGS", resourceArn, tags },
        child,
      );
      new cloudwatch.LogDelivery(
        `${name}-${part}-delivery`,
        {
          deliverySourceName: source.name,
          deliveryDestinationArn: destination.arn,
          recordFields: [...LOG_FIELDS],
          s3DeliveryConfigurations: [{ suffixPath: "/{DistributionId}/{yyyy}/{MM}/{dd}", enableHiveCompatiblePath: false }],
          tags,
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}

import type { Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

/** The service that an ARN belongs to. */
const serviceOf = (draft: Draft): string => draft.text("resourceArn").split(":")[2] ?? "";

const delivery = (kind: string): Pick<Row, "type" | "unique" | "exists" | "id" | "autoname"> => ({
  type: `aws:cloudwatch/logDelivery${kind}:LogDelivery${kind}`,
  unique: ["name"],
  exists: (name) => `ConflictException: This name is already in use: ${name}`,
  autoname: "name",
  id: (draft) => draft.text("name"),
});

/** Vended logs, and who may write to log groups. */
export const logs: readonly Row[] = [
  {
    ...delivery("Destination"),
    source: sourceOf("logs/delivery_destination"),
    replaceOn: ["name"],
    outputs: (draft) => ({
      arn: draft.arn("logs", `delivery-destination:${draft.id}`),
      deliveryDestinationType: String(draft.map("deliveryDestinationConfiguration")["destinationResourceArn"]).startsWith("arn:aws:s3:") ? "S3" : "CWL",
    }),
  },
  {
    ...delivery("Source"),
    source: sourceOf("logs/delivery_source"),
    replaceOn: ["logType", "name", "resourceArn"],
    outputs: (draft) => ({ arn: draft.arn("logs", `delivery-source:${draft.id}`), service: serviceOf(draft) }),
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html: CloudFront's logs are set up there alone.
    refuseCreate: (draft) => serviceOf(draft) === "cloudfront" && draft.region !== "us-east-1"
      ? "ValidationException: CloudFront resources must be used in the us-east-1 region"
      : undefined,
  },
  {
    type: "aws:cloudwatch/logDelivery:LogDelivery",
    source: sourceOf("logs/delivery"),
    replaceOn: ["deliveryDestinationArn", "deliverySourceName"],
    unique: ["deliverySourceName", "deliveryDestinationArn"],
    exists: () => "ConflictException: Delivery already exists between the source and the destination",
    id: (draft) => draft.lower(16, "delivery"),
    outputs: (draft) => ({ arn: draft.arn("logs", `delivery:${draft.id}`) }),
  },
  {
    type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    source: sourceOf("logs/resource_policy"),
    replaceOn: ["policyName", "resourceArn"],
    id: (draft) => draft.text("policyName") || draft.text("resourceArn"),
    outputs: (draft) => ({ policyScope: draft.given("resourceArn") ? "RESOURCE" : "ACCOUNT" }),
    // Only a policy on one log group has one.
    absent: ["revisionId"],
  },
];

import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, policyDocument, type Statement } from "../../shared/aws.ts";

export interface NotificationTopicArgs {
  /** Name of the topic; its ARN follows from it. */
  readonly topic: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Id or ARN of the key that messages are stored under. Its policy must name the publishers as well. */
  readonly keyArn: pulumi.Input<string>;
  /** AWS services that publish, e.g. `cloudwatch.amazonaws.com`; for resources of this account only. */
  readonly publishers: readonly string[];
  /** Addresses that hear of every message; each is asked to confirm, once. */
  readonly emails: readonly string[];
}

export const topicArn = ({ topic, region, accountId }: Pick<NotificationTopicArgs, "topic" | "region" | "accountId">): string =>
  `arn:aws:sns:${region}:${accountId}:${topic}`;

/** Who may publish, and how. The account's own roles go by their IAM policies, which within an account need no word of the topic's. */
export function topicStatements(args: Pick<NotificationTopicArgs, "topic" | "region" | "accountId" | "publishers">): readonly Statement[] {
  const Resource = topicArn(args);
  return [
    {
      Sid: "ServicesPublish",
      Effect: "Allow",
      Principal: { Service: args.publishers },
      Action: "sns:Publish",
      Resource,
      Condition: { StringEquals: { "aws:SourceAccount": args.accountId } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ];
}

/** An encrypted topic, those who publish to it and those who hear of it. */
export class NotificationTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** What must be there before a service publishes. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: NotificationTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:NotificationTopic", name, {}, opts);
    const child = { parent: this };
    const topic = new sns.Topic(`${name}-topic`, { name: args.topic, kmsMasterKeyId: args.keyArn, tags: platformTags("security") }, child);
    const policy = new sns.TopicPolicy(`${name}-policy`, { arn: topic.arn, policy: policyDocument(...topicStatements(args)) }, child);
    for (const email of args.emails) {
      new sns.TopicSubscription(`${name}-email-${email}`, { topic: topic.arn, protocol: "email", endpoint: email }, child);
    }
    this.arn = topic.arn;
    this.ready = [topic, policy];
    this.registerOutputs({ arn: this.arn });
  }
}

import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, policyDocument } from "../../shared/aws.ts";

export interface InterruptionQueueArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/**
 * What AWS tells of machines that it will take back or has stopped. The reservation warning is left out: there are none.
 * @see https://karpenter.sh/v1.14/concepts/disruption/#interruption
 */
export const INTERRUPTIONS = {
  "scheduled-change": { source: "aws.health", detailType: "AWS Health Event" },
  "spot-interruption": { source: "aws.ec2", detailType: "EC2 Spot Instance Interruption Warning" },
  rebalance: { source: "aws.ec2", detailType: "EC2 Instance Rebalance Recommendation" },
  "state-change": { source: "aws.ec2", detailType: "EC2 Instance State-change Notification" },
} as const;

type Interruption = keyof typeof INTERRUPTIONS;

const interruptions = Object.keys(INTERRUPTIONS) as readonly Interruption[];

const ruleName = (prefix: string, interruption: Interruption): string => `${prefix}-karpenter-${interruption}`;

/** Who may send: our four rules. Everybody else, and whoever comes without TLS, is refused. */
export function queuePolicy({ prefix, region, accountId }: InterruptionQueueArgs, queueArn: string): string {
  const rules = interruptions.map((interruption) => `arn:aws:events:${region}:${accountId}:rule/${ruleName(prefix, interruption)}`);
  return policyDocument(
    {
      Sid: "RulesSend",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": rules } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  );
}

/** The queue that Karpenter reads, to move pods before their node is gone. */
export class InterruptionQueue extends pulumi.ComponentResource {
  readonly queueName: string;
  readonly arn: string;
  /** What must be there before Karpenter starts. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: InterruptionQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:InterruptionQueue", name, {}, opts);
    const { prefix, region, accountId } = args;
    const tags = platformTags("cluster");
    this.queueName = `${prefix}-karpenter`;
    this.arn = `arn:aws:sqs:${region}:${accountId}:${this.queueName}`;
    const queue = new sqs.Queue(
      `${name}-queue`,
      // Five minutes: a warning is worth nothing once the machine is gone. SQS's own key: it holds names of machines, and
      // EventBridge could not use a key of ours without a policy on it.
      { name: this.queueName, messageRetentionSeconds: 300, sqsManagedSseEnabled: true, tags },
      { parent: this },
    );
    const policy = new sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: queue.url, policy: queuePolicy(args, this.arn) },
      { parent: this },
    );
    const targets = interruptions.map((interruption) => {
      const { source, detailType } = INTERRUPTIONS[interruption];
      const rule = new cloudwatch.EventRule(
        `${name}-${interruption}`,
        {
          name: ruleName(prefix, interruption),
          description: `${detailType}, for Karpenter`,
          eventPattern: JSON.stringify({ source: [source], "detail-type": [detailType] }),
          tags,
        },
        { parent: this },
      );
      return new cloudwatch.EventTarget(
        `${name}-${interruption}`,
        { rule: rule.name, targetId: "karpenter", arn: queue.arn },
        { parent: this, dependsOn: [policy] },
      );
    });
    this.ready = [queue, policy, ...targets];
    this.registerOutputs({});
  }
}

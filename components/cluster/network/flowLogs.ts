import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, policyDocument, trustService } from "../../shared/aws.ts";
import { LogGroup } from "../logGroup.ts";

export interface FlowLogsArgs {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly protection: "on" | "off";
  readonly vpcId: pulumi.Input<string>;
  /** Days that a record is kept. */
  readonly retentionDays: number;
}

/**
 * What the delivery role may do, by AWS's own list, for one log group.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
 */
export const deliveryPolicy = (groupArn: string): string =>
  policyDocument({
    Sid: "OneLogGroup",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
    Resource: [groupArn, `${groupArn}:*`],
  });

/** Who talked to whom in the VPC, let through or not, by the minute. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:FlowLogs", name, {}, opts);
    const { prefix, region, accountId, protection, vpcId, retentionDays } = args;
    const tags = { ...platformTags("cluster"), Name: `${prefix}-flow-logs` };
    const child = { parent: this };
    const logs = new LogGroup(
      `${name}-logs`,
      { logGroup: `/aws/vpc/${prefix}/flow-logs`, keyAlias: `${prefix}/flow-logs`, region, accountId, protection, retentionDays },
      child,
    );
    const role = new iam.Role(
      `${name}-role`,
      {
        // IAM is one for all regions, and there is a network in each of two.
        name: `${prefix}-flow-logs-${region}`,
        description: "Writes the VPC's flow logs",
        assumeRolePolicy: trustService("vpc-flow-logs.amazonaws.com", accountId),
        tags,
      },
      child,
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      { name: "deliver", role: role.name, policy: deliveryPolicy(logs.arn) },
      child,
    );
    new ec2.FlowLog(
      `${name}-vpc`,
      {
        vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: logs.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 60,
        tags,
      },
      { ...child, dependsOn: [logs.group, policy] },
    );
    this.registerOutputs({});
  }
}

import type { Statement } from "../../shared/aws.ts";
import { clusterArn } from "../eks/podIdentity.ts";

export interface ControllerScope {
  readonly clusterName: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** ARN of the role that Karpenter's nodes get: the only one it can hand on. */
  readonly nodeRoleArn: string;
  /** ARN of the queue that announces what AWS takes back. */
  readonly queueArn: string;
}

/**
 * What the controller may do, after Karpenter's own policy. Two differences: the account is named in every ARN, and there is
 * nothing to make instance profiles with, since ours exists already.
 * @see https://karpenter.sh/v1.14/reference/cloudformation/
 */
export const controllerStatements = (scope: ControllerScope): readonly Statement[] => [
  ...launching(scope),
  ...ending(scope),
  ...reading(scope),
];

/** Machines, disks and templates that this cluster's Karpenter made carry its tag; so does what it asks for. */
const ownedBy = (which: "RequestTag" | "ResourceTag", clusterName: string): Readonly<Record<string, string>> => ({
  [`aws:${which}/kubernetes.io/cluster/${clusterName}`]: "owned",
});

const ofPool = (which: "RequestTag" | "ResourceTag"): Readonly<Record<string, string>> => ({ [`aws:${which}/karpenter.sh/nodepool`]: "*" });

const MADE = ["fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"] as const;

const ec2Arns = ({ region, accountId }: ControllerScope, ...kinds: readonly string[]): readonly string[] =>
  kinds.map((kind) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`);

function launching(scope: ControllerScope): readonly Statement[] {
  const { clusterName, region, nodeRoleArn } = scope;
  const requested = { ...ownedBy("RequestTag", clusterName), "aws:RequestTag/eks:eks-cluster-name": clusterName };
  return [
    {
      Sid: "AllowScopedEC2InstanceAccessActions",
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: [
        // Machine images and their snapshots are AWS's.
        `arn:aws:ec2:${region}::image/*`,
        `arn:aws:ec2:${region}::snapshot/*`,
        ...ec2Arns(scope, "security-group", "subnet"),
      ],
    },
    {
      Sid: "AllowScopedEC2LaunchTemplateAccessActions",
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: ec2Arns(scope, "launch-template"),
      Condition: { StringEquals: ownedBy("ResourceTag", clusterName), StringLike: ofPool("ResourceTag") },
    },
    {
      Sid: "AllowScopedEC2InstanceActionsWithTags",
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      Resource: ec2Arns(scope, ...MADE),
      Condition: { StringEquals: requested, StringLike: ofPool("RequestTag") },
    },
    {
      Sid: "AllowScopedResourceCreationTagging",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ec2Arns(scope, ...MADE),
      Condition: {
        StringEquals: { ...requested, "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"] },
        StringLike: ofPool("RequestTag"),
      },
    },
    {
      Sid: "AllowPassingInstanceRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: nodeRoleArn,
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
  ];
}

function ending(scope: ControllerScope): readonly Statement[] {
  const { clusterName } = scope;
  const owned = { StringEquals: ownedBy("ResourceTag", clusterName), StringLike: ofPool("ResourceTag") };
  return [
    {
      Sid: "AllowScopedResourceTagging",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ec2Arns(scope, "instance"),
      Condition: {
        ...owned,
        StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": clusterName },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
      },
    },
    {
      Sid: "AllowScopedDeletion",
      Effect: "Allow",
      Action: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      Resource: ec2Arns(scope, "instance", "launch-template"),
      Condition: owned,
    },
  ];
}

/** Describe calls and prices know no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const reading = (scope: ControllerScope): readonly Statement[] => [
  {
    Sid: "AllowRegionalReadActions",
    Effect: "Allow",
    Action: [
      "ec2:DescribeCapacityReservations",
      "ec2:DescribeImages",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceStatus",
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribePlacementGroups",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSpotPriceHistory",
      "ec2:DescribeSubnets",
    ],
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": scope.region } },
  },
  {
    Sid: "AllowSSMReadActions",
    Effect: "Allow",
    Action: "ssm:GetParameter",
    Resource: `arn:aws:ssm:${scope.region}::parameter/aws/service/*`,
  },
  { Sid: "AllowPricingReadActions", Effect: "Allow", Action: "pricing:GetProducts", Resource: "*" },
  { Sid: "AllowUnscopedInstanceProfileListAction", Effect: "Allow", Action: "iam:ListInstanceProfiles", Resource: "*" },
  {
    Sid: "AllowInstanceProfileReadActions",
    Effect: "Allow",
    Action: "iam:GetInstanceProfile",
    Resource: `arn:aws:iam::${scope.accountId}:instance-profile/*`,
  },
  { Sid: "AllowAPIServerEndpointDiscovery", Effect: "Allow", Action: "eks:DescribeCluster", Resource: clusterArn(scope) },
  {
    Sid: "AllowZonalShiftStatusReadOnly",
    Effect: "Allow",
    Action: "arc-zonal-shift:GetManagedResource",
    Resource: "*",
    Condition: { StringEquals: { "arc-zonal-shift:ResourceIdentifier": clusterArn(scope) } },
  },
  {
    Sid: "AllowInterruptionQueueActions",
    Effect: "Allow",
    Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
    Resource: scope.queueArn,
  },
];

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, type Statement } from "../shared/aws.ts";
import { chartArgs, type Charts } from "../shared/chart.ts";
import { CHARTS } from "../shared/versions.ts";
import { PodIdentity } from "./eks/podIdentity.ts";
import { systemPlacement } from "./eks/systemPlacement.ts";

export interface LoadBalancerControllerArgs {
  readonly charts: Charts;
  /** Start of every AWS name, e.g. `privatesales-prod`. */
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly clusterName: string;
  readonly vpcId: pulumi.Input<string>;
  /** Names of the target groups that pods may be registered in; nothing else in the account can be touched. */
  readonly targetGroups: readonly string[];
  /** Replicas, each on a node of the system. */
  readonly replicas: number;
  /** What must be there first: the cluster, its nodes and add-ons. */
  readonly after: readonly pulumi.Resource[];
}

const NAMESPACE = "kube-system";
const SERVICE_ACCOUNT = "aws-load-balancer-controller";

/**
 * What it may do: the documented set for TargetGroupBindings alone, less the two calls that change a target group, which are the
 * program's. Describe calls know no resources.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#special-iam-cases
 */
export const registrationStatements = (
  region: string,
  accountId: string,
  targetGroups: readonly string[],
): readonly Statement[] => [
  {
    Sid: "FindTargets",
    Effect: "Allow",
    Action: [
      "ec2:DescribeVpcs",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeInstances",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": region } },
  },
  {
    Sid: "RegisterPods",
    Effect: "Allow",
    Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
    // AWS ends the ARN with an id of its own.
    Resource: targetGroups.map((group) => `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/${group}/*`),
  },
];

/** Values of the chart: everything off but TargetGroupBindings, since load balancers are made by this program. */
export function loadBalancerControllerValues(
  args: Pick<LoadBalancerControllerArgs, "clusterName" | "region" | "replicas" | "vpcId">,
): Record<string, unknown> {
  return {
    ...systemPlacement(),
    clusterName: args.clusterName,
    // From behind one hop, the instance's metadata tells it neither of the two.
    region: args.region,
    vpcId: args.vpcId,
    replicaCount: args.replicas,
    serviceAccount: { create: true, name: SERVICE_ACCOUNT },
    podDisruptionBudget: { maxUnavailable: 1 },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    // A new certificate at every upgrade would cut off the webhooks until the pods have it.
    keepTLSSecret: true,
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    enableServiceMutatorWebhook: false,
    enableBackendSecurityGroup: false,
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    controllerConfig: { featureGates: { EnableServiceController: false, ALBGatewayAPI: false, NLBGatewayAPI: false } },
  };
}

/**
 * Keeps the gateway's pods registered in the internal load balancer's target groups. A TargetGroupBinding can name any group that
 * the role reaches, so only the platform may write one; tenants have no access to that kind.
 */
export class LoadBalancerController extends pulumi.ComponentResource {
  /** What must be there before a TargetGroupBinding. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: LoadBalancerControllerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:LoadBalancerController", name, {}, opts);
    const { prefix, region, accountId, clusterName } = args;
    const identity = new PodIdentity(
      `${name}-identity`,
      {
        clusterName,
        region,
        accountId,
        roleName: `${prefix}-load-balancer-controller`,
        namespace: NAMESPACE,
        serviceAccount: SERVICE_ACCOUNT,
        statements: registrationStatements(region, accountId, args.targetGroups),
        tags: platformTags("cluster"),
        after: args.after,
      },
      { parent: this },
    );
    this.ready = [...identity.ready, ...this.declareReleases(name, args, [...args.after, ...identity.ready])];
    this.registerOutputs({});
  }

  private declareReleases(name: string, args: LoadBalancerControllerArgs, dependsOn: pulumi.Resource[]): readonly pulumi.Resource[] {
    switch (args.charts) {
      case "external":
        return [];
      case "managed":
        return [
          new k8s.helm.v3.Release(
            `${name}-release`,
            chartArgs(CHARTS.loadBalancerController, { namespace: NAMESPACE, values: loadBalancerControllerValues(args) }),
            { parent: this, dependsOn },
          ),
        ];
    }
  }
}

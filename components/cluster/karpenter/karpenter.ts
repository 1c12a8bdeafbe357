import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformTags, type Tags } from "../../shared/aws.ts";
import { chartArgs, type Charts } from "../../shared/chart.ts";
import { customResource, type Manifest, type TypedManifest } from "../../shared/customResource.ts";
import { CHARTS } from "../../shared/versions.ts";
import { nodeRoleArgs, NODE_POLICIES } from "../eks/nodeRole.ts";
import { PodIdentity } from "../eks/podIdentity.ts";
import { controllerStatements } from "./controllerPolicy.ts";
import { InterruptionQueue } from "./interruptionQueue.ts";
import { KARPENTER_NAMESPACE, KARPENTER_SERVICE_ACCOUNT, karpenterValues } from "./karpenterValues.ts";
import { nodeClass, nodePool, POOL_NAMES, type PoolLimits, type PoolName } from "./nodePools.ts";

export interface KarpenterArgs {
  /** With `external`, the controller is somebody else's; what it reads and may do is declared all the same. */
  readonly charts: Charts;
  /** Start of every AWS name, e.g. `privatesales-prod`. */
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly clusterName: string;
  /** `https://….eks.amazonaws.com`. */
  readonly clusterEndpoint: pulumi.Input<string>;
  /** Replicas of the controller, at most as many as the system has nodes. */
  readonly replicas: number;
  /** Gibibytes of each node's disk: images, logs and scratch space. */
  readonly diskGi: number;
  /**
   * The most that each pool grows to. Nodes spread over the zones of the private subnets as the pods' own topology spread asks;
   * Karpenter adds no spread of its own.
   */
  readonly pools: Readonly<Record<PoolName, PoolLimits>>;
  /** On every instance and volume, beside the part's: those of the whole stack, which default tags do not bring there. */
  readonly tags: Tags;
  /** What must be there first: the cluster, its nodes and add-ons. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Karpenter, which makes nodes for pods that have none, of the cheapest machine that fits, and takes them away again. Declared with
 * two providers: `providers: [kubernetes, aws]`.
 */
export class Karpenter extends pulumi.ComponentResource {
  /** Role of the nodes it makes. */
  readonly nodeRoleArn: string;
  readonly nodeRoleName: string;
  /** What must be there before pods that the system's nodes do not take. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: KarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:Karpenter", name, {}, opts);
    const { prefix, region, accountId, clusterName } = args;
    this.nodeRoleName = `${prefix}-karpenter-nodes`;
    this.nodeRoleArn = `arn:aws:iam::${accountId}:role/${this.nodeRoleName}`;
    const nodes = this.declareNodeIdentity(name, args);
    const queue = new InterruptionQueue(`${name}-interruptions`, { prefix, region, accountId }, { parent: this });
    const identity = new PodIdentity(
      `${name}-controller`,
      {
        clusterName,
        region,
        accountId,
        roleName: `${prefix}-karpenter`,
        namespace: KARPENTER_NAMESPACE,
        serviceAccount: KARPENTER_SERVICE_ACCOUNT,
        statements: controllerStatements({ clusterName, region, accountId, nodeRoleArn: this.nodeRoleArn, queueArn: queue.arn }),
        tags: platformTags("cluster"),
        after: args.after,
      },
      { parent: this },
    );
    const before = [...args.after, ...nodes, ...queue.ready, ...identity.ready];
    const releases = this.declareReleases(name, args, queue.queueName, before);
    this.ready = [...releases, ...this.declarePools(name, args, [...before, ...releases])];
    this.registerOutputs({});
  }

  /** Role, its instance profile, and the entry that lets such a node join. */
  private declareNodeIdentity(name: string, { clusterName, after }: KarpenterArgs): readonly pulumi.Resource[] {
    const tags = platformTags("cluster");
    const child = { parent: this };
    const role = new iam.Role(`${name}-nodes`, nodeRoleArgs(this.nodeRoleName, "Nodes that Karpenter makes"), child);
    const policies = Object.entries(NODE_POLICIES).map(
      ([short, policyArn]) => new iam.RolePolicyAttachment(`${name}-nodes-${short}`, { role: role.name, policyArn }, child),
    );
    const profile = new iam.InstanceProfile(`${name}-nodes`, { name: this.nodeRoleName, role: role.name, tags }, child);
    const entry = new eks.AccessEntry(
      `${name}-nodes`,
      { clusterName, principalArn: role.arn, type: "EC2_LINUX", tags },
      { ...child, dependsOn: [...after] },
    );
    return [...policies, profile, entry];
  }

  /** The CRDs by a chart of their own, since Helm never upgrades those that a chart brings along. */
  private declareReleases(
    name: string,
    args: KarpenterArgs,
    queueName: string,
    dependsOn: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    const { charts, clusterName, region, replicas } = args;
    const namespace = KARPENTER_NAMESPACE;
    switch (charts) {
      case "external":
        return [];
      case "managed": {
        const crds = new k8s.helm.v3.Release(
          `${name}-crds`,
          chartArgs(CHARTS.karpenterCrd, { namespace, values: {} }),
          { parent: this, dependsOn: [...args.after] },
        );
        const values = karpenterValues({ clusterName, region, endpoint: args.clusterEndpoint, queueName, replicas });
        const controller = new k8s.helm.v3.Release(
          `${name}-release`,
          { ...chartArgs(CHARTS.karpenter, { namespace, values }), skipCrds: true },
          { parent: this, dependsOn: [...dependsOn, crds] },
        );
        return [crds, controller];
      }
    }
  }

  private declarePools(name: string, args: KarpenterArgs, earlier: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    const declare = <T extends TypedManifest>(part: string, manifest: Manifest<T>, after: readonly pulumi.Resource[]): pulumi.Resource =>
      new k8s.apiextensions.CustomResource(`${name}-${part}`, customResource<T>(manifest), { parent: this, dependsOn: [...after] });
    const { clusterName, diskGi } = args;
    const tags = { ...args.tags, ...platformTags("cluster") };
    const standard = declare("node-class", nodeClass({ clusterName, instanceProfile: this.nodeRoleName, diskGi, tags }), earlier);
    return [standard, ...POOL_NAMES.map((pool) => declare(`pool-${pool}`, nodePool(pool, args.pools[pool]), [...earlier, standard]))];
  }
}

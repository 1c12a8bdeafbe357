import type { IEC2NodeClass } from "@kubernetes-models/karpenter/karpenter.k8s.aws/v1/EC2NodeClass";
import type { IBudget } from "@kubernetes-models/karpenter/karpenter.sh/v1/Budget";
import type { INodePool } from "@kubernetes-models/karpenter/karpenter.sh/v1/NodePool";
import type { Tags } from "../../shared/aws.ts";
import type { Manifest } from "../../shared/customResource.ts";
import { platformLabels } from "../../shared/labels.ts";
import { EKS } from "../../shared/versions.ts";
import { CAPACITY_LABEL, SPOT_TAINT } from "./placement.ts";

export const NODE_CLASS = "standard";

export interface NodeClassArgs {
  readonly clusterName: string;
  /** Instance profile of the nodes. */
  readonly instanceProfile: string;
  /** Gibibytes of each node's disk. */
  readonly diskGi: number;
  /** On every instance and volume: the AWS provider's default tags do not reach what Karpenter makes. */
  readonly tags: Tags;
}

/**
 * What a node is like.
 * @see https://karpenter.sh/v1.14/concepts/nodeclasses/
 */
export function nodeClass({ clusterName, instanceProfile, diskGi, tags }: NodeClassArgs): Manifest<IEC2NodeClass> {
  const discovery = [{ tags: { "karpenter.sh/discovery": clusterName } }];
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    metadata: { name: NODE_CLASS, labels: platformLabels("cluster") },
    spec: {
      // A new image is a new version here: `latest` would replace nodes on the day that AWS publishes one.
      amiSelectorTerms: [{ alias: EKS.karpenterImage }],
      instanceProfile,
      subnetSelectorTerms: discovery,
      securityGroupSelectorTerms: discovery,
      associatePublicIPAddress: false,
      // One hop: no pod with a network of its own reaches the node's credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1, httpProtocolIPv6: "disabled" },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: `${diskGi}Gi`, encrypted: true, deleteOnTermination: true },
        },
      ],
      tags: { ...tags, Name: `${clusterName}-karpenter` },
    },
  };
}

/** `spot` falls back to on-demand machines when AWS has no spot ones. */
export type PoolName = "spot" | "on-demand";

/** The most that a pool may hold in all, since Karpenter itself knows no end: beyond it, pods wait. */
export interface PoolLimits {
  /** vCPUs. */
  readonly cpu: number;
  /** Gibibytes. */
  readonly memoryGi: number;
}

/**
 * When nodes may be taken away on Karpenter's own account (not: by AWS). At most a share at a time; on demand, where what
 * cannot be interrupted runs, and not to save money by day: the schedule is in UTC, from 09:00 to 23:00 in Seoul.
 * @see https://karpenter.sh/v1.14/concepts/disruption/#nodepool-disruption-budgets
 */
const BUDGETS: Readonly<Record<PoolName, IBudget[]>> = {
  spot: [{ nodes: "20%" }],
  "on-demand": [{ nodes: "10%" }, { nodes: "0", schedule: "0 0 * * *", duration: "14h", reasons: ["Underutilized", "Drifted"] }],
};

interface Pool {
  /** The higher one is tried first by pods that fit both. */
  readonly weight: number;
  readonly capacityTypes: readonly ("spot" | "on-demand")[];
  /** Age at which a node is replaced, whatever the budgets say. */
  readonly expireAfter: string;
  /** How long a pod may hold up its node's end. */
  readonly terminationGracePeriod: string;
  /** How long a node has to be underused before it goes. */
  readonly consolidateAfter: string;
}

const POOLS: Readonly<Record<PoolName, Pool>> = {
  spot: {
    weight: 50,
    capacityTypes: ["spot", "on-demand"],
    expireAfter: "336h",
    terminationGracePeriod: "1h",
    consolidateAfter: "2m",
  },
  "on-demand": {
    weight: 10,
    capacityTypes: ["on-demand"],
    expireAfter: "720h",
    terminationGracePeriod: "24h",
    consolidateAfter: "10m",
  },
};

export const POOL_NAMES = ["spot", "on-demand"] as const satisfies readonly PoolName[];

/**
 * Machines of many types, so that spot has somewhere to go, of generations whose hypervisor encrypts traffic between nodes.
 * Not below 2 vCPUs, where what runs on every node would take most of it; not above 32, where one node is too many pods to lose.
 */
const instanceRequirements = (capacityTypes: readonly string[]): INodePool["spec"]["template"]["spec"]["requirements"] => [
  { key: "karpenter.sh/capacity-type", operator: "In", values: [...capacityTypes] },
  { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
  { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
  { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
  { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["5"] },
  { key: "karpenter.k8s.aws/instance-cpu", operator: "Gt", values: ["1"] },
  { key: "karpenter.k8s.aws/instance-cpu", operator: "Lt", values: ["33"] },
];

/**
 * A pool of nodes.
 * @see https://karpenter.sh/v1.14/concepts/nodepools/
 */
export function nodePool(name: PoolName, limits: PoolLimits): Manifest<INodePool> {
  const { weight, capacityTypes, expireAfter, terminationGracePeriod, consolidateAfter } = POOLS[name];
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name, labels: platformLabels("cluster") },
    spec: {
      weight,
      limits: { cpu: String(limits.cpu), memory: `${limits.memoryGi}Gi` },
      disruption: { consolidationPolicy: "WhenEmptyOrUnderutilized", consolidateAfter, budgets: BUDGETS[name] },
      template: {
        metadata: { labels: { [CAPACITY_LABEL]: name } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: NODE_CLASS },
          requirements: instanceRequirements(capacityTypes),
          ...(name === "spot" ? { taints: [{ ...SPOT_TAINT }] } : {}),
          expireAfter,
          terminationGracePeriod,
        },
      },
    },
  };
}

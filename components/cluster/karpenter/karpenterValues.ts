import type * as pulumi from "@pulumi/pulumi";
import { systemPlacement } from "../eks/systemPlacement.ts";

export const KARPENTER_SERVICE_ACCOUNT = "karpenter";

/**
 * The API server gives calls of this namespace's service accounts a priority of their own.
 * @see https://karpenter.sh/v1.14/getting-started/getting-started-with-karpenter/#preventing-apiserver-request-throttling
 */
export const KARPENTER_NAMESPACE = "kube-system";

export interface KarpenterSettings {
  readonly clusterName: string;
  readonly region: string;
  /** `https://….eks.amazonaws.com`. */
  readonly endpoint: pulumi.Input<string>;
  readonly queueName: string;
  /** Replicas of the controller, each on a node of its own; one leads. */
  readonly replicas: number;
}

/** Values of the chart. */
export function karpenterValues({ clusterName, region, endpoint, queueName, replicas }: KarpenterSettings): Record<string, unknown> {
  return {
    ...systemPlacement(),
    replicas,
    serviceAccount: { create: true, name: KARPENTER_SERVICE_ACCOUNT },
    settings: { clusterName, clusterEndpoint: endpoint, interruptionQueue: queueName, enableZonalShift: true },
    controller: {
      // From behind one hop, the instance's metadata does not tell it.
      env: [{ name: "AWS_REGION", value: region }],
      resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "1Gi" } },
    },
  };
}

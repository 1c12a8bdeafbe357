import { LABEL_PREFIX } from "../../shared/labels.ts";

/** Where the cluster's own parts run: on the system's nodes, which take nothing else. */

export const SYSTEM_NODE_LABELS = { [`${LABEL_PREFIX}/nodes`]: "system" };

/** The key that Karpenter's chart and AWS's add-ons tolerate as they come. */
export const SYSTEM_NODE_TAINT = { key: "CriticalAddonsOnly", value: "true" } as const;

/** Pod settings of whatever has to run on the system's nodes; charts and add-ons take them under these names. */
export const systemPlacement = (): {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly { readonly key: string; readonly operator: string }[];
} => ({
  nodeSelector: SYSTEM_NODE_LABELS,
  tolerations: [{ key: SYSTEM_NODE_TAINT.key, operator: "Exists" }],
});

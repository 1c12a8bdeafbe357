import { LABEL_PREFIX } from "../../shared/labels.ts";

/**
 * Who runs on what Karpenter makes. Spot nodes are taken back by AWS at two minutes' notice, so they are tainted: a pod comes
 * there only by saying that it can be interrupted, as stateless tenants' workloads do with `SPOT_TOLERATION`. Whatever says
 * nothing, stateful or of the platform, lands on demand. Where no node has the taint, the toleration does nothing.
 */

/** On every node of Karpenter, with the pool's name. */
export const CAPACITY_LABEL = `${LABEL_PREFIX}/capacity`;

export const SPOT_TAINT = { key: `${LABEL_PREFIX}/spot`, value: "true", effect: "NoSchedule" } as const;

export const SPOT_TOLERATION = { ...SPOT_TAINT, operator: "Equal" } as const;

/** What pods cost through the nodes that Karpenter starts for them: their requests as a share of a node. */
import { parseCpu, parseMemory } from "../tenants/quantity.ts";
import { pathParts, valueAt } from "./mask.ts";
import type { Plan, Properties, State } from "./model.ts";
import { HOURS_PER_MONTH, INSTANCE_HOUR, NODE } from "./prices.ts";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

type Side = "old" | "new";

const at = (root: Properties, path: string): unknown => valueAt(root, pathParts(path));
const textAt = (root: Properties, path: string): string => {
  const value = at(root, path);
  return typeof value === "string" ? value : "";
};

function quantity(parse: typeof parseCpu, value: unknown): number {
  const result = parse(typeof value === "string" || typeof value === "number" ? String(value) : "0");
  return result.ok ? result.value : 0;
}

/** Hours of a node that one pod takes in an hour. */
function shareOf(inputs: Properties): number {
  const containers = at(inputs, "spec.template.spec.containers");
  const all: readonly unknown[] = Array.isArray(containers) ? containers : [];
  const sum = (parse: typeof parseCpu, key: string): number =>
    all.reduce<number>((total, container) => total + quantity(parse, valueAt(container, ["resources", "requests", key])), 0);
  return Math.max(sum(parseCpu, "cpu") / NODE.cpuMilli, sum(parseMemory, "memory") / NODE.memoryMi);
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** Pods at the least, by workload: an autoscaler's minimum, else what the Deployment says. */
function minimums(states: readonly (readonly [string, State])[]): ReadonlyMap<string, number> {
  const scaled = states.flatMap(([type, { inputs }]) => {
    if (type !== AUTOSCALER) return [];
    const least = at(inputs, "spec.minReplicas");
    return [[keyOf(textAt(inputs, "metadata.namespace"), textAt(inputs, "spec.scaleTargetRef.name")), typeof least === "number" ? least : 1] as const];
  });
  return new Map(scaled);
}

/** Node hours in an hour, before or after. */
function nodesOf({ steps }: Plan, side: Side): number {
  const states = steps.flatMap((step): readonly (readonly [string, State])[] => {
    const state = step[side] ?? (step.op === "same" ? step.old : undefined);
    return state === undefined ? [] : [[step.type, state]];
  });
  const least = minimums(states);
  return states.reduce((sum, [type, { inputs }]) => {
    if (type !== DEPLOYMENT) return sum;
    const replicas = at(inputs, "spec.replicas");
    const key = keyOf(textAt(inputs, "metadata.namespace"), textAt(inputs, "metadata.name"));
    const pods = replicas === 0 ? 0 : (least.get(key) ?? (typeof replicas === "number" ? replicas : 1));
    return sum + pods * shareOf(inputs);
  }, 0);
}

/** USD a month that the plan's pods cost more than before; an estimate, since nodes come in whole pieces. */
export function podsChange(plan: Plan): number {
  const price = INSTANCE_HOUR[NODE.class]?.usd ?? 0;
  return (nodesOf(plan, "new") - nodesOf(plan, "old")) * price * HOURS_PER_MONTH;
}

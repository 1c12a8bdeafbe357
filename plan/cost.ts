/** What a plan changes of the monthly bill. */
import type { Plan, Step } from "./model.ts";
import { podsChange } from "./podPrice.ts";
import { priceOf, type Price } from "./resourcePrice.ts";

export interface CostChange {
  /** USD a month, positive for more. */
  readonly usd: number;
  /** True where some of it is derived and not published. */
  readonly isEstimate: boolean;
  /** What the price table lacks: instance classes and types, sorted, each once. */
  readonly notPriced: readonly string[];
  /** Types made or deleted that are billed by use, sorted, each once. */
  readonly byUse: readonly string[];
}

const NOTHING: Price = { kind: "free" };

/** A changed resource of an unknown price matters only where that price could have changed with it. */
const isSame = (a: Price, b: Price): boolean => a.kind === "unknown" && b.kind === "unknown" && a.what === b.what;

function sides(step: Step): readonly [before: Price, after: Price] {
  const price = (side: "old" | "new"): Price => (step[side] === undefined ? NOTHING : priceOf(step.type, step[side].inputs));
  switch (step.op) {
    case "create":
      return [NOTHING, price("new")];
    case "update":
    case "replace":
      return [price("old"), price("new")];
    case "delete":
      // What is left in place goes on costing.
      return step.old?.retainOnDelete === true ? [NOTHING, NOTHING] : [price("old"), NOTHING];
    case "forget":
    case "same":
      return [NOTHING, NOTHING];
    default:
      return step.op satisfies never;
  }
}

const sorted = (words: readonly string[]): readonly string[] => [...new Set(words)].toSorted();

/** The change of the bill; a stack without a cloud has none. */
export function costChange(plan: Plan): CostChange {
  const pairs = plan.steps.map((step) => ({ step, prices: sides(step) })).filter(({ prices: [before, after] }) => !isSame(before, after));
  const fixed = pairs.flatMap(({ prices: [before, after] }) => [
    ...(before.kind === "fixed" ? [{ ...before, usd: -before.usd }] : []),
    ...(after.kind === "fixed" ? [after] : []),
  ]);
  const all = pairs.flatMap(({ prices }) => prices);
  const pods = podsChange(plan);
  return {
    usd: fixed.reduce((sum, { usd }) => sum + usd, pods),
    isEstimate: pods !== 0 || fixed.some(({ basis }) => basis === "estimate"),
    notPriced: sorted(all.flatMap((price) => (price.kind === "unknown" ? [price.what] : []))),
    byUse: sorted(pairs.flatMap(({ step, prices: [before, after] }) => (before.kind !== after.kind && [before, after].some(({ kind }) => kind === "byUse") ? [step.type] : []))),
  };
}

/** A plan as a report: what a reviewer of a pull request needs to know, as data. */
import { costChange, type CostChange } from "./cost.ts";
import { nameOf, type Op, type Plan, type Step } from "./model.ts";
import { tenantsOf } from "./places.ts";
import { riskOf, type Risk } from "./risk.ts";

export const OUTCOMES = ["no change", "changes", "data at risk", "error"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** For scripts: an error outranks a risk, since a plan that is not whole cannot be approved. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = { "no change": 0, error: 1, changes: 2, "data at risk": 3 };

export interface Counts {
  readonly created: number;
  readonly changed: number;
  readonly replaced: number;
  readonly deleted: number;
}

/** What becomes of one tenant, or of the platform. */
export interface Group {
  /** Undefined for the platform. */
  readonly tenant: string | undefined;
  readonly counts: Counts;
  /** Changes alone, risky ones first, then by operation and name. */
  readonly steps: readonly Step[];
  readonly risks: readonly Risk[];
}

export interface ReportFailure {
  readonly tenant: string | undefined;
  readonly resource: string | undefined;
  readonly message: string;
}

export interface PlanReport {
  readonly stack: string;
  readonly outcome: Outcome;
  readonly counts: Counts;
  readonly unchanged: number;
  /** The platform first, then tenants by id; those alone that the plan touches. */
  readonly groups: readonly Group[];
  readonly risks: readonly Risk[];
  readonly failures: readonly ReportFailure[];
  /** Undefined for a stack that costs nothing. */
  readonly cost: CostChange | undefined;
}

export interface ReportOptions {
  readonly stack: string;
  /** Ids of the tenants file. */
  readonly tenantIds: readonly string[];
  /** `none` for a stack on a developer's own machine. */
  readonly bill: "aws" | "none";
}

const ORDER: readonly Op[] = ["replace", "delete", "forget", "update", "create", "same"];

function countsOf(steps: readonly Step[]): Counts {
  const of = (...ops: readonly Op[]): number => steps.filter(({ op }) => ops.includes(op)).length;
  return { created: of("create"), changed: of("update"), replaced: of("replace"), deleted: of("delete", "forget") };
}

function groupOf(tenant: string | undefined, all: readonly Step[], allRisks: readonly Risk[]): Group {
  const risks = allRisks.filter(({ step }) => all.includes(step));
  const rank = (step: Step): number => (risks.some((risk) => risk.step === step) ? -1 : ORDER.indexOf(step.op));
  const steps = all.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return { tenant, counts: countsOf(steps), steps, risks };
}

/** The engine frames a message in colour tags and a prefix; its closing words only repeat that there was an error. */
const clean = (message: string): string =>
  message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replace(/^error: /, "")
    .trim();
const CLOSING = /^(preview|update|refresh) failed$|^resource (registration|monitor) (failed|is shutting|has)/;

const DANGERS = ["deleted", "replaced", "let go", "unprotected"] as const;

function outcomeOf(failures: number, risks: number, steps: number): Outcome {
  if (failures > 0) return "error";
  if (risks > 0) return "data at risk";
  return steps > 0 ? "changes" : "no change";
}

/** The report of a plan. */
export function reportOf(plan: Plan, options: ReportOptions): PlanReport {
  const tenantOf = tenantsOf(plan, options.tenantIds);
  const risks = plan.steps.flatMap((step) => riskOf(step) ?? []).toSorted((a, b) => DANGERS.indexOf(a.danger) - DANGERS.indexOf(b.danger) || (a.step.name < b.step.name ? -1 : 1));
  const steps = plan.steps.filter((step) => step.op !== "same" || risks.some((risk) => risk.step === step));
  const tenants = new Map<string | undefined, Step[]>();
  for (const step of steps) {
    const id = tenantOf(step.urn);
    tenants.set(id, [...(tenants.get(id) ?? []), step]);
  }
  const failures = plan.failures
    .map(({ urn, message }) => ({ tenant: urn === undefined ? undefined : tenantOf(urn), resource: urn === undefined ? undefined : nameOf(urn), message: clean(message) }))
    .filter(({ message }, index, all) => message !== "" && (!CLOSING.test(message) || all.length === 1) && all.findIndex((other) => other.message === message) === index);
  const whole = plan.failures.length > 0 && failures.length === 0 ? [{ tenant: undefined, resource: undefined, message: "the preview failed" }] : failures;
  return {
    stack: options.stack,
    outcome: outcomeOf(whole.length, risks.length, steps.length),
    counts: countsOf(steps),
    unchanged: plan.unchanged,
    groups: [...tenants.entries()].toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)).map(([tenant, list]) => groupOf(tenant, list, risks)),
    risks,
    failures: whole,
    cost: options.bill === "aws" ? costChange(plan) : undefined,
  };
}

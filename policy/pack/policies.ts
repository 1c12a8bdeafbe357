import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { describeViolation, evaluate } from "../evaluate.ts";
import { AWS_STACKS, type Resource, type Rule } from "../rule.ts";
import type { Suppression } from "../suppressions.ts";
import { readResource, stackName } from "./resources.ts";

/** Rules about what a policy pack is not told: the engine does not send retainOnDelete. Tests and the check over the state judge these. */
const NOT_TOLD: readonly string[] = ["PS_DATA_RETAINED"];

/** One policy a rule, so that an organisation can set the level of each, and one over the run itself. */
export function stackPolicies(rules: readonly Rule[], suppressions: readonly Suppression[]): readonly StackValidationPolicy[] {
  const told = rules.filter(({ id }) => !NOT_TOLD.includes(id));
  const own = suppressions.filter(({ rule }) => !NOT_TOLD.includes(rule));
  return [...told.map((rule) => policyOf(rule, own.filter((one) => one.rule === rule.id))), runPolicy(told, own)];
}

const policyOf = (rule: Rule, suppressions: readonly Suppression[]): StackValidationPolicy => ({
  name: rule.id,
  description: rule.title,
  url: rule.source,
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const stack = judgedStack(resources);
    if (stack === undefined) return;
    for (const violation of evaluate([rule], stack.resources, { stack: stack.name, suppressions }).violations) report(describeViolation(violation), violation.resource.urn);
  },
});

const runPolicy = (rules: readonly Rule[], suppressions: readonly Suppression[]): StackValidationPolicy => ({
  name: "PS_EVERY_RULE_JUDGES",
  description: "every rule judged something, and every exception excused something",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const stack = judgedStack(resources);
    if (stack === undefined) return;
    for (const fault of evaluate(rules, stack.resources, { stack: stack.name, suppressions }).faults) report(fault);
  },
});

/** What the rules are about: the stacks on AWS. A pack is handed whatever stack it is run with. */
function judgedStack(resources: readonly PolicyResource[]): { readonly name: string; readonly resources: readonly Resource[] } | undefined {
  const name = stackName(resources);
  return name !== undefined && AWS_STACKS.includes(name) ? { name, resources: resources.map(readResource) } : undefined;
}

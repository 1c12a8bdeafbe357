import { judgeReport, runCheckov, type CheckovOptions } from "./checkov.ts";
import { evaluate } from "./evaluate.ts";
import { CHECKOV_SUPPRESSIONS, RULE_SUPPRESSIONS } from "./exceptions.ts";
import type { Resource } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** Something wrong with one resource, from either judge. */
export interface Complaint {
  readonly rule: string;
  /** What the rule asks for. */
  readonly title: string;
  readonly type: string;
  readonly name: string;
  readonly found: string;
  /** What to do about it. */
  readonly fix: string;
}

export interface Verdict {
  readonly judge: "rules" | "checkov";
  /** What it looked at, in words. */
  readonly scope: string;
  readonly violations: readonly Complaint[];
  /** Excused in policy/exceptions.ts. */
  readonly suppressed: readonly (Complaint & { readonly reason: string })[];
  /** What is wrong with the run itself: rules that judged nothing, suppressions that excused nothing. */
  readonly faults: readonly string[];
}

const isAws = ({ type }: Resource): boolean => type.startsWith("aws:");

/** Our own rules, with the written exceptions. */
export function judgeByRules(resources: readonly Resource[], stack: string): Verdict {
  const { violations, suppressed, matched, faults } = evaluate(RULES, resources, { stack, suppressions: RULE_SUPPRESSIONS });
  const complaint = ({ rule, title, resource, found, allowed, fix }: (typeof violations)[number]): Complaint => ({
    rule,
    title,
    type: resource.type,
    name: resource.name,
    found: `${found}; allowed is ${allowed}`,
    fix,
  });
  return {
    judge: "rules",
    scope: `${matched.size} rules over ${resources.filter(isAws).length} resources of AWS`,
    violations: violations.map(complaint),
    suppressed: suppressed.map((one) => ({ ...complaint(one), reason: one.reason })),
    faults,
  };
}

/** checkov, which knows nothing of Pulumi or of our rules, with the written exceptions. */
export async function judgeByCheckov(resources: readonly Resource[], stack: string, options: CheckovOptions): Promise<Verdict> {
  const report = await runCheckov(resources, options);
  const { open, excused, unused } = judgeReport(report, CHECKOV_SUPPRESSIONS, stack);
  const complaint = ({ rule, title, resource }: (typeof open)[number]): Complaint => ({
    rule,
    title,
    type: resource.type,
    name: resource.name,
    found: "fails the check",
    fix: "Mend it, or excuse it in policy/exceptions.ts.",
  });
  return {
    judge: "checkov",
    scope: `${report.passed + report.failed.length} checks over ${resources.filter(isAws).length} resources of AWS`,
    violations: open.map(complaint),
    suppressed: excused.map((one) => ({ ...complaint(one), reason: one.reason })),
    faults: unused,
  };
}

/** Neither violations nor faults. */
export const holds = ({ violations, faults }: Verdict): boolean => violations.length === 0 && faults.length === 0;

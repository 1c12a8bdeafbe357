import type { Finding, Resource, Rule, Stack } from "./rule.ts";
import { suppress, type Excused, type Suppression } from "./suppressions.ts";

export interface Violation extends Finding {
  readonly rule: string;
  readonly title: string;
  readonly source: string;
  readonly resource: Resource;
}

export interface EvaluateOptions {
  /** `qa` or `prod`. */
  readonly stack: string;
  /** Default: none. */
  readonly suppressions?: readonly Suppression[];
}

export interface Evaluation {
  readonly violations: readonly Violation[];
  /** Excused in writing. */
  readonly suppressed: readonly Excused<Violation>[];
  /** Resources that each rule judged, by its id. */
  readonly matched: ReadonlyMap<string, number>;
  /** What is wrong with the run itself: rules that judged nothing, suppressions that excused nothing. */
  readonly faults: readonly string[];
}

/** Judges a whole stack. It passes when there are neither violations nor faults. */
export function evaluate(rules: readonly Rule[], resources: readonly Resource[], { stack: name, suppressions = [] }: EvaluateOptions): Evaluation {
  const stack: Stack = { name, resources };
  const judged = rules.filter((rule) => rule.stacks.includes(name)).map((rule) => ({ rule, subjects: resources.filter((one) => rule.appliesTo(one, stack)) }));
  const all = judged.flatMap(({ rule, subjects }) => subjects.flatMap((subject) => judge(rule, subject, stack)));
  const idle = judged.filter(({ rule, subjects }) => subjects.length === 0 && rule.mustMatchIn.includes(name));
  const { open, excused, unused } = suppress(all, suppressions, name);
  return {
    violations: open,
    suppressed: excused,
    matched: new Map(judged.map(({ rule, subjects }) => [rule.id, subjects.length])),
    faults: [...duplicates(rules), ...idle.map(({ rule }) => idleFault(rule, name)), ...unused],
  };
}

function judge(rule: Rule, resource: Resource, stack: Stack): readonly Violation[] {
  const finding = rule.check(resource, stack);
  return finding === undefined ? [] : [{ rule: rule.id, title: rule.title, source: rule.source, resource, ...finding }];
}

const idleFault = (rule: Rule, stack: string): string =>
  `${rule.id} (${rule.title}) judged no resource in ${stack}. It protects nothing: declare what it is about, or take ${stack} from its mustMatchIn`;

const duplicates = (rules: readonly Rule[]): readonly string[] =>
  [...new Set(rules.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index))].map((id) => `two rules are called ${id}; matches are counted by id`);

/** A violation in words: rule, resource, what was found, what is allowed, what to do. */
export const describeViolation = ({ rule, title, resource, found, allowed, fix, source }: Violation): string =>
  `${rule} ${resource.type} ${resource.name}: ${found}; allowed is ${allowed}. ${fix} (${title}, ${source})`;

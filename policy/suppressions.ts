import { AWS_STACKS, type Resource } from "./rule.ts";

/** A violation that is accepted, and why. */
export interface Suppression {
  /** Id of the rule. */
  readonly rule: string;
  /** `<type> <name>` of the resource; `*` stands for any text. */
  readonly resource: string;
  /** Why it is right as it is, for whoever audits. At least 20 characters. */
  readonly reason: string;
  /** Stacks in which it has to excuse something. Default: all on AWS. */
  readonly stacks?: readonly string[];
}

interface Suppressible {
  readonly rule: string;
  readonly resource: Pick<Resource, "type" | "name">;
}

/** With the reason of the suppression that covers it. */
export type Excused<T> = T & { readonly reason: string };

interface Suppressed<T> {
  readonly open: readonly T[];
  readonly excused: readonly Excused<T>[];
  /** Faults: suppressions without a reason, or that excused nothing. */
  readonly unused: readonly string[];
}

const MIN_REASON = 20;

/** Splits violations into open and excused ones. What excuses nothing is a fault, or a list of excuses only ever grows. */
export function suppress<T extends Suppressible>(violations: readonly T[], suppressions: readonly Suppression[], stack: string): Suppressed<T> {
  const here = suppressions.filter(({ stacks = AWS_STACKS }) => stacks.includes(stack));
  const reasonFor = (violation: T): string | undefined => here.find((one) => excuses(one, violation))?.reason;
  const idle = here.filter((one) => !violations.some((violation) => excuses(one, violation)));
  const mute = here.filter(({ reason }) => reason.trim().length < MIN_REASON);
  return {
    open: violations.filter((violation) => reasonFor(violation) === undefined),
    excused: violations.flatMap((violation) => {
      const reason = reasonFor(violation);
      return reason === undefined ? [] : [{ ...violation, reason }];
    }),
    unused: [
      ...idle.map((one) => `the suppression of ${one.rule} for "${one.resource}" excused nothing in ${stack}: remove it`),
      ...mute.map((one) => `the suppression of ${one.rule} for "${one.resource}" gives no reason: write one of at least ${MIN_REASON} characters`),
    ],
  };
}

const excuses = (suppression: Suppression, { rule, resource }: Suppressible): boolean =>
  suppression.rule === rule && suppression.reason.trim().length >= MIN_REASON && glob(suppression.resource).test(`${resource.type} ${resource.name}`);

const literal = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");

const glob = (pattern: string): RegExp => new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`);

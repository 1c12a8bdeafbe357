/** A resource of a stack as it was registered; all that a rule may know. */
export interface Resource {
  /** Type token, e.g. `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  readonly urn?: string;
  /** The provider's id, once there is one. */
  readonly id?: string;
  /** Name or URN of the parent. */
  readonly parent?: string;
  readonly protect: boolean;
  /** Absent where whoever lists the resources is not told, as in a policy pack. */
  readonly retainOnDelete?: boolean;
  /** Inputs, or outputs, which repeat the inputs. */
  readonly props: Readonly<Record<string, unknown>>;
  /** Name or URN of the explicit provider; empty for none. */
  readonly provider?: string;
  /** By property: names or URNs of the resources that its value comes from. */
  readonly references?: Readonly<Record<string, readonly string[]>>;
  /** Names or URNs of what it waits for. */
  readonly dependsOn?: readonly string[];
}

/** All that a stack registered, so that a rule may look from a bucket to the public access block next to it. */
export interface Stack {
  /** `qa` or `prod`. */
  readonly name: string;
  readonly resources: readonly Resource[];
}

export interface Finding {
  readonly found: string;
  readonly allowed: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Judges one resource; undefined when it is as it should be. */
export type Check = (resource: Resource, stack: Stack) => Finding | undefined;

export interface Rule {
  /** `CKV_…` as in checkov, or `PS_…` for the project's own. */
  readonly id: string;
  readonly title: string;
  /** Where the rule comes from. */
  readonly source: string;
  readonly appliesTo: (resource: Resource, stack: Stack) => boolean;
  /** Stacks that it judges. */
  readonly stacks: readonly string[];
  /** Stacks in which it has to find something to judge: a rule over a type that nobody declares protects nothing. */
  readonly mustMatchIn: readonly string[];
  readonly check: Check;
}

export interface RuleArgs extends Pick<Rule, "id" | "title" | "source" | "check"> {
  /** Type tokens; `aws` is every resource of AWS. */
  readonly types: readonly string[] | "aws";
  /** Narrows the types down. Default: all of them. */
  readonly where?: (resource: Resource, stack: Stack) => boolean;
  /** Default: every stack on AWS. */
  readonly stacks?: readonly string[];
  /** Default: prod. */
  readonly mustMatchIn?: readonly string[];
}

export const AWS_STACKS: readonly string[] = ["qa", "prod"];

/** A rule with its defaults filled in. */
export function rule({ id, title, source, check, types, where = () => true, stacks = AWS_STACKS, mustMatchIn = ["prod"] }: RuleArgs): Rule {
  const ofType = types === "aws" ? ({ type }: Resource) => type.startsWith("aws:") : ({ type }: Resource) => types.includes(type);
  return { id, title, source, check, stacks, mustMatchIn, appliesTo: (resource, stack) => ofType(resource) && where(resource, stack) };
}

/** The first finding of several checks. */
export const every =
  (...checks: readonly Check[]): Check =>
  (resource, stack) => {
    for (const check of checks) {
      const finding = check(resource, stack);
      if (finding !== undefined) return finding;
    }
    return undefined;
  };

/** The version of checkov whose list the CKV ids were read from; policy/requirements.txt pins the same. */
export const CHECKOV_VERSION = "3.3.30";

const CHECKS = `https://github.com/bridgecrewio/checkov/blob/${CHECKOV_VERSION}/checkov/terraform/checks`;

/** Source of a rule that checkov has as a Python file. */
export const checkovPython = (file: string): string => `${CHECKS}/resource/aws/${file}.py`;

/** Source of a rule that checkov has as a query over the graph of resources. */
export const checkovGraph = (file: string): string => `${CHECKS}/graph_checks/aws/${file}.yaml`;

import type { Tenant } from "../../tenants/tenant.ts";

/** Tags of an AWS resource. The provider's default tags carry what all of a stack's resources share. */
export type Tags = Readonly<Record<string, string>>;

/** Cost is reported by these keys; each is activated as a cost allocation tag. */
export const COST_TAGS = ["environment", "tenant", "tier", "cost-center", "part"] as const;

/** Tags on everything of a stack, set once as the provider's default tags. */
export const stackTags = (environment: string): Tags => ({ project: "privatesales", environment, "managed-by": "pulumi" });

/** Tags of what belongs to the platform as a whole. `part` is the folder under components/, e.g. `data`. */
export const platformTags = (part: string): Tags => ({ part });

/** Tags of what belongs to one tenant; the counterpart of its Kubernetes labels. */
export const tenantTags = (tenant: Pick<Tenant, "id" | "tier" | "costCenter">): Tags => ({
  part: "tenant",
  tenant: tenant.id,
  tier: tenant.tier,
  "cost-center": tenant.costCenter,
});

/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  /** Absent in a trust policy. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document as JSON text; the statements hold no Outputs. */
export const policyDocument = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Trust policy of a role that one AWS service takes on, e.g. `vpc-flow-logs.amazonaws.com`, for resources of this account only. */
export const trustService = (service: string, accountId: string): string =>
  policyDocument({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });

/** Options of a resource that holds data: with `on` the engine neither deletes nor replaces it, and a removal leaves it where it is. */
export const dataOptions = (protection: "on" | "off"): { readonly protect: boolean; readonly retainOnDelete: boolean } => ({
  protect: protection === "on",
  retainOnDelete: protection === "on",
});

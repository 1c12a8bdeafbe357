import { checkovPython, rule, type Check, type Finding, type Resource, type Rule } from "../rule.ts";
import { asList, isRecord, show, statementsOf, UNKNOWN, type PolicyStatement } from "../values.ts";
import { tenantOf } from "../tenancy.ts";

const ROLE = "aws:iam/role:Role";
const POLICIES = ["aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", ROLE];

/** Of a policy, of an inline policy, of a role's own inline policies. */
const documentsOf = ({ type, props }: Resource): readonly unknown[] =>
  type === ROLE ? asList(props["inlinePolicies"]).flatMap((inline) => (isRecord(inline) ? [inline["policy"]] : [])) : [props["policy"]];

const grants = (resource: Resource): readonly PolicyStatement[] =>
  documentsOf(resource)
    .flatMap((document) => statementsOf(document) ?? [])
    .filter(({ effect }) => effect === "Allow");

/** A document that a preview does not know yet is judged when it is written. */
const isPolicy = (resource: Resource): boolean => documentsOf(resource).includes(UNKNOWN) || grants(resource).length > 0;

const none = (wrong: (statement: PolicyStatement, resource: Resource) => string | undefined, allowed: string, fix: string): Check => (resource) => {
  const found = grants(resource)
    .map((statement) => wrong(statement, resource))
    .find((text) => text !== undefined);
  return found === undefined ? undefined : { found, allowed, fix };
};

const TAIL = /^(?:[^*?]*\*|[^*?]*-\?{6})$/;

/**
 * Whether an ARN stays within one tenant. A wildcard may only stand at the end, below a part that is the tenant's id and
 * nothing more: `…/dior/*`, but neither `*` nor `dior*`, which is dior-kids too. Six question marks are the random tail of a
 * secret's ARN.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
 */
export function staysWithin(tenant: string, arn: string): boolean {
  if (!/[*?]/.test(arn)) return true;
  const start = arn.slice(0, arn.search(/[*?]/));
  if (!TAIL.test(arn)) return false;
  const ownFolder = new RegExp(`[/:]${tenant}[/:].*$`).test(start);
  const ownSecret = arn.endsWith("-??????") && new RegExp(`[/:]${tenant}(?:[/:].*)?-$`).test(start);
  return ownFolder || ownSecret;
}

const tenantResources: Check = (resource, stack) => {
  const tenant = tenantOf(resource, stack);
  if (tenant === undefined) return undefined;
  const wide = grants(resource).flatMap(({ resources }) => resources.filter((arn) => !staysWithin(tenant, arn)));
  return wide.length === 0 ? undefined : reachesOut(tenant, wide);
};

const reachesOut = (tenant: string, arns: readonly string[]): Finding => ({
  found: `${tenant} gets ${show(arns)}`,
  allowed: `ARNs without a wildcard, or with one at the end below a part that is "${tenant}"`,
  fix: "Name what belongs to the tenant.",
});

const isTrust = ({ props }: Resource): readonly PolicyStatement[] => statementsOf(props["assumeRolePolicy"])?.filter(({ effect }) => effect === "Allow") ?? [];

export const IAM_RULES: readonly Rule[] = [
  rule({
    id: "CKV_AWS_60",
    title: "not everybody may take on a role",
    source: checkovPython("IAMRoleAllowsPublicAssume"),
    types: [ROLE],
    check: (role) =>
      isTrust(role).some(({ principals }) => principals.includes("*"))
        ? { found: "a trust policy for everybody", allowed: "named services or roles", fix: "Name who takes it on." }
        : undefined,
  }),
  rule({
    id: "CKV_AWS_62",
    title: "no policy grants everything",
    source: checkovPython("IAMAdminPolicyDocument"),
    types: POLICIES,
    where: isPolicy,
    check: none(({ actions, resources }) => (actions.includes("*") && resources.includes("*") ? 'Action "*" on Resource "*"' : undefined), "named actions on named resources", "Write down what it needs."),
  }),
  rule({
    id: "CKV_AWS_63",
    title: "no policy grants every action",
    source: checkovPython("IAMStarActionPolicyDocument"),
    types: POLICIES,
    where: isPolicy,
    check: none(
      ({ actions }) => {
        const wide = actions.find((action) => action === "*" || /^[a-z0-9-]+:\*$/.test(action));
        return wide === undefined ? undefined : `Action ${show(wide)}`;
      },
      "named actions",
      "Write down what it needs.",
    ),
  }),
  rule({
    id: "CKV_AWS_274",
    title: "nobody gets AdministratorAccess",
    source: checkovPython("IAMManagedAdminPolicy"),
    types: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
    check: ({ props }) =>
      String(props["policyArn"]).endsWith("/AdministratorAccess") ? { found: "AdministratorAccess", allowed: "a policy with named actions", fix: "Write down what it needs." } : undefined,
  }),
  rule({
    id: "PS_TENANT_IAM_OWN_RESOURCES",
    title: "a tenant's policies reach its own resources only",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    types: POLICIES,
    where: (resource, stack) => isPolicy(resource) && tenantOf(resource, stack) !== undefined,
    check: tenantResources,
  }),
  rule({
    id: "PS_NO_IAM_USERS",
    title: "there are no users with keys that live on",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp",
    types: ["aws:iam/user:User", "aws:iam/accessKey:AccessKey"],
    // The best stack has none of them.
    mustMatchIn: [],
    check: () => ({ found: "a user or an access key", allowed: "roles", fix: "Let people federate and pods use Pod Identity (CKV_AWS_273)." }),
  }),
];

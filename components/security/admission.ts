import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformLabels } from "../shared/labels.ts";
import { admissionPolicies, type PolicyChoice } from "./policies.ts";
import { TENANT_NAMESPACES, type Policy } from "./policy.ts";

export type AdmissionArgs = PolicyChoice;

type PolicySpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;

/** The policy as the API server takes it. An expression that fails to evaluate refuses the request. */
export function policySpec(policy: Policy): PolicySpec {
  const { targets, operations, conditions, variables, validations, scope } = policy;
  return {
    failurePolicy: "Fail",
    matchConstraints: {
      matchPolicy: "Equivalent",
      ...(scope === "tenants" ? { namespaceSelector: { matchExpressions: [...TENANT_NAMESPACES.matchExpressions] } } : {}),
      resourceRules: targets.map(({ group, version, resources }) => ({
        apiGroups: [group],
        apiVersions: [version],
        operations: [...operations],
        resources: [...resources],
        // A cluster-wide object has no namespace to select by, and would be matched by every selector.
        scope: scope === "tenants" ? "Namespaced" : "*",
      })),
    },
    ...(conditions.length === 0 ? {} : { matchConditions: [...conditions] }),
    variables: [...variables],
    validations: validations.map((validation) => ({ ...validation, reason: "Forbidden" })),
  };
}

/** `privatesales-<name>`: policies are cluster-wide objects, and others install theirs beside these. */
export const policyName = (policy: Pick<Policy, "name">): string => `privatesales-${policy.name}`;

/**
 * What the API server itself refuses in tenants' namespaces, by ValidatingAdmissionPolicies: no webhook that can be down,
 * nothing to install. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class Admission extends pulumi.ComponentResource {
  /** What must be there before a tenant's namespace is declared. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:Admission", name, {}, opts);
    this.ready = admissionPolicies(args).map((policy) => this.declarePolicy(name, policy));
    this.registerOutputs({});
  }

  private declarePolicy(name: string, policy: Policy): pulumi.Resource {
    const metadata = { name: policyName(policy), labels: platformLabels("security") };
    const declared = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
      `${name}-${policy.name}`,
      { metadata, spec: policySpec(policy) },
      { parent: this },
    );
    return new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
      `${name}-${policy.name}`,
      { metadata, spec: { policyName: policyName(policy), validationActions: ["Deny"] } },
      { parent: this, dependsOn: [declared] },
    );
  }
}

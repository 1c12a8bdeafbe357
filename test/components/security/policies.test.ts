import { V1DaemonSetSpec, V1DeploymentSpec, V1StatefulSetSpec } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { Admission, policySpec } from "../../../components/security/admission.ts";
import { admissionPolicies } from "../../../components/security/policies.ts";
import { celString, HOSTS_ANNOTATION } from "../../../components/security/policy.ts";
import { WORKLOAD_FIELDS } from "../../../components/security/restart.ts";
import { record } from "../../support/record.ts";

const choice = { registries: ["localhost:5001/", "docker.io/istio"], deployers: ["system:masters"] };
const policies = admissionPolicies(choice);

test("the names of all policies, each once", () => {
  expect(policies.map(({ name }) => name)).toEqual([
    "pod-images", "workload-images", "cronjob-images", "service-exposure",
    "route-hosts", "destination-hosts", "gateway-hosts", "ingress-hosts", "httproute-hosts",
    "tenancy-of-objects", "tenancy-of-namespaces",
    "restart-only-deployments", "restart-only-statefulsets", "restart-only-daemonsets", "settings-overrides",
  ]);
});

describe.each(policies)("$name", (policy) => {
  const spec = policySpec(policy);

  test("refuses when an expression fails, and says what was given", () => {
    expect(spec.failurePolicy).toBe("Fail");
    expect(policy.validations.length).toBeGreaterThan(0);
    for (const { messageExpression } of policy.validations) expect(messageExpression).toMatch(/variables\.|object\./);
    for (const { messageExpression } of policy.validations) expect(messageExpression).toContain("; allowed");
  });

  test("looks at tenants' namespaces only, unless it names its own condition", () => {
    const selector = { matchExpressions: [{ key: "privatesales.co.kr/tenant", operator: "Exists" }] };
    const { matchConstraints } = spec;
    if (policy.scope === "tenants") {
      expect(matchConstraints).toMatchObject({ namespaceSelector: selector, resourceRules: [{ scope: "Namespaced" }, ...policy.targets.slice(1).map(() => ({ scope: "Namespaced" }))] });
    } else {
      expect(matchConstraints).not.toHaveProperty("namespaceSelector");
      expect(policy.conditions.length).toBeGreaterThan(0);
    }
  });
});

test("a registry ends at a slash, with or without one given", () => {
  const [pods] = policies;
  const foreign = pods?.variables.find(({ name }) => name === "foreign");
  expect(foreign?.expression).toContain(`["localhost:5001/", "docker.io/istio/"]`);
});

test("hosts are read from the namespace's annotation", () => {
  expect(HOSTS_ANNOTATION).toBe("privatesales.co.kr/hosts");
  for (const policy of policies.filter(({ name }) => name.endsWith("-hosts"))) {
    expect(policy.variables.find(({ name }) => name === "own")?.expression).toContain(`[?"privatesales.co.kr/hosts"]`);
  }
});

test("a preview of routes with a new host is not held to the hosts that the namespace has before the run; nothing else is exempt", () => {
  const exempt = policies.filter(({ conditions }) => conditions.some(({ expression }) => expression.includes("dryRun")));
  expect(exempt.map(({ name, conditions }) => [name, conditions.map(({ expression }) => expression)])).toEqual([
    ["route-hosts", ['request.operation == "CREATE" || object.?spec != oldObject.?spec', '!(request.operation == "UPDATE" && has(request.dryRun) && request.dryRun)']],
  ]);
});

test("text goes into CEL as a literal", () => {
  expect(celString(`a"b\\c\nd`)).toBe(`"a\\"b\\\\c\\nd"`);
});

test.each([
  [{ ...choice, registries: [] }, "admission: registries is []; name at least one"],
  [{ ...choice, registries: ["a", " "] }, `admission: registries is ["a"," "]; name at least one, and none of them empty`],
  [{ ...choice, deployers: [] }, "admission: deployers is []; name at least one"],
])("%j is an error", (bad, message) => {
  expect(() => admissionPolicies(bad)).toThrow(message);
});

test.each([
  ["deployments", V1DeploymentSpec],
  ["statefulsets", V1StatefulSetSpec],
  ["daemonsets", V1DaemonSetSpec],
] as const)("the restart policy compares every field of %s", (resource, model) => {
  const fields = model.getAttributeTypeMap().map(({ name }) => name);
  expect([...WORKLOAD_FIELDS[resource], "template"].toSorted()).toEqual(fields.toSorted());
});

test("each policy is declared with a binding that denies", async () => {
  const seen = await record(() => new Admission("admission", choice));
  const of = (kind: string): (typeof seen)[number][] => seen.filter(({ type }) => type.endsWith(`:${kind}`));
  expect(of("ValidatingAdmissionPolicy").map(({ name }) => name).toSorted()).toEqual(policies.map(({ name }) => `admission-${name}`).toSorted());
  const bindings = Object.fromEntries(of("ValidatingAdmissionPolicyBinding").map(({ name, inputs }) => [name, inputs.spec]));
  expect(bindings).toEqual(
    Object.fromEntries(
      policies.map(({ name }) => [`admission-${name}`, { policyName: `privatesales-${name}`, validationActions: ["Deny"] }]),
    ),
  );
});

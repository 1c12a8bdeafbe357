import { describe, expect, test } from "vitest";
import { SUPER_ADMIN_GROUP, serviceAdminGroup } from "../../../components/access/groups.ts";
import { serviceAdminRules, superAdminRules, type Rule } from "../../../components/access/roles.ts";

/** Every `verb group/resource` that the rules grant; with the names in brackets where it is for some objects only. */
const grants = (rules: readonly Rule[]): readonly string[] =>
  rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) => {
    const which = resourceNames === undefined ? "" : `[${resourceNames.join(",")}]`;
    return apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group || "core"}/${resource}${which}`)));
  });

/** Ways to secrets, to another identity, or to more rights than the role gives. */
const DANGEROUS = [
  /\*/,
  / core\/secrets/,
  / .*\/(exec|attach|portforward|proxy|token|ephemeralcontainers|approval|sign)$/,
  /^(impersonate|escalate|bind|approve|sign) /,
  /^(create|update|patch|delete|deletecollection) (rbac|admissionregistration|networking|security|telemetry|apiextensions|certificates)\./,
  /^(create|update|patch|delete) core\/(namespaces|nodes|serviceaccounts|configmaps|resourcequotas|limitranges|services)/,
  /^create core\/pods$/,
  /^(create|update|delete) (apps|batch)\//,
];

describe.each([
  ["SUPER_ADMIN", superAdminRules()],
  ["SERVICE_ADMIN", serviceAdminRules()],
])("%s", (_name, rules) => {
  test.each(DANGEROUS)("grants nothing like %s", (pattern) => {
    const meant = /^update apps\/(deployments|statefulsets)\/scale$|^(update|patch) core\/configmaps\[settings-overrides\]$/;
    expect(grants(rules).filter((grant) => pattern.test(grant) && !meant.test(grant))).toEqual([]);
  });

  test("grants nothing twice", () => {
    expect(grants(rules)).toEqual([...new Set(grants(rules))]);
  });
});

test("the patterns recognise what they look for", () => {
  const bad = [
    "get core/*", "list core/secrets", "create core/pods/exec", "impersonate core/users", "bind rbac.authorization.k8s.io/roles",
    "patch networking.istio.io/virtualservices", "patch core/namespaces", "create core/pods", "update apps/deployments",
  ];
  for (const grant of bad) expect(DANGEROUS.some((pattern) => pattern.test(grant))).toBe(true);
  expect(DANGEROUS.some((pattern) => pattern.test("list core/pods"))).toBe(false);
});

test("what SUPER_ADMIN writes", () => {
  expect(grants(superAdminRules()).filter((grant) => !/^(get|list|watch) /.test(grant))).toEqual([
    "patch apps/deployments", "patch apps/statefulsets", "patch apps/daemonsets",
    "update apps/deployments/scale", "patch apps/deployments/scale", "update apps/statefulsets/scale", "patch apps/statefulsets/scale",
    "delete core/pods", "create core/pods/eviction",
  ]);
});

test("what SERVICE_ADMIN writes, and which groups it reads", () => {
  const all = grants(serviceAdminRules());
  expect(all.filter((grant) => !/^(get|list|watch) /.test(grant))).toEqual([
    "patch apps/deployments", "update core/configmaps[settings-overrides]", "patch core/configmaps[settings-overrides]",
  ]);
  const groups = new Set(serviceAdminRules().flatMap(({ apiGroups }) => apiGroups));
  expect([...groups].toSorted()).toEqual(["", "apps", "autoscaling", "batch", "events.k8s.io", "policy"]);
  for (const closed of ["get core/resourcequotas", "get core/endpoints", "get discovery.k8s.io/endpointslices"]) expect(all).not.toContain(closed);
});

test("groups: one for the platform, one a tenant", () => {
  expect(SUPER_ADMIN_GROUP).toBe("privatesales:super-admins");
  expect(serviceAdminGroup("dior")).toBe("privatesales:service-admin:dior");
});

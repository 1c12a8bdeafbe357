import { byAdministrator, celString, type Policy } from "./policy.ts";

/** What `kubectl rollout restart` writes into the pod template. */
export const RESTART_ANNOTATION = "kubectl.kubernetes.io/restartedAt";

const METADATA = ["metadata.labels", "metadata.annotations", "metadata.finalizers", "metadata.ownerReferences"] as const;
const TEMPLATE = ["spec.template.metadata.labels", "spec.template.metadata.finalizers", "spec.template.spec"] as const;

/** Every field of a workload's spec beside the template; a test compares them with the API's own list. */
export const WORKLOAD_FIELDS = {
  deployments: [
    "replicas", "selector", "strategy", "minReadySeconds", "revisionHistoryLimit", "paused", "progressDeadlineSeconds",
  ],
  statefulsets: [
    "replicas", "selector", "volumeClaimTemplates", "serviceName", "podManagementPolicy", "updateStrategy",
    "revisionHistoryLimit", "minReadySeconds", "persistentVolumeClaimRetentionPolicy", "ordinals",
  ],
  daemonsets: ["selector", "updateStrategy", "minReadySeconds", "revisionHistoryLimit"],
} as const;

/** `spec.template.spec` → `spec.?template.?spec`: an absent field equals an absent field. */
const optional = (path: string): string => path.replaceAll(".", ".?");

const same = (path: string): string => `object.${optional(path)} == oldObject.${optional(path)}`;

const templateAnnotations = (object: string): string => `${object}.spec.template.?metadata.?annotations.orValue({})`;

function policy(resource: keyof typeof WORKLOAD_FIELDS): Policy {
  const paths = [...METADATA, ...TEMPLATE, ...WORKLOAD_FIELDS[resource].map((field) => `spec.${field}`)];
  const differing = paths.map((path) => `(${same(path)} ? [] : [${celString(path)}])`);
  const mark = celString(RESTART_ANNOTATION);
  const annotations =
    `(variables.after.all(k, k == ${mark} || (k in variables.before && variables.before[k] == variables.after[k]))` +
    ` && variables.before.all(k, k == ${mark} || k in variables.after) ? [] : ["spec.template.metadata.annotations"])`;
  return {
    name: `restart-only-${resource}`,
    scope: "everywhere",
    targets: [{ group: "apps", version: "v1", resources: [resource] }],
    operations: ["UPDATE"],
    conditions: [{ name: "by-an-administrator", expression: byAdministrator }],
    variables: [
      { name: "before", expression: templateAnnotations("oldObject") },
      { name: "after", expression: templateAnnotations("object") },
      { name: "changed", expression: [...differing, annotations].join(" + ") },
    ],
    validations: [
      {
        expression: "size(variables.changed) == 0",
        messageExpression:
          `"changed by an administrator: " + variables.changed.join(", ") + ` +
          celString(`; allowed is ${RESTART_ANNOTATION} of the pod template (kubectl rollout restart), all else goes through tenants.yaml`),
      },
    ],
  };
}

/**
 * RBAC cannot say "patch, but only this field". Whoever may patch a workload freely may run any image as any of the
 * namespace's identities and read its secrets, so administrators are held to what a restart writes.
 */
export function restartPolicies(): readonly Policy[] {
  return [policy("deployments"), policy("statefulsets"), policy("daemonsets")];
}

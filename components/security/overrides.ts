import { OVERRIDABLE_SETTINGS, OVERRIDES_NAME } from "../access/overrides.ts";
import { byAdministrator, celString, type Policy } from "./policy.ts";

const METADATA = ["metadata.labels", "metadata.annotations", "metadata.finalizers", "metadata.ownerReferences"] as const;

/** CEL: the value at key `k` of `variables.data` is one of those that may stand there. */
const allowed = Object.entries(OVERRIDABLE_SETTINGS)
  .map(([key, form]) => `(k == ${celString(key)} && variables.data[k].matches(${celString(form)}))`)
  .join(" || ");

const same = (path: string): string => {
  const optional = path.replaceAll(".", ".?");
  return `object.${optional} == oldObject.${optional}`;
};

/**
 * RBAC lets a shop's administrator write one ConfigMap; this says what into it. Pods take its keys as environment variables, so
 * a free key would be NODE_OPTIONS or JAVA_TOOL_OPTIONS: code of the administrator's own in the shop's process.
 */
export function overridesPolicy(): Policy {
  const differing = METADATA.map((path) => `(${same(path)} ? [] : [${celString(path)}])`).join(" + ");
  return {
    name: "settings-overrides",
    scope: "tenants",
    targets: [{ group: "", version: "v1", resources: ["configmaps"] }],
    operations: ["CREATE", "UPDATE"],
    conditions: [{ name: "the-overrides", expression: `object.metadata.?name.orValue("") == ${celString(OVERRIDES_NAME)}` }],
    variables: [
      { name: "data", expression: "object.?data.orValue({})" },
      { name: "foreign", expression: `variables.data.filter(k, !(${allowed}))` },
      {
        name: "fixed",
        expression:
          `(size(object.?binaryData.orValue({})) == 0 ? [] : ["binaryData"]) + (object.?immutable.orValue(false) ? ["immutable"] : [])` +
          ` + (oldObject == null || !(${byAdministrator}) ? [] : ${differing})`,
      },
    ],
    validations: [
      {
        expression: "size(variables.foreign) == 0",
        messageExpression:
          `"settings that a tenant does not override, or not with this value: " + variables.foreign.join(", ")` +
          ` + ${celString(`; allowed is ${Object.entries(OVERRIDABLE_SETTINGS).map(([key, form]) => `${key} like ${form}`).join(", ")}`)}`,
      },
      {
        expression: "size(variables.fixed) == 0",
        messageExpression: `"changed beside the settings: " + variables.fixed.join(", ") + "; allowed is data"`,
      },
    ],
  };
}

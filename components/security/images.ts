import { celList, celString, type Policy } from "./policy.ts";

const DIGEST = "@sha256:[a-f0-9]{64}$";
/** A tag after the last slash, where a colon cannot be a registry's port. */
const TAG = "/[^/:@]+:[A-Za-z0-9_][A-Za-z0-9._-]*$";

/** Every image of a pod spec at `path`; the three kinds of containers are three lists. */
function imagesAt(path: string, ephemeral: boolean): string {
  const list = (field: string): string => `${path}.?${field}.orValue([]).map(c, c.?image.orValue(""))`;
  const lists = ["containers", "initContainers", ...(ephemeral ? ["ephemeralContainers"] : [])];
  return lists.map(list).join(" + ");
}

function policy(name: string, targets: Policy["targets"], images: string, registries: readonly string[]): Policy {
  const allowed = registries.map((registry) => `${registry.replace(/\/+$/, "")}/`);
  return {
    name,
    scope: "tenants",
    targets,
    operations: ["CREATE", "UPDATE"],
    conditions: [],
    variables: [
      { name: "images", expression: images },
      { name: "foreign", expression: `variables.images.filter(i, !${celList(allowed)}.exists(r, i.startsWith(r)))` },
      {
        name: "loose",
        expression: `variables.images.filter(i, !i.matches(${celString(DIGEST)}) && (!i.matches(${celString(TAG)}) || i.endsWith(":latest")))`,
      },
    ],
    validations: [
      {
        expression: "size(variables.foreign) == 0",
        messageExpression: `"image from an unknown registry: " + variables.foreign.join(", ") + "; allowed is what starts with ${allowed.join(" or ")}"`,
      },
      {
        expression: "size(variables.loose) == 0",
        messageExpression: `"image without a fixed version: " + variables.loose.join(", ") + "; allowed is a tag other than latest, or a digest"`,
      },
    ],
  };
}

/**
 * Images come from the platform's registries and name a fixed version. Workloads are checked as well as pods, so that the
 * refusal is seen where the image was written and not in the events of a ReplicaSet. Three policies, since CEL is checked
 * against one shape of object at a time.
 */
export function imagePolicies(registries: readonly string[]): readonly Policy[] {
  return [
    policy(
      "pod-images",
      [{ group: "", version: "v1", resources: ["pods", "pods/ephemeralcontainers"] }],
      imagesAt("object.spec", true),
      registries,
    ),
    policy(
      "workload-images",
      [
        { group: "apps", version: "v1", resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
        { group: "batch", version: "v1", resources: ["jobs"] },
      ],
      imagesAt("object.spec.template.spec", false),
      registries,
    ),
    policy(
      "cronjob-images",
      [{ group: "batch", version: "v1", resources: ["cronjobs"] }],
      imagesAt("object.spec.jobTemplate.spec.template.spec", false),
      registries,
    ),
  ];
}

import { celList, celString, type Policy } from "./policy.ts";

const DIGEST = "@sha256:[a-f0-9]{64}$";
/** A tag after the last slash, where a colon cannot be a registry's port. */
const TAG = "/[^/:@]+:[A-Za-z0-9_][A-Za-z0-9._-]*$";

/** Every container of a pod spec at `path`, by image and pull policy; the three kinds of containers are three lists. */
function containersAt(path: string, ephemeral: boolean): string {
  const list = (field: string): string => `${path}.?${field}.orValue([]).map(c, {"image": c.?image.orValue(""), "pull": c.?imagePullPolicy.orValue("")})`;
  const lists = ["containers", "initContainers", ...(ephemeral ? ["ephemeralContainers"] : [])];
  return lists.map(list).join(" + ");
}

function policy(name: string, targets: Policy["targets"], containers: string, registries: readonly string[]): Policy {
  const allowed = registries.map((registry) => `${registry.replace(/\/+$/, "")}/`);
  return {
    name,
    scope: "tenants",
    targets,
    operations: ["CREATE", "UPDATE"],
    conditions: [],
    variables: [
      { name: "containers", expression: containers },
      { name: "images", expression: "variables.containers.map(c, c.image)" },
      { name: "foreign", expression: `variables.images.filter(i, !${celList(allowed)}.exists(r, i.startsWith(r)))` },
      {
        name: "loose",
        expression: `variables.images.filter(i, !i.matches(${celString(DIGEST)}) && (!i.matches(${celString(TAG)}) || i.endsWith(":latest")))`,
      },
      { name: "cached", expression: `variables.containers.filter(c, c.pull != "Always").map(c, c.image)` },
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
      {
        expression: "size(variables.cached) == 0",
        messageExpression: `"image that a node may have kept: " + variables.cached.join(", ") + "; allowed is imagePullPolicy: Always"`,
      },
    ],
  };
}

/**
 * Images come from the platform's registries, name a fixed version, and are asked for each time: a node that has kept a tenant's
 * image would run it for whoever knows its name. Workloads are checked as well as pods, so that the
 * refusal is seen where the image was written and not in the events of a ReplicaSet. Three policies, since CEL is checked
 * against one shape of object at a time.
 */
export function imagePolicies(registries: readonly string[]): readonly Policy[] {
  return [
    policy(
      "pod-images",
      [{ group: "", version: "v1", resources: ["pods", "pods/ephemeralcontainers"] }],
      containersAt("object.spec", true),
      registries,
    ),
    policy(
      "workload-images",
      [
        { group: "apps", version: "v1", resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
        { group: "batch", version: "v1", resources: ["jobs"] },
      ],
      containersAt("object.spec.template.spec", false),
      registries,
    ),
    policy(
      "cronjob-images",
      [{ group: "batch", version: "v1", resources: ["cronjobs"] }],
      containersAt("object.spec.jobTemplate.spec.template.spec", false),
      registries,
    ),
  ];
}

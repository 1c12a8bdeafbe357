import { expect, test } from "vitest";
import { immutableFields, touches } from "../../../../sandbox/providers/kubernetes/immutable.ts";
import { targetOf } from "../../../../sandbox/providers/kubernetes/token.ts";

const MUTABLE = { configMaps: true, secrets: true };
const FIXED = { configMaps: false, secrets: false };

function replaces(apiVersion: string, kind: string, path: string, value: unknown = "x", mutability = MUTABLE, rest = {}) {
  return touches(path.split("."), value, immutableFields({ apiVersion, kind, ...rest }, mutability));
}

test.each([
  ["v1", "Service", "metadata.name", "spec.ports.0.port"],
  ["v1", "Anything", "metadata.namespace", "metadata.labels.a"],
  ["apps/v1", "Deployment", "spec.selector.matchLabels.app", "spec.template.spec.replicas"],
  ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates.0.spec", "spec.replicas"],
  ["apps/v1", "StatefulSet", "spec.serviceName", "spec.template"],
  ["batch/v1", "Job", "spec.template.spec.containers.0.image", "spec.backoffLimit"],
  ["batch/v1", "Job", "spec.completions", "spec.suspend"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name", "subjects.0.name"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef", "subjects"],
  ["storage.k8s.io/v1", "StorageClass", "provisioner", "allowVolumeExpansion"],
  ["v1", "PersistentVolumeClaim", "spec.accessModes.0", "spec.resources.requests.storage"],
  ["v1", "PersistentVolume", "spec.hostPath.path", "spec.capacity.storage"],
  ["v1", "Pod", "spec.containers.0.image", "spec.activeDeadlineSeconds"],
  ["v1", "Pod", "spec.nodeName", "spec.containers.0.name"],
  ["v1", "Service", "spec.clusterIP", "spec.type"],
  ["v1", "Secret", "type", "data.a"],
  ["v1", "ResourceQuota", "spec.scopes", "spec.hard.cpu"],
])("%s %s: %s replaces, %s does not", (apiVersion, kind, replacing, updating) => {
  expect(replaces(apiVersion, kind, replacing)).toBe(true);
  expect(replaces(apiVersion, kind, updating)).toBe(false);
});

test("a kind of the same name in another group has no such fields", () => {
  expect(replaces("batch.volcano.sh/v1alpha1", "Job", "spec.template")).toBe(false);
});

test("ConfigMaps and Secrets are replaced unless the provider says otherwise or they are immutable", () => {
  for (const kind of ["ConfigMap", "Secret"]) {
    expect(replaces("v1", kind, "data.a", "x", FIXED)).toBe(true);
    expect(replaces("v1", kind, "data.a", "x", MUTABLE)).toBe(false);
    expect(replaces("v1", kind, "data.a", "x", MUTABLE, { immutable: true })).toBe(true);
    expect(replaces("v1", kind, "metadata.labels.a", "x", FIXED)).toBe(false);
  }
});

test("a change above a field replaces if the new value has the field", () => {
  expect(replaces("v1", "Service", "spec", { clusterIP: "None" })).toBe(true);
  expect(replaces("v1", "Service", "spec", { type: "ClusterIP" })).toBe(false);
  expect(replaces("v1", "Pod", "spec.containers", [{ image: "a" }])).toBe(true);
  expect(replaces("v1", "Pod", "spec.containers", [{ name: "a" }])).toBe(false);
});

test.each([
  ["kubernetes:core/v1:Namespace", { target: "object", apiVersion: "v1", kind: "Namespace" }],
  ["kubernetes:apps/v1:Deployment", { target: "object", apiVersion: "apps/v1", kind: "Deployment" }],
  ["kubernetes:networking.istio.io/v1:Gateway", { target: "object", apiVersion: "networking.istio.io/v1", kind: "Gateway" }],
  ["kubernetes:example.com/v1:AllowList", { target: "object", apiVersion: "example.com/v1", kind: "AllowList" }],
  ["kubernetes:helm.sh/v3:Release", { target: "release" }],
])("the token %s", (token, target) => {
  expect(targetOf(token)).toEqual(target);
});

test.each([
  ["kubernetes:helm.sh/v4:Chart", "not a kind of the API server"],
  ["kubernetes:yaml/v2:ConfigGroup", "not a kind of the API server"],
  ["kubernetes:kustomize/v2:Directory", "not a kind of the API server"],
  ["kubernetes:core/v1:NamespacePatch", "patch resources are not simulated"],
  ["kubernetes:core/v1:ConfigMapList", "declare the listed objects one by one"],
])("the token %s is refused", (token, why) => {
  const target = targetOf(token);
  expect(target.target === "refused" && target.reason).toContain(`${token} is not supported by the sandbox: `);
  expect(target.target === "refused" && target.reason).toContain(why);
});

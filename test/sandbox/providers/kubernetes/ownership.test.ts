import { expect, test } from "vitest";
import {
  conflictsOf,
  foreignConflicts,
  ownershipPatch,
  withIgnored,
} from "../../../../sandbox/providers/kubernetes/ownership.ts";

const entry = (manager: string, operation: string, fieldsV1: object, rest: object = {}) => ({
  manager,
  operation,
  apiVersion: "v1",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...rest,
});
const live = (...managedFields: object[]) => ({ metadata: { name: "x", resourceVersion: "7", managedFields }, spec: {} });

test("the creator's fields move to the manager's Apply entry, for this version only", () => {
  const foreign = entry("kube-controller-manager", "Update", { "f:status": {} }, { subresource: "status" });
  const object = live(entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } }), foreign);
  expect(ownershipPatch(object, "pulumi-kubernetes-1")).toEqual([
    {
      op: "replace",
      path: "/metadata/managedFields",
      value: [foreign, entry("pulumi-kubernetes-1", "Apply", { "f:data": { "f:a": {} } })],
    },
    { op: "replace", path: "/metadata/resourceVersion", value: "7" },
  ]);
});

test("fields of an earlier apply and of kubectl are joined", () => {
  const object = live(
    entry("pulumi-kubernetes-1", "Apply", { "f:data": { "f:a": {} } }),
    entry("kubectl-edit", "Update", { "f:data": { "f:b": {} }, "f:metadata": {} }),
  );
  expect(ownershipPatch(object, "pulumi-kubernetes-1")[0]).toMatchObject({
    value: [{ manager: "pulumi-kubernetes-1", fieldsV1: { "f:data": { "f:a": {}, "f:b": {} }, "f:metadata": {} } }],
  });
});

test.each([
  ["another manager's update", entry("argo-rollouts", "Update", { "f:spec": {} })],
  ["another manager's apply", entry("pulumi-kubernetes-2", "Apply", { "f:spec": {} })],
  ["a write to a subresource", entry("kubectl", "Update", { "f:spec": {} }, { subresource: "scale" })],
])("%s stays where it is", (_, other) => {
  expect(ownershipPatch(live(other), "pulumi-kubernetes-1")).toEqual([]);
});

test("a conflict names field and owner; one with the creator is none", () => {
  const causes = [
    { reason: "FieldManagerConflict", message: 'conflict with "argo-rollouts" using v1', field: ".spec.replicas" },
    { reason: "FieldManagerConflict", message: 'conflict with "pulumi-kubernetes" using v1', field: ".data.a" },
    { reason: "FieldValueInvalid", message: "other", field: "x" },
  ];
  const conflicts = conflictsOf(causes);
  expect(conflicts).toEqual([
    { field: "spec.replicas", owner: "argo-rollouts" },
    { field: "data.a", owner: "pulumi-kubernetes" },
  ]);
  const object = live(entry("argo-rollouts", "Update", {}), entry("pulumi-kubernetes", "Update", {}));
  expect(foreignConflicts(conflicts, object)).toEqual([{ field: "spec.replicas", owner: "argo-rollouts" }]);
});

test("an ignored field of another manager is not sent, one of ours is sent as it is", () => {
  const inputs = { spec: { replicas: 1, http: "old", image: "new" } };
  const object = {
    spec: { replicas: 5, http: "theirs", image: "live" },
    metadata: {
      managedFields: [
        entry("me", "Apply", { "f:spec": { "f:image": {} } }),
        entry("hpa", "Update", { "f:spec": { "f:replicas": {}, "f:image": {} } }),
      ],
    },
  };
  const ignored = ["spec.replicas", "spec.image", "spec.absent"];
  expect(withIgnored(inputs, object, "me", ignored)).toEqual({ spec: { http: "old", image: "live" } });
  expect(withIgnored(inputs, object, "me", [])).toBe(inputs);
});

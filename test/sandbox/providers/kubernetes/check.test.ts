import { expect, test } from "vitest";
import { checkAnnotations, propagationOf, timeoutOf } from "../../../../sandbox/providers/kubernetes/annotations.ts";
import { checkObject } from "../../../../sandbox/providers/kubernetes/check.ts";
import { conflictText, redact, refusal } from "../../../../sandbox/providers/kubernetes/failures.ts";
import { ApiError } from "../../../../sandbox/providers/kubernetes/client.ts";
import type { KubeObject } from "../../../../sandbox/providers/kubernetes/objects.ts";
import { UNKNOWN } from "../../../../sandbox/providers/provider.ts";

const KIND = { apiVersion: "v1", kind: "ConfigMap" };

function check(news: KubeObject, olds: KubeObject = {}) {
  return checkObject({ urn: "u", type: "kubernetes:core/v1:ConfigMap", name: "res", olds, news }, KIND);
}

const annotated = (annotations: KubeObject) => ({ metadata: { name: "x", annotations } });

test("kind and version come from the type", () => {
  expect(check({ metadata: { name: "x" } })).toEqual({ inputs: { ...KIND, metadata: { name: "x" } }, failures: [] });
});

test("a missing name is chosen once, marked, and kept", () => {
  const first = check({ data: { a: "b" } }).inputs;
  expect(first["metadata"]).toEqual({
    name: expect.stringMatching(/^res-[0-9a-f]{8}$/u) as unknown,
    annotations: { "pulumi.com/autonamed": "true" },
  });
  expect(check({ data: { a: "c" } }, first).inputs["metadata"]).toEqual(first["metadata"]);
  expect(check({ data: {} }).inputs["metadata"]).not.toEqual(first["metadata"]);
});

test("a given or unknown name stays as it is", () => {
  expect(check({ metadata: { name: UNKNOWN } }).inputs["metadata"]).toEqual({ name: UNKNOWN });
  expect(check({ metadata: UNKNOWN }).inputs["metadata"]).toBe(UNKNOWN);
});

test.each([
  [{ kind: "Secret" }, "kind", 'asks for "ConfigMap"'],
  [{ apiVersion: "v2" }, "apiVersion", 'asks for "v1"'],
  [{ metadata: [] }, "metadata", "must be a map"],
  [{ metadata: { name: 5 } }, "metadata.name", "must be a string"],
  [{ metadata: { labels: "a" } }, "metadata.labels", "must be a map of strings"],
  [{ metadata: { annotations: { a: 1 } } }, 'metadata.annotations["a"]', "is a number"],
  [{ metadata: { generateName: "x-" } }, "metadata.generateName", "not supported by server-side apply"],
])("%j is refused by property", (news, property, reason) => {
  const { failures } = check(news);
  expect(failures.map((each) => each.property)).toEqual([property]);
  expect(failures[0]?.reason).toContain(reason);
});

test.each([
  [{ "pulumi.com/skipAwait": "true", "pulumi.com/timeoutSeconds": "30" }, "Deployment"],
  [{ "pulumi.com/patchForce": "true" }, "Deployment"],
  [{ "pulumi.com/replaceUnready": "true" }, "Job"],
  [{ "pulumi.com/deletionPropagationPolicy": "Background" }, "Job"],
  [{ "example.com/waitFor": "x" }, "Job"],
])("the instructions %j on a %s are known", (annotations, kind) => {
  expect(checkAnnotations(annotated(annotations), kind)).toEqual([]);
});

test.each([
  [{ "pulumi.com/patchForce": "yes" }, "Deployment", "allowed is \"true\" or \"false\""],
  [{ "pulumi.com/waitFor": "condition=Ready" }, "Deployment", "it knows pulumi.com/autonamed, pulumi.com/skipAwait"],
  [{ "pulumi.com/skipAwait": "yes" }, "Deployment", 'allowed is "true" or "false"'],
  [{ "pulumi.com/timeoutSeconds": "1m" }, "Deployment", "whole number of seconds"],
  [{ "pulumi.com/timeoutSeconds": UNKNOWN }, "Deployment", "must be known before the run"],
  [{ "pulumi.com/replaceUnready": "true" }, "Deployment", "is for a Job, and this is a Deployment"],
  [{ "pulumi.com/deletionPropagationPolicy": "never" }, "Job", "foreground, background or orphan"],
])("the instructions %j on a %s are refused", (annotations, kind, reason) => {
  const failures = checkAnnotations(annotated(annotations), kind);
  expect(failures.map((each) => each.property)).toEqual([`metadata.annotations["${Object.keys(annotations)[0] ?? ""}"]`]);
  expect(failures[0]?.reason).toContain(reason);
});

test("the resource's own timeout wins over the annotation, that over the kind's", () => {
  const object = annotated({ "pulumi.com/timeoutSeconds": "30" });
  expect([timeoutOf(object, 5, 600), timeoutOf(object, 0, 600), timeoutOf({}, 0, 600)]).toEqual([5, 30, 600]);
});

test("deletion is in the foreground unless said otherwise", () => {
  const policy = (value: string) => propagationOf(annotated({ "pulumi.com/deletionPropagationPolicy": value }));
  expect([propagationOf({}), policy("background"), policy("Orphan")]).toEqual(["Foreground", "Background", "Orphan"]);
});

test("a refusal names the object; a conflict every field and owner", () => {
  const object = { ...KIND, metadata: { name: "x", namespace: "n" } };
  const exists = new ApiError(409, { reason: "AlreadyExists", message: 'configmaps "x" already exists' });
  expect(refusal(exists, "created", object).message).toContain("ConfigMap n/x was not created: an object of this name");
  const causes = [{ reason: "FieldManagerConflict", message: 'conflict with "hpa" using v1', field: ".spec.replicas" }];
  const conflict = new ApiError(409, { reason: "Conflict", message: "Apply failed", details: { causes } });
  expect(refusal(conflict, "updated", object).message).toBe(
    `ConfigMap n/x was not updated: ${conflictText([{ field: "spec.replicas", owner: "hpa" }])}`,
  );
});

test("a Secret's values never reach a message; other objects' do", () => {
  const said = "Invalid value: hunter2 (aHVudGVyMg==)";
  const values = { stringData: { a: "hunter2" }, data: { b: "aHVudGVyMg==" } };
  expect(redact(said, { apiVersion: "v1", kind: "Secret", ...values })).toBe("Invalid value: [secret] ([secret])");
  expect(redact(said, { apiVersion: "v1", kind: "ConfigMap", ...values })).toBe(said);
});

import { expect, test } from "vitest";
import { diffObjects, type DiffOptions } from "../../../../sandbox/providers/kubernetes/diff.ts";
import type { KubeObject } from "../../../../sandbox/providers/kubernetes/objects.ts";
import { sameQuantity } from "../../../../sandbox/providers/kubernetes/quantity.ts";

const NAMESPACED: DiffOptions = { namespaced: true, mutability: { configMaps: true, secrets: true } };

function object(apiVersion: string, kind: string, rest: KubeObject = {}, metadata: KubeObject = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: "x", namespace: "n", ...metadata }, ...rest };
}

function diff(old: KubeObject, now: KubeObject, options: DiffOptions = NAMESPACED) {
  const { changes, deleteBeforeReplace } = diffObjects(old, old, now, options);
  return { changes: changes.map(({ path, kind, replace }) => `${kind}${replace ? " replace" : ""} ${path}`), deleteBeforeReplace };
}

test.each([
  [{ spec: { hard: { "limits.cpu": "1" } } }, { spec: { hard: { "limits.cpu": "2" } } }, ['update spec.hard["limits.cpu"]']],
  [{ spec: { a: 1 } }, { spec: { a: 1, b: { c: 1 } } }, ["add spec.b"]],
  [{ spec: { a: [{ b: 1 }, 2] } }, { spec: { a: [{ b: 3 }] } }, ["update spec.a[0].b", "delete spec.a[1]"]],
  [{ spec: { a: 1 } }, { spec: { a: "1" } }, ["update spec.a"]],
  [{ spec: { a: null } }, { spec: {} }, []],
  [{ spec: { a: { b: 1, c: 2 } } }, { spec: { a: { c: 2, b: 1 } } }, []],
])("paths and kinds: %j to %j", (old, now, changes) => {
  expect(diff(object("example.com/v1", "Thing", old), object("example.com/v1", "Thing", now)).changes).toEqual(changes);
});

test("amounts of the server's own kinds may be spelled differently, others may not", () => {
  const quota = (cpu: unknown, apiVersion = "v1") => object(apiVersion, "ResourceQuota", { spec: { hard: { cpu } } });
  expect(diff(quota("0.5"), quota("500m")).changes).toEqual([]);
  expect(diff(quota("1024Mi"), quota("1Gi")).changes).toEqual([]);
  expect(diff(quota(1), quota("1")).changes).toEqual([]);
  expect(diff(quota("0.5"), quota("501m")).changes).toEqual(["update spec.hard.cpu"]);
  expect(diff(quota("0.5", "example.com/v1"), quota("500m", "example.com/v1")).changes).toEqual(["update spec.hard.cpu"]);
});

test.each([
  ["1e3", "1k", true],
  ["2Ki", "2048", true],
  ["1.5Gi", "1536Mi", true],
  ["100n", "0.0000001", true],
  ["1M", "1Mi", false],
  ["x", "x1", false],
  ["-1", "-1000m", true],
])("amounts %s and %s", (one, other, same) => {
  expect(sameQuantity(["limits", "cpu"], one, other)).toBe(same);
  expect(sameQuantity(["data", "key"], one, other)).toBe(false);
});

test("a Secret's stringData is the same as its data", () => {
  const data = object("v1", "Secret", { data: { a: "aGVsbG8=" } });
  expect(diff(data, object("v1", "Secret", { stringData: { a: "hello" } })).changes).toEqual([]);
  expect(diff(data, object("v1", "Secret", { stringData: { a: "hallo" } })).changes).toEqual(["update data.a"]);
});

test("an unset namespace is default; kinds without namespaces ignore it", () => {
  const unset = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } };
  const set = (namespace: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace } });
  expect(diff(unset, set("default")).changes).toEqual([]);
  expect(diff(unset, set("other")).changes).toEqual(["update replace metadata.namespace"]);
  expect(diff(unset, set("other"), { ...NAMESPACED, namespaced: false }).changes).toEqual([]);
});

test("deletion goes first only where the new object needs the old one's name", () => {
  const binding = (role: string, metadata: KubeObject = {}) =>
    object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: role } }, metadata);
  const autonamed = { annotations: { "pulumi.com/autonamed": "true" } };
  expect(diff(binding("a"), binding("b"))).toEqual({ changes: ["update replace roleRef.name"], deleteBeforeReplace: true });
  expect(diff(binding("a", autonamed), binding("b", autonamed)).deleteBeforeReplace).toBe(false);
  expect(diff(binding("a"), binding("a", { name: "y" })).deleteBeforeReplace).toBe(false);
  expect(diff(binding("a"), binding("a", { labels: { l: "1" } })).deleteBeforeReplace).toBe(false);
});

test("another group is another object, another version is not", () => {
  const hpa = (apiVersion: string) => object(apiVersion, "Thing");
  expect(diff(hpa("a.io/v1beta1"), hpa("a.io/v1")).changes).toEqual(["update apiVersion"]);
  expect(diff(hpa("a.io/v1"), hpa("b.io/v1")).changes).toEqual(["update replace apiVersion"]);
});

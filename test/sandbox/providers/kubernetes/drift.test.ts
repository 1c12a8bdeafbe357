import { expect, test } from "vitest";
import { importedInputs, liveInputs } from "../../../../sandbox/providers/kubernetes/drift.ts";
import { toServer, toState } from "../../../../sandbox/providers/kubernetes/normalize.ts";

const thing = (rest: object, apiVersion = "v1", kind = "Service") => ({ apiVersion, kind, metadata: { name: "x" }, ...rest });
const SERVER = { uid: "1", resourceVersion: "2", generation: 3, creationTimestamp: "t", managedFields: [{ manager: "m" }] };

test.each([
  ["the server's own fields", { spec: { a: 1 } }, { spec: { a: 1, clusterIP: "10.0.0.1" }, status: { b: 1 } }],
  ["an entry added to a list", { spec: { ports: [{ port: 80 }] } }, { spec: { ports: [{ port: 80, protocol: "TCP" }, { port: 81 }] } }],
  ["an amount in another spelling", { spec: { hard: { cpu: "0.5" } } }, { spec: { hard: { cpu: "500m" } } }],
  ["a zero value that JSON leaves out", { spec: { hostNetwork: false, n: 0, list: [] } }, { spec: {} }],
  ["an empty map that JSON leaves out", { metadata: { name: "x", labels: {} } }, { metadata: { name: "x" } }],
])("no drift: %s", (_, inputs, live) => {
  const given = thing(inputs);
  expect(liveInputs(thing(live), given)).toBe(given);
});

test("a changed and a lost field show what the server has", () => {
  const inputs = thing({ spec: { type: "ClusterIP", selector: { app: "a", tier: "b" } } });
  const live = thing({ spec: { type: "NodePort", selector: { app: "a" }, externalName: "foreign" } });
  expect(liveInputs(live, inputs)).toEqual(thing({ spec: { type: "NodePort", selector: { app: "a" } } }));
});

test("a lost list entry and a lost pointer to an empty selector are drift", () => {
  const inputs = thing({ spec: { from: [{ namespaceSelector: {} }, { b: 1 }] } });
  expect(liveInputs(thing({ spec: { from: [{}] } }), inputs)).toEqual(thing({ spec: { from: [{}] } }));
});

test("in a custom kind an absent field is a lost field", () => {
  const inputs = thing({ spec: { flag: false } }, "example.com/v1", "Thing");
  expect(liveInputs(thing({ spec: {} }, "example.com/v1", "Thing"), inputs)).toEqual(
    thing({ spec: {} }, "example.com/v1", "Thing"),
  );
});

test("a Secret keeps stringData until its data drifts", () => {
  const inputs = thing({ stringData: { a: "hello" } }, "v1", "Secret");
  expect(liveInputs(thing({ data: { a: "aGVsbG8=", more: "eA==" } }, "v1", "Secret"), inputs)).toBe(inputs);
  expect(liveInputs(thing({ data: { a: "eA==" } }, "v1", "Secret"), inputs)).toEqual(
    thing({ data: { a: "eA==" } }, "v1", "Secret"),
  );
});

test("an imported object is all but what the server and its controllers write", () => {
  const annotations = { "deployment.kubernetes.io/revision": "3" };
  const live = thing({ metadata: { name: "x", ...SERVER, annotations }, spec: { a: 1 }, status: { b: 1 } });
  expect(importedInputs(live)).toEqual(thing({ spec: { a: 1 } }));
});

test("the state leaves out who owns which field, and spells schema extensions as programs do", () => {
  expect(toState(thing({ metadata: { name: "x", ...SERVER } }))["metadata"]).not.toHaveProperty("managedFields");
  const crd = thing({ spec: { x_kubernetes_map_type: "atomic", n: null } }, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
  expect(toServer(crd)["spec"]).toEqual({ "x-kubernetes-map-type": "atomic" });
  expect(toState(toServer(crd))["spec"]).toEqual({ x_kubernetes_map_type: "atomic" });
});

test("null means absent in the server's kinds, and is sent in custom ones", () => {
  expect(toServer(thing({ spec: { a: null } }))).toEqual(thing({ spec: {} }));
  expect(toServer(thing({ spec: { a: null } }, "example.com/v1"))).toEqual(thing({ spec: { a: null } }, "example.com/v1"));
});

import { describe, expect, test } from "vitest";
import { at, referenceOf, withValue } from "../../../sandbox/providers/kubernetes/objects.ts";
import { PartialFailure } from "../../../sandbox/providers/provider.ts";
import { namespace, server, provider, object, configMap, request, create, read, remove, writeAs, failureOf, deployment } from "./kubernetesHarness.ts";

describe("reading", () => {
  test("reports drift by field, and nothing without any", async () => {
    const inputs = object("v1", "ResourceQuota", "drifts", { spec: { hard: { "limits.cpu": "0.5", pods: "5" } } });
    const { state } = await create(inputs);
    expect((await read(inputs, state))?.inputs).toEqual(inputs);
    await writeAs("someone", inputs, object("v1", "ResourceQuota", "drifts", { spec: { hard: { pods: "9", services: "1" } } }));
    const found = await read(inputs, state);
    expect(found?.inputs).toEqual(withValue(inputs, ["spec", "hard"], { "limits.cpu": "0.5", pods: "9" }));
    expect(at(found?.state, "spec", "hard", "services")).toBe("1");
    expect(found?.state["__fieldManager"]).toBe(state["__fieldManager"]);
    // It would keep the pods of the other tests out.
    await remove(inputs);
  });

  test("an object that is gone is nothing; so is one whose kind is gone", async () => {
    expect(await read(configMap("never", "a"))).toBeUndefined();
    expect(await read(object("example.com/v1", "Nothing", "x"))).toBeUndefined();
  });

  test("an import takes what is declared", async () => {
    await create(configMap("imported", "a"));
    const type = { apiVersion: "v1", kind: "ConfigMap" };
    const asked = { ...request({ ...type, metadata: { name: "imported" } }), inputs: {} };
    const found = await provider.read({ ...asked, id: `${namespace}/imported`, olds: {} });
    expect(found?.inputs).toEqual(configMap("imported", "a"));
  });

  test("a workload that is not ready any more is reported as such", async () => {
    const spec = { replicas: 1, strategy: { type: "Recreate" } };
    const inputs = deployment("sick", spec);
    const { state } = await create(inputs);
    await writeAs("someone", inputs, deployment("sick", spec, { cpu: "10000" }));
    await server.pause(2000);
    const error = await failureOf(read(inputs, state));
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.message).toContain(`Deployment ${namespace}/sick is not ready`);
    await remove(inputs);
  });
});

describe("deleting", () => {
  test("waits until the object is gone; one that is gone already is fine", async () => {
    const inputs = deployment("leaves");
    await create(inputs);
    await remove(inputs);
    expect(await server.get(referenceOf(inputs))).toBeUndefined();
    await remove(inputs);
    await remove(object("example.com/v1", "Nothing", "x"));
  });

  test("names the finalizers that hold an object", async () => {
    const inputs = withValue(configMap("held", "a"), ["metadata", "finalizers"], ["example.com/hold"]);
    await create(inputs);
    const error = await failureOf(remove(inputs, 1));
    expect(error.message).toContain(`ConfigMap ${namespace}/held was told to go and is still there after 1 s`);
    expect(error.message).toContain("its finalizers are example.com/hold");
    const patch = [{ op: "remove", path: "/metadata/finalizers" }];
    await server.send("PATCH", referenceOf(inputs), { body: patch, type: "application/json-patch+json" });
    await remove(inputs);
  });
});

import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { at, referenceOf, withValue } from "../../../sandbox/providers/kubernetes/objects.ts";
import { UNKNOWN } from "../../../sandbox/providers/provider.ts";
import { namespace, server, object, configMap, create, update, remove, writeAs, failureOf } from "./kubernetesHarness.ts";

describe("writing", () => {
  test("an object is made once; a second one of its name is an error that names it", async () => {
    const inputs = configMap("once", "a");
    const made = await create(inputs);
    expect(made.id).toBe(`${namespace}/once`);
    expect(made.state).toMatchObject({ data: { key: "a" }, __fieldManager: expect.stringMatching(/^pulumi-kubernetes-/u) as unknown });
    const error = await failureOf(create(inputs));
    expect(error.message).toContain(`ConfigMap ${namespace}/once was not created: an object of this name already exists`);
  });

  test("an update applies under its own manager and keeps others' fields", async () => {
    const inputs = configMap("shared", "a");
    const { state } = await create(inputs);
    await writeAs("someone", inputs, object("v1", "ConfigMap", "shared", { data: { other: "theirs" } }));
    const after = await update(state, configMap("shared", "b"));
    expect(after["data"]).toEqual({ key: "b", other: "theirs" });
    const live = await server.get(referenceOf(inputs));
    const owners = at(live, "metadata", "managedFields");
    expect(owners).toContainEqual(expect.objectContaining({ manager: state["__fieldManager"], operation: "Apply" }));
    expect(owners).not.toContainEqual(expect.objectContaining({ manager: "pulumi-kubernetes" }));
  });

  test("a field that the program stops setting goes away", async () => {
    const inputs = object("v1", "ConfigMap", "shrinks", { data: { a: "1", b: "2" } });
    const { state } = await create(inputs);
    expect((await update(state, withValue(inputs, ["data"], { a: "1" })))["data"]).toEqual({ a: "1" });
  });

  test("a field that somebody else owns is a conflict with its name and owner, in the preview too", async () => {
    const inputs = configMap("contested", "a");
    const { state } = await create(inputs);
    await writeAs("someone", inputs, configMap("contested", "theirs"));
    for (const preview of [true, false]) {
      const error = await failureOf(update(state, configMap("contested", "b"), { preview }));
      expect(error.message).toContain(`ConfigMap ${namespace}/contested was not `);
      expect(error.message).toContain("data.key is owned by someone");
    }
    expect(at(await server.get(referenceOf(inputs)), "data", "key")).toBe("theirs");
    expect((await update(state, configMap("contested", "theirs")))["data"]).toEqual({ key: "theirs" });
  });

  test("an ignored field of somebody else is left to them", async () => {
    const inputs = configMap("ignored", "a");
    const { state } = await create(inputs);
    await writeAs("someone", inputs, configMap("ignored", "theirs"));
    const labelled = withValue(inputs, ["metadata", "labels"], { l: "1" });
    const after = await update(state, labelled, { ignoreChanges: ["data.key"] });
    expect(after).toMatchObject({ data: { key: "theirs" }, metadata: { labels: { l: "1" } } });
  });

  test("a field that the server does not know is refused", async () => {
    const wrong = object("v1", "Service", "typo", { spec: { ports: [{ port: 80 }], selectors: { a: "b" } } });
    for (const preview of [true, false]) {
      expect((await failureOf(create(wrong, { preview }))).message).toContain('unknown field "spec.selectors"');
    }
    expect(await server.get(referenceOf(wrong))).toBeUndefined();
  });

  test("a Secret's values are in no message and marked in the state", async () => {
    const good = object("v1", "Secret", "password", { stringData: { a: "hunter2-secret" } });
    const { state } = await create(good);
    expect(at(state, "data", "4dabf18193072939515e22adb298388d")).toBe("1b47061264138c4ac30d75fd1eb44270");
    expect(at(state, "data", "value", "a")).toBe(Buffer.from("hunter2-secret").toString("base64"));
    const bad = object("v1", "Secret", "Bad_Name", { stringData: { a: "hunter2-secret" }, hunter: "hunter2-secret" });
    const { message } = await failureOf(create(bad));
    expect(message).toContain("Secret");
    expect(message).not.toContain("hunter2-secret");
  });

  test("a kind that the server does not have is named, once there is no hope for it", async () => {
    const error = await failureOf(create(object("example.com/v1", "Nothing", "x")));
    expect(error.message).toContain("the API server has no kind Nothing in example.com/v1");
  }, 60_000);

  test("a namespace that comes a little later is waited for", async () => {
    const late = `${namespace}-late`;
    const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: late } };
    const making = create(inputs);
    await server.pause(400);
    await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: late } });
    expect((await making).id).toBe(`${late}/x`);
    await remove({ apiVersion: "v1", kind: "Namespace", metadata: { name: late } });
  });
});

describe("preview", () => {
  test("writes nothing and shows what the server would make of it", async () => {
    const inputs = object("v1", "Service", "planned", { spec: { selector: { a: "b" }, ports: [{ port: 80 }] } });
    const { id, state } = await create(inputs, { preview: true });
    expect([id, at(state, "spec", "type")]).toEqual(["", "ClusterIP"]);
    expect(state).not.toHaveProperty("status");
    expect(await server.get(referenceOf(inputs))).toBeUndefined();
  });

  test("an update is planned although its fields' ownership was not moved yet", async () => {
    const inputs = configMap("replanned", "a");
    const { state } = await create(inputs);
    expect((await update(state, configMap("replanned", "b"), { preview: true }))["data"]).toEqual({ key: "b" });
    expect(at(await server.get(referenceOf(inputs)), "data", "key")).toBe("a");
  });

  test("falls back to the inputs for what is made in the same run, and for unknown values", async () => {
    const elsewhere = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "not-there" }, data: {} };
    expect((await create(elsewhere, { preview: true })).state).toEqual(elsewhere);
    const unknownKind = object("example.com/v1", "Nothing", "x");
    expect((await create(unknownKind, { preview: true })).state).toEqual(unknownKind);
    const unknown = configMap("later", UNKNOWN);
    expect((await create(unknown, { preview: true })).state).toEqual(unknown);
  });

  test("a refusal by admission fails it", async () => {
    const hard = { "count/configmaps": "0" };
    const quota = object("v1", "ResourceQuota", "none", { spec: { hard } });
    await create(quota);
    const error = await failureOf(create(configMap("over", "a"), { preview: true }));
    expect(error.message).toContain("exceeded quota: none");
    await remove(quota);
    expect((await create(configMap("over", "a"), { preview: true })).state).toMatchObject({ data: { key: "a" } });
  });
});

import { describe, expect, test } from "vitest";
import { at, referenceOf, withValue, type KubeObject } from "../../../sandbox/providers/kubernetes/objects.ts";
import { PartialFailure } from "../../../sandbox/providers/provider.ts";
import { namespace, server, provider, configured, object, request, create, update, remove, failureOf, pods, deployment, job } from "./kubernetesHarness.ts";

describe("waiting", () => {
  test("a Deployment is given back when its pods are available", async () => {
    const { state } = await create(deployment("web"));
    expect(at(state, "status", "availableReplicas")).toBe(2);
    const after = await update(state, deployment("web", { replicas: 3 }));
    expect(at(after, "status", "availableReplicas")).toBe(3);
  });

  test("one that cannot be placed names the pod's reason and is recorded as partly made", async () => {
    const inputs = deployment("huge", {}, { cpu: "10000" });
    const error = await failureOf(create(inputs, { timeout: 3 }));
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.message).toContain(`Deployment ${namespace}/huge is not ready after 3 s: 0 of 2 pods are available`);
    expect(error.message).toMatch(/Pod huge-.*: Unschedulable: .*Insufficient cpu/u);
    expect(error).toMatchObject({ id: `${namespace}/huge`, inputs, state: { __fieldManager: expect.any(String) as unknown } });
    const skipping = withValue(inputs, ["metadata"], { name: "huge2", namespace, annotations: { "pulumi.com/skipAwait": "true" } });
    expect((await create(skipping)).id).toBe(`${namespace}/huge2`);
    await remove(inputs);
  });

  test("a quota that is used up is the reason", async () => {
    const quota = object("v1", "ResourceQuota", "few", { spec: { hard: { "count/pods": "0" } } });
    await create(quota);
    const error = await failureOf(create(deployment("crowded"), { timeout: 3 }));
    expect(error.message).toMatch(/exceeded quota: few/u);
    const lost = await failureOf(create(job("crowded"), { timeout: 3 }));
    expect(lost.message).toMatch(/Job .*crowded is not ready after 3 s.*\n.*FailedCreate: .*exceeded quota: few/u);
    await remove(quota);
    await Promise.all([remove(deployment("crowded")), remove(job("crowded"))]);
  });

  test("a Job is given back when complete, and fails at once when it failed", async () => {
    expect(at((await create(job("good"))).state, "status", "succeeded")).toBe(1);
    const before = Date.now();
    const error = await failureOf(create(job("late", {}, { cpu: "10000" }, { activeDeadlineSeconds: 1 })));
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.message).toContain(`Job ${namespace}/late failed: DeadlineExceeded`);
    expect(Date.now() - before).toBeLessThan(20_000);
  });

  test("an unready Job is replaced if it asks for it, a complete one is not", async () => {
    const asking = { "pulumi.com/replaceUnready": "true" };
    const diff = async (name: string, annotations: KubeObject) => {
      const inputs = withValue(job(name), ["metadata"], { name, namespace, annotations });
      const live = (await server.get(referenceOf(inputs))) ?? {};
      const old = { ...request(inputs), id: "", oldInputs: inputs, olds: live, news: inputs, ignoreChanges: [] };
      const { changes, deleteBeforeReplace } = await provider.diff(old);
      return { replaced: changes.filter(({ replace }) => replace).map(({ path }) => path), deleteBeforeReplace };
    };
    expect(await diff("late", asking)).toEqual({
      replaced: ['metadata.annotations["pulumi.com/replaceUnready"]'],
      deleteBeforeReplace: true,
    });
    expect(await diff("late", {})).toEqual({ replaced: [], deleteBeforeReplace: false });
    expect(await diff("good", asking)).toEqual({ replaced: [], deleteBeforeReplace: false });
  });

  test("a Service waits for its selector, not for pods; a load balancer that nobody makes is named", async () => {
    const service = (name: string, spec: KubeObject) =>
      object("v1", "Service", name, { spec: { ports: [{ port: 80 }], ...spec } });
    await create(service("plain", { selector: { app: "nobody" } }));
    await create(service("headless", { clusterIP: "None", selector: { app: "nobody" } }));
    const error = await failureOf(create(service("outside", { type: "LoadBalancer" }), { timeout: 1 }));
    expect(error.message).toContain(`Service ${namespace}/outside is not ready after 1 s: it has no load balancer address`);
  });

  test("StatefulSet and DaemonSet", async () => {
    const labels = { app: "set" };
    const spec = { selector: { matchLabels: labels }, template: pods(labels) };
    const set = object("apps/v1", "StatefulSet", "set", { spec: { ...spec, serviceName: "set", replicas: 2 } });
    expect(at((await create(set)).state, "status", "readyReplicas")).toBe(2);
    const daemons = object("apps/v1", "DaemonSet", "daemons", { spec });
    expect(at((await create(daemons)).state, "status", "numberReady")).toBeGreaterThan(0);
  });

  test("a claim that nobody binds names its class", async () => {
    const claim = (storageClassName: string) => ({
      spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    const name = `${namespace}-late`;
    const lateClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
    await create({ ...lateClass, provisioner: "example.com/none", volumeBindingMode: "WaitForFirstConsumer" });
    await create(object("v1", "PersistentVolumeClaim", "deferred", claim(name)));
    const lost = object("v1", "PersistentVolumeClaim", "lost", claim("missing"));
    expect((await failureOf(create(lost, { timeout: 1 }))).message).toContain("there is no StorageClass missing");
    await remove(lateClass);
  });

  test("cancelling ends a wait at once and records the object", async () => {
    const other = await configured();
    const inputs = deployment("cancelled", {}, { cpu: "10000" });
    const making = failureOf(other.create(request(inputs)));
    await server.pause(500);
    const before = Date.now();
    other.cancel();
    const error = await making;
    expect(Date.now() - before).toBeLessThan(1000);
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.message).toContain("the run was cancelled before it was ready");
    await remove(inputs);
  });
});

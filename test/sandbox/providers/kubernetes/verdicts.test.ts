import { expect, test } from "vitest";
import { once, podReasons } from "../../../../sandbox/providers/kubernetes/await/reasons.ts";
import * as workloads from "../../../../sandbox/providers/kubernetes/await/workloads.ts";
import { judgeQuota, judgeVolume } from "../../../../sandbox/providers/kubernetes/await/others.ts";
import type { KubeObject } from "../../../../sandbox/providers/kubernetes/objects.ts";

const seen = (spec: KubeObject, status: KubeObject, generation = 2) => ({
  metadata: { name: "x", namespace: "n", generation },
  spec,
  status: { observedGeneration: 2, ...status },
});
const condition = (type: string, status: string, rest: KubeObject = {}) => ({ conditions: [{ type, status, ...rest }] });
const READY = { state: "ready" };
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as unknown;

test("nothing is ready before its controller has seen this version of it", () => {
  const status = { ...condition("Available", "True"), updatedReplicas: 1, availableReplicas: 1 };
  expect(workloads.judgeDeployment(seen({ replicas: 1 }, status))).toEqual(READY);
  expect(workloads.judgeDeployment(seen({ replicas: 1 }, status, 3))).toMatchObject({ why: matching(/controller has not looked/u) });
});

test.each([
  [{ ...condition("Available", "True"), updatedReplicas: 1 }, "0 of 2 pods are available, 1 are of this version"],
  [{ ...condition("Available", "True"), updatedReplicas: 2, unavailableReplicas: 1 }, "2 are of this version"],
  [{ ...condition("ReplicaFailure", "True", { reason: "FailedCreate", message: "exceeded quota" }) }, "FailedCreate: exceeded quota"],
  [{ ...condition("Progressing", "False", { reason: "ProgressDeadlineExceeded", message: "timed out" }) }, "ProgressDeadlineExceeded"],
])("a Deployment with status %j waits", (status, why) => {
  expect(workloads.judgeDeployment(seen({ replicas: 2 }, status))).toMatchObject({ state: "waiting" });
  expect(JSON.stringify(workloads.judgeDeployment(seen({ replicas: 2 }, status)))).toContain(why);
});

test("a Deployment of no replicas is ready at once", () => {
  expect(workloads.judgeDeployment(seen({ replicas: 0 }, condition("Available", "True")))).toEqual(READY);
});

test("a StatefulSet needs all pods of one revision", () => {
  const all = { replicas: 2, readyReplicas: 2, currentReplicas: 2, currentRevision: "a", updateRevision: "a" };
  expect(workloads.judgeStatefulSet(seen({ replicas: 2 }, all))).toEqual(READY);
  expect(workloads.judgeStatefulSet(seen({ replicas: 2 }, { ...all, readyReplicas: 1 }))).toMatchObject({
    why: "1 of 2 pods are ready",
  });
  expect(workloads.judgeStatefulSet(seen({ replicas: 2 }, { ...all, updateRevision: "b" }))).toMatchObject({
    state: "waiting",
  });
  const byHand = { replicas: 2, updateStrategy: { type: "OnDelete" } };
  expect(workloads.judgeStatefulSet(seen(byHand, { ...all, updateRevision: "b", currentReplicas: 0 }))).toEqual(READY);
});

test("a DaemonSet needs a ready pod on every fitting node", () => {
  const all = { desiredNumberScheduled: 1, currentNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 };
  expect(workloads.judgeDaemonSet(seen({}, { ...all, numberReady: 1 }))).toEqual(READY);
  expect(workloads.judgeDaemonSet(seen({}, all))).toMatchObject({ why: "0 of 1 nodes run a ready pod of this version" });
});

test("a Job is ready when complete, and lost when failed", () => {
  const started = { startTime: "t", active: 1 };
  expect(workloads.judgeJob({ status: { ...started, ...condition("Complete", "True") } })).toEqual(READY);
  expect(workloads.judgeJob({ status: started })).toMatchObject({ state: "waiting", why: matching(/1 pods are active/u) });
  expect(workloads.judgeJob({ status: {} })).toMatchObject({ why: "it has not started" });
  const lost = condition("Failed", "True", { reason: "BackoffLimitExceeded", message: "limit" });
  expect(workloads.judgeJob({ status: { ...started, ...lost } })).toEqual({
    state: "failed",
    why: "BackoffLimitExceeded: limit",
  });
  expect(workloads.judgeJob({ status: { ...started, ...condition("Failed", "False") } })).toMatchObject({ state: "waiting" });
});

test("a Pod is ready or done", () => {
  expect(workloads.judgePod({ status: condition("Ready", "True") })).toEqual(READY);
  expect(workloads.judgePod({ status: { phase: "Succeeded" } })).toEqual(READY);
  expect(workloads.judgePod({ status: { phase: "Pending" } })).toMatchObject({ state: "waiting" });
  expect(workloads.judgePod({ status: { phase: "Failed", reason: "Evicted" } })).toEqual({ state: "failed", why: "Evicted" });
});

test("a quota is in effect when counted, a volume when available", () => {
  expect(judgeQuota({ spec: { hard: { cpu: "1" } }, status: { hard: { cpu: "1" } } })).toEqual(READY);
  expect(judgeQuota({ spec: { hard: { cpu: "1" } } })).toMatchObject({ state: "waiting" });
  expect(judgeVolume({ status: { phase: "Available" } })).toEqual(READY);
  expect(judgeVolume({ status: { phase: "Pending" } })).toMatchObject({ state: "waiting" });
});

const pod = (status: KubeObject) => podReasons({ metadata: { name: "p" }, status });
const container = (rest: KubeObject) => pod({ containerStatuses: [{ name: "c", ready: false, ...rest }] });

test.each([
  [container({ state: { waiting: { reason: "ErrImagePull", message: "no such image" } } }), "Pod p: container c: ErrImagePull: no such image"],
  [container({ state: { terminated: { reason: "Error", exitCode: 3, message: "boom" } } }), "Pod p: container c: exit code 3, Error: boom"],
  [
    container({ state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: { exitCode: 1, reason: "Error" } } }),
    "Pod p: container c: CrashLoopBackOff, exit code 1, Error",
  ],
  [pod(condition("PodScheduled", "False", { reason: "Unschedulable", message: "0/1 nodes" })), "Pod p: Unschedulable: 0/1 nodes"],
])("a pod's reason: %j", (reasons, text) => {
  expect(reasons).toEqual([text]);
});

test("a pod that is only starting has no reason", () => {
  expect(container({ state: { waiting: { reason: "ContainerCreating" } } })).toEqual([]);
  expect(container({ ready: true, state: { running: {} } })).toEqual([]);
  expect(pod(condition("PodScheduled", "True"))).toEqual([]);
});

test("what several pods have in common is said once", () => {
  const crash = "container api: CrashLoopBackOff";
  expect(once([`Pod a-1: ${crash}`, `Pod a-2: ${crash}`, `Pod a-3: ${crash}`, "Pod b-1: Unschedulable: no node"])).toEqual([
    `Pod a-1: ${crash} (and 2 more like it)`,
    "Pod b-1: Unschedulable: no node",
  ]);
});

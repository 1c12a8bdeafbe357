import type { Cluster } from "../cluster.ts";
import { skipsAwait, timeoutOf } from "../annotations.ts";
import { referenceOf, titleOf, type KubeObject } from "../objects.ts";
import * as others from "./others.ts";
import { reasonsOf } from "./reasons.ts";
import type { Verdict } from "./verdict.ts";
import * as workloads from "./workloads.ts";

interface Rule {
  readonly judge: (object: KubeObject, cluster: Cluster) => Verdict | Promise<Verdict>;
  /** Seconds. */
  readonly timeout: number;
  /** Whether a refresh reports an object that is not ready, too. */
  readonly onRead: boolean;
}

const TEN_MINUTES = 600;

/** The kinds that the official plugin waits for; https://www.pulumi.com/registry/packages/kubernetes/how-to-guides */
const RULES: Readonly<Record<string, Rule>> = {
  "apps/v1/Deployment": { judge: workloads.judgeDeployment, timeout: TEN_MINUTES, onRead: true },
  "apps/v1/StatefulSet": { judge: workloads.judgeStatefulSet, timeout: TEN_MINUTES, onRead: true },
  "apps/v1/DaemonSet": { judge: workloads.judgeDaemonSet, timeout: TEN_MINUTES, onRead: true },
  "batch/v1/Job": { judge: workloads.judgeJob, timeout: TEN_MINUTES, onRead: true },
  "v1/Pod": { judge: workloads.judgePod, timeout: TEN_MINUTES, onRead: true },
  "v1/ReplicationController": { judge: workloads.judgeReplicationController, timeout: TEN_MINUTES, onRead: false },
  "v1/Service": { judge: others.judgeService, timeout: TEN_MINUTES, onRead: true },
  "networking.k8s.io/v1/Ingress": { judge: others.judgeIngress, timeout: TEN_MINUTES, onRead: true },
  "v1/PersistentVolumeClaim": { judge: others.judgeClaim, timeout: 300, onRead: false },
  "v1/PersistentVolume": { judge: others.judgeVolume, timeout: 300, onRead: false },
  "v1/ResourceQuota": { judge: others.judgeQuota, timeout: 60, onRead: false },
  "v1/Secret": { judge: others.judgeSecret, timeout: 5, onRead: false },
};

/** An object exists and did not become ready; `object` is the last that was seen of it. */
export class NotReady extends Error {
  readonly reasons: readonly string[];
  readonly object: KubeObject;
  constructor(reasons: readonly string[], object: KubeObject) {
    super(reasons.join("\n"));
    this.name = "NotReady";
    this.reasons = reasons;
    this.object = object;
  }
}

function ruleFor(object: KubeObject, inputs: KubeObject): Rule | undefined {
  return skipsAwait(inputs) ? undefined : RULES[`${String(object["apiVersion"])}/${String(object["kind"])}`];
}

/**
 * Waits until a written object is what its kind calls ready and gives it back as it is then; kinds without such a
 * notion come back at once. Throws `NotReady` with the pods' reasons when the kind fails for good, the time is over or
 * the run is cancelled. `custom` is the resource's own timeout in seconds, 0 for none.
 */
export async function untilReady(
  written: KubeObject,
  inputs: KubeObject,
  custom: number,
  cluster: Cluster,
): Promise<KubeObject> {
  const rule = ruleFor(written, inputs);
  if (rule === undefined) return written;
  const seconds = timeoutOf(inputs, custom, rule.timeout);
  const end = Date.now() + seconds * 1000;
  let object = written;
  try {
    for (let pause = 50; ; pause = Math.min(pause * 1.5, 500)) {
      const verdict = await rule.judge(object, cluster);
      if (verdict.state === "ready") return object;
      if (verdict.state === "failed") throw await notReady(object, `failed: ${verdict.why}`, cluster);
      const late = `is not ready after ${String(seconds)} s: ${verdict.why}`;
      if (Date.now() >= end) throw await notReady(object, late, cluster);
      await cluster.pause(pause);
      const seen = await cluster.get(referenceOf(written));
      const title = titleOf(referenceOf(written));
      if (seen === undefined) throw new NotReady([`${title} was deleted while it was awaited`], object);
      object = seen;
    }
  } catch (error) {
    throw error instanceof NotReady ? error : new NotReady([interruption(object, error, cluster)], object);
  }
}

function interruption(object: KubeObject, error: unknown, cluster: Cluster): string {
  const title = titleOf(referenceOf(object));
  if (cluster.signal.aborted) return `${title} exists, and the run was cancelled before it was ready`;
  return `${title} exists, and waiting for it failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** Throws `NotReady` if an object that a refresh read is not ready now. */
export async function checkReady(live: KubeObject, inputs: KubeObject, cluster: Cluster): Promise<void> {
  const rule = ruleFor(live, inputs);
  if (rule?.onRead !== true) return;
  const verdict = await rule.judge(live, cluster);
  if (verdict.state !== "ready") throw await notReady(live, `is not ready: ${verdict.why}`, cluster);
}

/** True if the kind has a notion of ready and the object is it. */
export async function isReady(live: KubeObject, cluster: Cluster): Promise<boolean> {
  const rule = ruleFor(live, {});
  return rule === undefined || (await rule.judge(live, cluster)).state === "ready";
}

async function notReady(object: KubeObject, what: string, cluster: Cluster): Promise<NotReady> {
  const headline = `${titleOf(referenceOf(object))} ${what}`;
  const reasons = (await reasonsOf(object, cluster)).filter((reason) => !headline.includes(reason));
  return new NotReady([headline, ...reasons], object);
}

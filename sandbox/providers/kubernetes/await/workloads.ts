import { at, countAt, textAt, type KubeObject } from "../objects.ts";
import { conditionOf, explain, failed, holds, READY, waiting, type Verdict } from "./verdict.ts";

/** Controllers write the status later than the API server writes the object; until then the status means the past. */
function isObserved(object: KubeObject): boolean {
  return countAt(object, "status", "observedGeneration") >= countAt(object, "metadata", "generation");
}

const UNOBSERVED = waiting("its controller has not looked at it yet");

/** Replicas that the object asks for; one if it does not say. */
function wanted(object: KubeObject): number {
  const replicas = at(object, "spec", "replicas");
  return typeof replicas === "number" ? replicas : 1;
}

export function judgeDeployment(object: KubeObject): Verdict {
  if (!isObserved(object)) return UNOBSERVED;
  const replicas = wanted(object);
  const updated = countAt(object, "status", "updatedReplicas");
  const missing = countAt(object, "status", "unavailableReplicas");
  const available = conditionOf(object, "Available");
  if (holds(available) && updated >= replicas && missing === 0) return READY;
  const live = countAt(object, "status", "availableReplicas");
  const refused = conditionOf(object, "ReplicaFailure");
  const stalled = conditionOf(object, "Progressing");
  const cause = holds(refused) ? explain(refused) : holds(stalled) ? undefined : explain(stalled);
  const counts = `${String(live)} of ${String(replicas)} pods are available, ${String(updated)} are of this version`;
  return waiting(cause === undefined ? counts : `${counts}; ${cause}`);
}

export function judgeStatefulSet(object: KubeObject): Verdict {
  if (!isObserved(object)) return UNOBSERVED;
  const replicas = wanted(object);
  const count = (name: string) => countAt(object, "status", name);
  const current = textAt(object, "status", "currentRevision");
  const byHand = at(object, "spec", "updateStrategy", "type") === "OnDelete";
  const moved = byHand || (current !== undefined && current === at(object, "status", "updateRevision"));
  const all = ["replicas", "readyReplicas", ...(byHand ? [] : ["currentReplicas"])];
  if (moved && all.every((name) => count(name) === replicas)) return READY;
  const ready = `${String(count("readyReplicas"))} of ${String(replicas)} pods are ready`;
  return waiting(moved ? ready : `${ready}, ${String(count("updatedReplicas"))} are of this version`);
}

export function judgeDaemonSet(object: KubeObject): Verdict {
  if (!isObserved(object)) return UNOBSERVED;
  const count = (name: string) => countAt(object, "status", name);
  const nodes = count("desiredNumberScheduled");
  const all = ["currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"];
  // On a cluster without a fitting node there is nothing to wait for.
  if (all.every((name) => count(name) >= nodes)) return READY;
  return waiting(`${String(count("numberReady"))} of ${String(nodes)} nodes run a ready pod of this version`);
}

export function judgeReplicationController(object: KubeObject): Verdict {
  const replicas = wanted(object);
  const available = countAt(object, "status", "availableReplicas");
  return available === replicas ? READY : waiting(`${String(available)} of ${String(replicas)} pods are available`);
}

export function judgeJob(object: KubeObject): Verdict {
  const failure = conditionOf(object, "Failed");
  if (holds(failure)) return failed(explain(failure) ?? "it failed");
  if (textAt(object, "status", "startTime") === undefined) return waiting("it has not started");
  if (holds(conditionOf(object, "Complete"))) return READY;
  const count = (name: string) => String(countAt(object, "status", name));
  return waiting(`${count("active")} pods are active, ${count("succeeded")} succeeded, ${count("failed")} failed`);
}

export function judgePod(object: KubeObject): Verdict {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded") return READY;
  if (phase === "Failed") return failed(explain(at(object, "status")) ?? "it failed");
  return holds(conditionOf(object, "Ready")) ? READY : waiting(`its phase is ${phase ?? "unknown"}`);
}

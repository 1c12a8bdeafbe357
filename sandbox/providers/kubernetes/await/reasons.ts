import { isRecord } from "../../wire.ts";
import type { Cluster } from "../cluster.ts";
import { at, countAt, mapsAt, referenceOf, textAt, type KubeObject } from "../objects.ts";
import { conditionOf, explain, holds } from "./verdict.ts";

/** Enough to see the cause, few enough to read. */
const MOST_REASONS = 5;

/** Why an object is not ready, from its pods and its events; the most telling first, none twice. */
export async function reasonsOf(object: KubeObject, cluster: Cluster): Promise<readonly string[]> {
  const pods = await podsOf(object, cluster);
  const fromPods = once(pods.flatMap(podReasons));
  const uids = [object, ...pods].flatMap((each) => textAt(each, "metadata", "uid") ?? []);
  const asked = uids.slice(0, MOST_REASONS).map((uid) => warningsOf(object, uid, cluster));
  const fromEvents = (await Promise.all(asked)).flat();
  return [...new Set([...fromPods, ...fromEvents])].slice(0, MOST_REASONS);
}

/** What several pods have in common is said of the first. */
export function once(reasons: readonly string[]): readonly string[] {
  const byCause = Map.groupBy(reasons, (reason) => reason.replace(/^Pod [^:]+: /, ""));
  return [...byCause.values()].map(([first = "", ...others]) => (others.length === 0 ? first : `${first} (and ${String(others.length)} more like it)`));
}

async function podsOf(object: KubeObject, cluster: Cluster): Promise<readonly KubeObject[]> {
  if (object["kind"] === "Pod") return [object];
  const labels = at(object, "spec", "selector", "matchLabels");
  if (!isRecord(labels)) return [];
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",");
  const { namespace } = referenceOf(object);
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", name: "", namespace }, { labelSelector });
  return pods.filter(isRecord);
}

async function warningsOf(object: KubeObject, uid: string, cluster: Cluster): Promise<readonly string[]> {
  const { namespace } = referenceOf(object);
  const fieldSelector = `involvedObject.uid=${uid},type=Warning`;
  const events = await cluster.list({ apiVersion: "v1", kind: "Event", name: "", namespace }, { fieldSelector });
  return events.flatMap((event) => explain(event) ?? []);
}

/** What keeps one pod from being ready: its containers' states, or why no node takes it. */
export function podReasons(pod: KubeObject): readonly string[] {
  const { name } = referenceOf(pod);
  const states = ["initContainerStatuses", "containerStatuses"]
    .flatMap((list) => mapsAt(pod, "status", list))
    .filter((container) => container["ready"] !== true)
    .flatMap((container) => {
      const reason = containerReason(container);
      return reason === undefined ? [] : [`Pod ${name}: container ${String(container["name"])}: ${reason}`];
    });
  if (states.length > 0) return states;
  const scheduled = conditionOf(pod, "PodScheduled");
  const place = scheduled !== undefined && !holds(scheduled) ? explain(scheduled) : undefined;
  const ending = textAt(pod, "status", "phase") === "Failed" ? explain(at(pod, "status")) : undefined;
  const reason = place ?? ending;
  return reason === undefined ? [] : [`Pod ${name}: ${reason}`];
}

function containerReason(container: KubeObject): string | undefined {
  const waitingFor = explain(at(container, "state", "waiting"));
  const normal = ["ContainerCreating", "PodInitializing"].includes(
    textAt(container, "state", "waiting", "reason") ?? "",
  );
  const ended = at(container, "state", "terminated") ?? at(container, "lastState", "terminated");
  const code = countAt(ended, "exitCode");
  const exit = ended === undefined || code === 0 ? undefined : `exit code ${String(code)}`;
  const parts = [normal ? undefined : waitingFor, exit, exit === undefined ? undefined : explain(ended)];
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(", ");
}

import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../wire.ts";
import type { Cluster } from "../cluster.ts";
import { at, mapsAt, referenceOf, textAt, type KubeObject } from "../objects.ts";
import { READY, waiting, type Verdict } from "./verdict.ts";

const SLICES = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", name: "" };

/** The endpoint slices of a Service; without any pod there is still one, once the controller saw the Service. */
async function slicesOf(service: string, namespace: string | undefined, cluster: Cluster): Promise<readonly unknown[]> {
  return cluster.list({ ...SLICES, namespace }, { labelSelector: `kubernetes.io/service-name=${service}` });
}

export async function judgeService(object: KubeObject, cluster: Cluster): Promise<Verdict> {
  const type = textAt(object, "spec", "type");
  if (type === "LoadBalancer" && mapsAt(object, "status", "loadBalancer", "ingress").length === 0) {
    return waiting("it has no load balancer address; no cloud assigns one here");
  }
  const selector = at(object, "spec", "selector");
  const pods = isRecord(selector) && Object.keys(selector).length > 0;
  if (type === "ExternalName" || at(object, "spec", "clusterIP") === "None" || !pods) return READY;
  const { name, namespace } = referenceOf(object);
  const slices = await slicesOf(name, namespace, cluster);
  if (slices.length === 0) return waiting("its selector was not evaluated yet");
  const unready = slices
    .flatMap((slice) => mapsAt(slice, "endpoints"))
    .filter((endpoint) => at(endpoint, "conditions", "ready") === false)
    .filter((endpoint) => at(endpoint, "conditions", "terminating") !== true);
  return unready.length === 0 ? READY : waiting(`${String(unready.length)} of its pods are not ready`);
}

export async function judgeIngress(object: KubeObject, cluster: Cluster): Promise<Verdict> {
  const { namespace } = referenceOf(object);
  const services = mapsAt(object, "spec", "rules")
    .flatMap((rule) => mapsAt(rule, "http", "paths"))
    .flatMap((path) => textAt(path, "backend", "service", "name") ?? []);
  for (const name of new Set(services)) {
    const service = await cluster.get({ apiVersion: "v1", kind: "Service", name, namespace });
    if (at(service, "spec", "type") === "ExternalName") continue;
    if ((await slicesOf(name, namespace, cluster)).length === 0) return waiting(`Service ${name} has no endpoints`);
  }
  return mapsAt(object, "status", "loadBalancer", "ingress").length > 0
    ? READY
    : waiting("no ingress controller gave it an address");
}

export async function judgeClaim(object: KubeObject, cluster: Cluster): Promise<Verdict> {
  const phase = textAt(object, "status", "phase") ?? "Pending";
  if (phase === "Bound") return READY;
  const name = textAt(object, "spec", "storageClassName");
  const storageClass =
    name === undefined
      ? undefined
      : await cluster.get({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name, namespace: undefined });
  // Such a claim is bound by its first pod, which may be made after it.
  if (phase === "Pending" && at(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") return READY;
  const missing = name !== undefined && storageClass === undefined ? `; there is no StorageClass ${name}` : "";
  return waiting(`its phase is ${phase}${missing}`);
}

export function judgeVolume(object: KubeObject): Verdict {
  const phase = textAt(object, "status", "phase") ?? "unknown";
  return phase === "Available" || phase === "Bound" ? READY : waiting(`its phase is ${phase}`);
}

export function judgeQuota(object: KubeObject): Verdict {
  const hard = at(object, "spec", "hard");
  const counted = at(object, "status", "hard");
  return isDeepStrictEqual(hard, counted) ? READY : waiting("its limits are not in effect yet");
}

export function judgeSecret(object: KubeObject): Verdict {
  if (object["type"] !== "kubernetes.io/service-account-token") return READY;
  const data = at(object, "data");
  return isRecord(data) && Object.keys(data).length > 0 ? READY : waiting("its token was not issued yet");
}

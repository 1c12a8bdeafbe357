import { randomBytes } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { kubernetes } from "../../../sandbox/providers/kubernetes/index.ts";
import { Client } from "../../../sandbox/providers/kubernetes/client.ts";
import { Cluster } from "../../../sandbox/providers/kubernetes/cluster.ts";
import { Discovery } from "../../../sandbox/providers/kubernetes/discovery.ts";
import { loadKubeconfig } from "../../../sandbox/providers/kubernetes/kubeconfig.ts";
import { idOf, referenceOf, withValue, type KubeObject } from "../../../sandbox/providers/kubernetes/objects.ts";
import type { CreateRequest, CreateResult, Properties, Provider, ReadResult } from "../../../sandbox/providers/provider.ts";

const kubeconfig = process.env["SANDBOX_KUBECONFIG"];
/** One namespace for each file of tests. */
export const namespace = `provider-${randomBytes(3).toString("hex")}`;
const abort = new AbortController();

/** What the tests do to the server behind the provider's back. */
export let server: Cluster;
export let provider: Provider;

beforeAll(async () => {
  provider = await configured();
  const client = await Client.connect(loadKubeconfig(kubeconfig ?? ""), abort.signal);
  server = new Cluster(client, new Discovery(client), abort.signal);
  await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});

afterAll(async () => {
  await remove({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  abort.abort();
});

/** A provider of the sandbox that runs. Throws if none is named. */
export async function configured(): Promise<Provider> {
  if (kubeconfig === undefined) throw new Error("SANDBOX_KUBECONFIG must name the kubeconfig of a running sandbox");
  return kubernetes.configure({ kubeconfig, enableConfigMapMutable: true });
}

export function object(apiVersion: string, kind: string, name: string, rest: KubeObject = {}): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

export const configMap = (name: string, value: string): KubeObject => object("v1", "ConfigMap", name, { data: { key: value } });

export function request(inputs: KubeObject): CreateRequest {
  const { apiVersion, kind, name } = referenceOf(inputs);
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  return { urn: `urn:pulumi:s::p::${type}::${name}`, type, name, inputs, timeout: 0, preview: false };
}

export function create(inputs: KubeObject, over: { preview?: boolean; timeout?: number } = {}): Promise<CreateResult> {
  return provider.create({ ...request(inputs), ...over });
}

export function update(
  olds: Properties,
  inputs: KubeObject,
  over: { preview?: boolean; ignoreChanges?: string[] } = {},
): Promise<Properties> {
  const id = idOf(referenceOf(inputs));
  return provider.update({ ...request(inputs), id, olds, oldInputs: {}, ignoreChanges: [], ...over });
}

export function read(inputs: KubeObject, olds: Properties = {}, id = idOf(referenceOf(inputs))): Promise<ReadResult | undefined> {
  return provider.read({ ...request(inputs), id, olds });
}

export function remove(inputs: KubeObject, timeout = 0): Promise<void> {
  const id = idOf(referenceOf(inputs));
  return provider.delete({ ...request(inputs), id, olds: {}, oldInputs: inputs, timeout });
}

/** A write by somebody else. */
export function writeAs(manager: string, inputs: KubeObject, body: unknown): Promise<KubeObject> {
  const query = { fieldManager: manager, force: "true" };
  return server.send("PATCH", referenceOf(inputs), { query, body, type: "application/apply-patch+yaml" });
}

export async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it did not fail");
}

export function pods(labels: KubeObject, annotations: KubeObject = {}, requests: KubeObject = {}): KubeObject {
  const container = { name: "main", image: "registry.invalid/app:1", resources: { requests } };
  return { metadata: { labels, annotations }, spec: { containers: [container] } };
}

export function deployment(name: string, rest: KubeObject = {}, requests: KubeObject = {}): KubeObject {
  const labels = { app: name };
  return object("apps/v1", "Deployment", name, {
    spec: { replicas: 2, selector: { matchLabels: labels }, template: pods(labels, {}, requests), ...rest },
  });
}

export function job(
  name: string,
  annotations: KubeObject = {},
  requests: KubeObject = {},
  spec: KubeObject = {},
): KubeObject {
  const template = withValue(pods({}, annotations, requests), ["spec", "restartPolicy"], "Never");
  return object("batch/v1", "Job", name, { spec: { backoffLimit: 0, template, ...spec } });
}


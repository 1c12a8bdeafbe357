import {
  ApiException,
  createConfiguration,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  ServerConfiguration,
  setHeaderMiddleware,
  type KubernetesObject,
} from "@kubernetes/client-node";
import { expect } from "vitest";
import { z } from "zod";

/** A user as the API server's authentication would name it, with one group. */
export interface Identity {
  readonly user: string;
  readonly group: string;
}

/** An object as a test writes it; in a patch, null takes a label away. */
export interface Draft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string | null>;
    annotations?: Record<string, string | null>;
  };
  readonly [field: string]: unknown;
}

/** A client of the sandbox's API server: the deployer's own identity, or whom it impersonates. */
export function clientOf(identity?: Identity): KubernetesObjectApi {
  const path = process.env.SANDBOX_KUBECONFIG;
  if (path === undefined) throw new Error("SANDBOX_KUBECONFIG is not set: these tests run inside the sandbox");
  const config = new KubeConfig();
  config.loadFromFile(path);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error(`${path} has no current cluster`);
  const middleware =
    identity === undefined
      ? []
      : [setHeaderMiddleware("Impersonate-User", identity.user), setHeaderMiddleware("Impersonate-Group", identity.group)];
  const baseServer = new ServerConfiguration(server, {});
  return new KubernetesObjectApi(createConfiguration({ baseServer, authMethods: { default: config }, middleware }));
}

/** The client's types know no null in labels; the API server does. */
const toObject = (draft: Draft): KubernetesObject => z.custom<KubernetesObject>().parse(draft);

/** Creates as a dry run: admission decides, nothing is stored. */
export const dryCreate = (client: KubernetesObjectApi, object: Draft): Promise<KubernetesObject> =>
  client.create(toObject(object), undefined, "All");

/** A patch as a dry run. `strategic` merges lists of containers by their names, as kubectl does. */
export const dryPatch = (client: KubernetesObjectApi, object: Draft, strategy: "merge" | "strategic" = "merge"): Promise<KubernetesObject> =>
  client.patch(
    toObject(object), undefined, "All", undefined, undefined,
    strategy === "merge" ? PatchStrategy.MergePatch : PatchStrategy.StrategicMergePatch,
  );

/** A merge patch in earnest. */
export const patch = (client: KubernetesObjectApi, object: Draft): Promise<KubernetesObject> =>
  client.patch(toObject(object), undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);

/** Status and message of a refusal by the API server; an error when it was no refusal. */
export async function refusalOf(request: Promise<unknown>): Promise<string> {
  const outcome: unknown = await request.then(
    () => "it was allowed",
    (error: unknown) => error,
  );
  if (!(outcome instanceof ApiException)) throw new Error("expected a refusal by the API server", { cause: outcome });
  const body: unknown = outcome.body;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return `${outcome.code} ${text.replaceAll("\\u003c", "<").replaceAll("\\u003e", ">").replaceAll('\\"', '"')}`;
}

/** Expects a refusal with 403 whose message holds every one of `parts`. */
export async function expectRefused(request: Promise<unknown>, ...parts: readonly string[]): Promise<void> {
  const refusal = await refusalOf(request);
  expect(refusal).toMatch(/^403 /);
  for (const part of parts) expect(refusal).toContain(part);
}

/** Expects that the API server would have done it. */
export async function expectAllowed(request: Promise<KubernetesObject>): Promise<void> {
  const outcome: unknown = await request.catch((error: unknown) => error);
  if (outcome instanceof ApiException) expect.fail(`refused: ${JSON.stringify(outcome.body)}`);
  if (outcome instanceof Error) throw outcome;
  expect(outcome).toHaveProperty("metadata.name");
}

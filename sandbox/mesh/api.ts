import { z } from "zod";
import type { ApiClient } from "../controlPlane/api.ts";
import { SandboxError } from "../errors.ts";
import type { AppliedObject } from "./gateway.ts";

/** Server-side apply: the same call makes an object, repairs it, or changes nothing. */
export async function apply(api: ApiClient, { path, object }: AppliedObject): Promise<void> {
  const query = "fieldManager=privatesales-sandbox&force=true";
  const { status, body } = await api.send({ method: "PATCH", path: `${path}?${query}`, body: JSON.stringify(object), contentType: "application/apply-patch+yaml" });
  if (status === 200 || status === 201) return;
  throw new SandboxError(`${object.kind} ${object.metadata.name} of the mesh was not accepted (HTTP ${status}): ${body}`);
}

/** Reads an object; undefined when it is not there. */
export async function read<T>(api: ApiClient, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const { status, body } = await api.send({ method: "GET", path });
  return status === 200 ? schema.parse(JSON.parse(body)) : undefined;
}

const tokenSchema = z.object({ status: z.object({ token: z.string() }) });

/** A token of a service account for istiod, for a year: the agent reads it again whenever it renews its certificate. */
export async function istioToken(api: ApiClient, namespace: string, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { audiences: ["istio-ca"], expirationSeconds: 31_536_000 } };
  const { status, body } = await api.send({ method: "POST", path, body: JSON.stringify(request) });
  if (status !== 201) throw new SandboxError(`no token for the gateway (HTTP ${status}): ${body}`);
  return tokenSchema.parse(JSON.parse(body)).status.token;
}

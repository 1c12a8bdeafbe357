import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { SandboxError } from "../errors.ts";
import { isRecord } from "../guards.ts";
import { waitUntil } from "../process.ts";
import type { Toolchain } from "../toolchain.ts";
import type { ApiClient } from "./api.ts";
import { withoutDescriptions } from "./crdSchema.ts";

const crdSchema = z.looseObject({
  kind: z.literal("CustomResourceDefinition"),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    group: z.string(),
    names: z.looseObject({ plural: z.string() }),
    versions: z.array(
      z.looseObject({
        name: z.string(),
        served: z.boolean(),
        schema: z.looseObject({ openAPIV3Schema: z.unknown().transform(withoutDescriptions) }).optional(),
      }),
    ),
  }),
});
export type Crd = z.infer<typeof crdSchema>;

/** How many requests are under way at a time: more than this only queues in the API server. */
const PARALLEL = 8;

/** Ten times what an idle machine with two cores needs. */
const SERVED_MS = 120_000;

const DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** CRDs that are still to be applied, and the hash of their files. */
export interface PendingCrds {
  readonly crds: readonly Crd[];
  readonly hash: string;
}

/** Reads the toolchain's CRDs; none are pending when this environment has those same files already. */
export function pendingCrds(env: Environment, toolchain: Toolchain): PendingCrds {
  const texts = toolchain.crdFiles.map((file) => readFileSync(file, "utf8"));
  const hash = createHash("sha256").update(JSON.stringify(texts)).digest("hex");
  const record = recordFile(env);
  const isApplied = existsSync(record) && readFileSync(record, "utf8") === hash;
  return { hash, crds: isApplied ? [] : texts.flatMap(crdsIn) };
}

/** Applies what is pending, waits until the API server serves it, and remembers that. */
export async function installCrds(env: Environment, { crds, hash }: PendingCrds, api: ApiClient): Promise<void> {
  if (crds.length === 0) return;
  const queue = [...crds];
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let crd = queue.shift(); crd !== undefined; crd = queue.shift()) await apply(api, crd);
    }),
  );
  const expected = crds.flatMap(servedNames);
  let missing: readonly string[] = expected;
  const served = await waitUntil(
    async () => {
      const found = parseDiscovery((await api.send({ method: "GET", path: "/apis", accept: DISCOVERY })).body);
      missing = expected.filter((name) => !found.has(name));
      return missing.length === 0;
    },
    SERVED_MS,
    200,
  );
  if (!served) {
    const seconds = String(SERVED_MS / 1000);
    throw new SandboxError(`the API server does not serve these kinds after ${seconds} s: ${missing.join(", ")}`);
  }
  writeFileSync(recordFile(env), hash);
}

function recordFile(env: Environment): string {
  return join(env.dataDir, "crds.sha256");
}

/** The CustomResourceDefinitions among the documents of a YAML text, without the descriptions in their schemas. */
export function crdsIn(text: string): readonly Crd[] {
  const objects: unknown[] = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  return objects.filter(isCrd).map((object) => crdSchema.parse(object));
}

function isCrd(object: unknown): boolean {
  return isRecord(object) && object["kind"] === "CustomResourceDefinition";
}

/** What a CRD serves, as `group/version/plural`. */
export function servedNames(crd: Crd): readonly string[] {
  const { group, names, versions } = crd.spec;
  return versions.filter((version) => version.served).map((version) => `${group}/${version.name}/${names.plural}`);
}

const discoverySchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      versions: z.array(
        z.object({ version: z.string(), resources: z.array(z.object({ resource: z.string() })).optional() }),
      ),
    }),
  ),
});

/** Reads an aggregated discovery document into `group/version/plural`; empty when it is something else. */
export function parseDiscovery(body: string): ReadonlySet<string> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return new Set();
  }
  const groups = discoverySchema.safeParse(json).data?.items ?? [];
  return new Set(
    groups.flatMap((group) =>
      group.versions.flatMap(({ version, resources = [] }) => {
        return resources.map(({ resource }) => `${group.metadata.name}/${version}/${resource}`);
      }),
    ),
  );
}

async function apply(api: ApiClient, crd: Crd): Promise<void> {
  const { name } = crd.metadata;
  const response = await api.send({
    method: "PATCH",
    path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}?fieldManager=sandbox&force=true`,
    contentType: "application/apply-patch+yaml",
    body: JSON.stringify(crd),
  });
  if (response.status !== 200 && response.status !== 201) {
    throw new SandboxError(`CRD ${name} was not accepted (HTTP ${String(response.status)}): ${response.body}`);
  }
}

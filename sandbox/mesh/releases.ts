import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Environment } from "../environment.ts";

/** A chart that the program declared and that the sandbox only recorded. */
export interface Release {
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const releaseSchema = z.object({
  chart: z.string(),
  name: z.string(),
  namespace: z.string(),
  values: z.record(z.string(), z.unknown()).default({}),
});
const stateSchema = z.object({
  checkpoint: z.object({ latest: z.object({ resources: z.array(z.object({ type: z.string(), inputs: z.unknown().optional() })).default([]) }).nullish() }),
});

/** The releases in the text of an engine's state file. */
export function releasesIn(text: string): readonly Release[] {
  const resources = stateSchema.parse(JSON.parse(text)).checkpoint.latest?.resources ?? [];
  return resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release").flatMap(({ inputs }) => releaseSchema.safeParse(inputs).data ?? []);
}

/** What the mesh takes from the releases: it runs by hand what their charts would, with the program's own names and values. */
export interface MeshReleases {
  readonly istiod: Release;
  readonly gateway: Release;
  readonly certManager: Release;
}

/** With `charts: external` there are no releases: then the names are those of the charts' own documentation. */
const DEFAULTS: MeshReleases = {
  istiod: { chart: "istiod", name: "istiod", namespace: "istio-system", values: {} },
  gateway: { chart: "gateway", name: "istio-ingress", namespace: "istio-ingress", values: {} },
  certManager: { chart: "cert-manager", name: "cert-manager", namespace: "cert-manager", values: {} },
};

export function meshReleases(releases: readonly Release[]): MeshReleases {
  const of = (fallback: Release): Release => releases.find(({ chart }) => chart.split("/").at(-1) === fallback.chart) ?? fallback;
  return { istiod: of(DEFAULTS.istiod), gateway: of(DEFAULTS.gateway), certManager: of(DEFAULTS.certManager) };
}

/** The releases of the stack that this data folder holds. */
export function readMeshReleases(env: Environment): MeshReleases {
  const folder = join(env.dataDir, "state", ".pulumi", "stacks", "privatesales");
  const file = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(".json")) : undefined;
  return meshReleases(file === undefined ? [] : releasesIn(readFileSync(join(folder, file), "utf8")));
}

import { readdirSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { z } from "zod";
import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";
import { explainGoFailure, goEnvironment } from "./prerequisites.ts";

/** Where each module keeps its CustomResourceDefinitions: a file or a folder of files. */
export const CRD_LOCATIONS: Readonly<Record<string, { readonly as: string; readonly path: string }>> = {
  "istio.io/istio": { as: "istio", path: "manifests/charts/base/files/crd-all.gen.yaml" },
  "github.com/cert-manager/cert-manager": { as: "cert-manager", path: "deploy/crds" },
  "github.com/prometheus-operator/prometheus-operator": {
    as: "prometheus-operator",
    path: "example/prometheus-operator-crd",
  },
  "github.com/elastic/cloud-on-k8s/v3": { as: "eck", path: "config/crds/v1/all-crds.yaml" },
  "k8s.io/autoscaler/vertical-pod-autoscaler": { as: "vpa", path: "deploy/vpa-v1-crd-gen.yaml" },
  "github.com/argoproj/argo-rollouts": { as: "argo-rollouts", path: "manifests/crds" },
  "github.com/aws/karpenter-provider-aws": { as: "karpenter", path: "pkg/apis/crds" },
};

/** Of a module that no proxy serves in a usable version, written from its published reference; beside the go.mod. */
const OWN_FILES = ["target-group-bindings.yaml"] as const;

const moduleSchema = z.object({ Path: z.string(), Dir: z.string().optional(), Error: z.string().optional() });
export type Module = z.infer<typeof moduleSchema>;

/** Reads what `go mod download -json` prints: JSON objects, one after the other. */
export function parseModules(text: string): readonly Module[] {
  const objects = text.trim() === "" ? "[]" : `[${text.trim().replace(/\n\}\s*\n\{/g, "\n},\n{")}]`;
  return z.array(moduleSchema).parse(JSON.parse(objects));
}

/** Copies the CRD files of all modules in `manifestDir`'s go.mod to `target`; Go checks the modules against go.sum. */
export async function collectCrds(manifestDir: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const file of OWN_FILES) await copyFile(join(manifestDir, file), join(target, file));
  const modules = await downloadModules(manifestDir);
  for (const [path, location] of Object.entries(CRD_LOCATIONS)) {
    const dir = modules.find((module) => module.Path === path)?.Dir;
    if (dir === undefined) throw new SandboxError(`sandbox/toolchain/crds/go.mod does not require ${path}`);
    for (const file of yamlFiles(join(dir, location.path))) {
      await copyFile(file, join(target, `${location.as}-${basename(file)}`));
    }
  }
}

/** The files of a folder that hold Kubernetes objects, sorted, or the one file itself. */
function yamlFiles(path: string): readonly string[] {
  if (path.endsWith(".yaml")) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml");
  return names.sort().map((name) => join(path, name));
}

async function downloadModules(manifestDir: string): Promise<readonly Module[]> {
  // In a copy: Go may write to the go.mod that it reads.
  const copy = await mkdtemp(join(tmpdir(), "privatesales-crds-"));
  try {
    for (const file of ["go.mod", "go.sum"]) await copyFile(join(manifestDir, file), join(copy, file));
    const result = await run("go", ["mod", "download", "-json"], { cwd: copy, env: goEnvironment() });
    if (result.code !== 0) throw new SandboxError(explainGoFailure("crds", `${result.stdout}\n${result.stderr}`));
    return parseModules(result.stdout);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

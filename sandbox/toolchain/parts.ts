import { createHash } from "node:crypto";

/** One thing that is built once per machine, in the folder of the same name under sandbox/toolchain. */
export interface Part {
  readonly name: PartName;
  /** The files, relative to sandbox/toolchain, that decide what is built. */
  readonly manifests: readonly string[];
  /** How long a build took on two cores, for the progress line. */
  readonly about: string;
}

export type GoPartName = "engine" | "kubernetes" | "etcd" | "kwok" | "pki" | "istio" | "cert-manager";
export type PartName = GoPartName | "postgres" | "crds" | "envoy";

/** How a Go part is built and how its programs are asked for their version afterwards. */
export interface GoPart extends Part {
  readonly name: GoPartName;
  /** The module whose version the programs carry; undefined for our own. */
  readonly module?: string;
  readonly packages: readonly string[];
  /** `-X` settings; {version}, {major} and {minor} stand for the module's version. */
  readonly variables: readonly string[];
  readonly programs: readonly ProgramCheck[];
  /** Files of the module that are kept beside the programs. */
  readonly copies?: Copies;
}

export interface Copies {
  /** Folder in the module, and folder in the part's result. */
  readonly from: string;
  readonly to: string;
  /** Paths below `from`. */
  readonly files: readonly string[];
}

export interface ProgramCheck {
  readonly file: string;
  readonly versionArgs: readonly string[];
  /** What the answer holds; {version} as above, {number} without the v. */
  readonly answer: string;
}

const goFiles = (name: PartName, ...more: string[]): string[] => {
  return ["go.mod", "go.sum", ...more].map((file) => `${name}/${file}`);
};

const kubernetesProgram = (file: string): ProgramCheck => {
  return { file, versionArgs: ["--version"], answer: "Kubernetes {version}" };
};

/** KWOK's own stages; sandbox/controlPlane adds ours. */
const KWOK_STAGES = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
  "volume/fast/pv-bind.yaml",
  "volume/fast/pv-delete.yaml",
  "volume/fast/pvc-provision.yaml",
  "volume/fast/pvc-delete.yaml",
] as const;

/** What every command needs. */
export const GO_PARTS: readonly GoPart[] = [
  {
    name: "pki",
    manifests: ["pki/go.mod", "pki/main.go"],
    about: "about 20 s",
    packages: ["."],
    variables: [],
    programs: [{ file: "pki", versionArgs: ["--version"], answer: "pki 1" }],
  },
  {
    name: "etcd",
    manifests: goFiles("etcd", "main.go"),
    about: "about 30 s on 2 cores",
    module: "go.etcd.io/etcd/server/v3",
    packages: ["."],
    variables: [],
    programs: [{ file: "etcd", versionArgs: ["--version"], answer: "etcd Version: {number}" }],
  },
  {
    name: "kwok",
    manifests: goFiles("kwok"),
    about: "about 2 min on 2 cores",
    module: "sigs.k8s.io/kwok",
    packages: ["sigs.k8s.io/kwok/cmd/kwok"],
    variables: [],
    programs: [{ file: "kwok", versionArgs: ["--version"], answer: "kwok version {version}" }],
    copies: { from: "kustomize/stage", to: "stages", files: KWOK_STAGES },
  },
  {
    name: "engine",
    manifests: goFiles("engine"),
    about: "about 5 min on 2 cores",
    module: "github.com/pulumi/pulumi/pkg/v3",
    packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    variables: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={version}"],
    programs: [{ file: "pulumi", versionArgs: ["version"], answer: "{version}" }],
  },
  {
    name: "kubernetes",
    manifests: goFiles("kubernetes"),
    about: "about 6 min on 2 cores",
    module: "k8s.io/kubernetes",
    packages: ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"].map(
      (name) => `k8s.io/kubernetes/cmd/${name}`,
    ),
    variables: [
      "k8s.io/component-base/version.gitVersion={version}",
      "k8s.io/component-base/version.gitMajor={major}",
      "k8s.io/component-base/version.gitMinor={minor}",
      "k8s.io/client-go/pkg/version.gitVersion={version}",
    ],
    programs: [
      kubernetesProgram("kube-apiserver"),
      kubernetesProgram("kube-controller-manager"),
      kubernetesProgram("kube-scheduler"),
      { file: "kubectl", versionArgs: ["version", "--client"], answer: "Client Version: {version}" },
    ],
  },
];

/** What only the mesh needs: istiod, the proxies' agent, Istio's own inspector, and whoever issues certificates. */
export const MESH_GO_PARTS: readonly GoPart[] = [
  {
    name: "istio",
    manifests: goFiles("istio"),
    about: "about 5 min on 2 cores",
    module: "istio.io/istio",
    packages: ["pilot/cmd/pilot-discovery", "pilot/cmd/pilot-agent", "istioctl/cmd/istioctl"].map((path) => `istio.io/istio/${path}`),
    variables: ["istio.io/istio/pkg/version.buildVersion={version}"],
    programs: [
      { file: "pilot-discovery", versionArgs: ["version", "--short"], answer: "{version}" },
      { file: "pilot-agent", versionArgs: ["version", "--short"], answer: "{version}" },
      { file: "istioctl", versionArgs: ["version", "--remote=false"], answer: "{version}" },
    ],
    copies: { from: "tools/packaging/common", to: "bootstrap", files: ["envoy_bootstrap.json"] },
  },
  {
    name: "cert-manager",
    manifests: goFiles("cert-manager", "main.go"),
    about: "about 3 min on 2 cores",
    module: "github.com/cert-manager/cert-manager",
    packages: ["."],
    variables: ["main.version={version}"],
    programs: [{ file: "cert-manager", versionArgs: ["--version"], answer: "cert-manager {version}" }],
  },
];

/** Of the mesh as well. */
export const ENVOY_PART: Part = { name: "envoy", manifests: ["envoy/requirements.txt"], about: "a download of 37 MB" };
export const POSTGRES_PART: Part = { name: "postgres", manifests: ["requirements.txt"], about: "a download of 14 MB" };
export const CRDS_PART: Part = { name: "crds", manifests: goFiles("crds", "target-group-bindings.yaml"), about: "a download of 60 MB" };

/** The version that a go.mod requires of a module, e.g. `v1.36.3`. */
export function requiredVersion(goMod: string, module: string): string {
  const words = goMod.split("\n").map((line) => line.trim().replace(/^require\s+/, "").split(/\s+/));
  const version = words.find(([path]) => path === module)?.[1];
  if (version === undefined) throw new Error(`go.mod does not require ${module}`);
  return version;
}

/** Puts a version such as `v1.36.3` into the places that a template holds for it. */
export function fillVersion(template: string, version: string): string {
  const [major = "", minor = ""] = version.replace(/^v/, "").split(".");
  return template
    .replaceAll("{version}", version)
    .replaceAll("{number}", version.replace(/^v/, ""))
    .replaceAll("{major}", major)
    .replaceAll("{minor}", minor);
}

/** The arguments of `go build` for a part; programs go to `outDir`. */
export function goBuildArgs(part: GoPart, version: string, outDir: string): readonly string[] {
  const variables = part.variables.flatMap((variable) => ["-X", fillVersion(variable, version)]);
  const linkerFlags = ["-s", "-w", ...variables].join(" ");
  return ["build", "-trimpath", "-buildvcs=false", "-ldflags", linkerFlags, "-o", `${outDir}/`, ...part.packages];
}

/**
 * The name of a part's folder in the cache. It changes with any manifest and with whatever else decides the result
 * (`platform`: operating system, processor and, for Go parts, the compiler and the build arguments).
 */
export function cacheKey(manifests: Readonly<Record<string, string>>, platform: readonly string[]): string {
  const hash = createHash("sha256");
  // JSON keeps the borders between the texts, which mere concatenation loses.
  hash.update(JSON.stringify([Object.entries(manifests).sort(([a], [b]) => (a < b ? -1 : 1)), platform]));
  return hash.digest("hex").slice(0, 16);
}

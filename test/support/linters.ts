import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../sandbox/cacheFolder.ts";
import { run, type RunResult } from "../../sandbox/process.ts";
import { findGo, goEnvironment } from "../../sandbox/toolchain/prerequisites.ts";
import { installPythonParts } from "../../sandbox/toolchain/python.ts";
import { makeWhole } from "../../sandbox/wholeFolder.ts";

/** The linters of GitHub workflows, as the manifests beside this file pin them, in the user's cache and made on first use. */

const MANIFESTS = join(import.meta.dirname, "linters");

/** Makes a folder of the cache, whole or not at all. */
async function once(name: string, manifest: string, make: (folder: string) => Promise<void>): Promise<string> {
  const key = createHash("sha256").update(readFileSync(join(MANIFESTS, manifest))).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), `${name}-${key}`);
  if (existsSync(folder)) return folder;
  await makeWhole(folder, async (target) => {
    await mkdir(target, { recursive: true });
    await make(target);
  });
  return folder;
}

const mustSucceed = (result: RunResult): void => {
  if (result.code !== 0) throw new Error(`${result.stdout}\n${result.stderr}`);
};

/** https://github.com/rhysd/actionlint, without the linters of shell and Python, which are no registry's. */
export async function actionlint(root: string): Promise<RunResult> {
  const folder = await once("actionlint", "go.sum", async (target) => {
    await findGo();
    mustSucceed(await run("go", ["build", "-trimpath", "-o", join(target, "actionlint"), "github.com/rhysd/actionlint/cmd/actionlint"], { cwd: MANIFESTS, env: goEnvironment() }));
  });
  return run(join(folder, "actionlint"), ["-no-color", "-shellcheck=", "-pyflakes="], { cwd: root });
}

/** https://docs.zizmor.sh, without the audits that ask GitHub. */
export async function zizmor(root: string): Promise<RunResult> {
  const folder = await once("zizmor", "requirements.txt", (target) =>
    installPythonParts(join(MANIFESTS, "requirements.txt"), target, { name: "zizmor", wheels: "Linux on x86-64 and macOS on ARM" }),
  );
  return run(join(folder, "bin", "zizmor"), ["--offline", "--format", "plain", "--no-progress", ".github"], { cwd: root });
}

import { readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";
import { type Copies, fillVersion, type GoPart, goBuildArgs, requiredVersion } from "./parts.ts";
import { explainGoFailure, goEnvironment } from "./prerequisites.ts";

/** Builds a Go part from its manifests into `target`/bin and asks each program for its version. */
export async function buildGoPart(part: GoPart, manifestDir: string, target: string): Promise<void> {
  const bin = join(target, "bin");
  await mkdir(bin, { recursive: true });
  const version = versionOf(part, manifestDir);
  await go(part, goBuildArgs(part, version, bin), manifestDir);
  for (const program of part.programs) {
    const answer = await run(join(bin, program.file), program.versionArgs);
    const expected = fillVersion(program.answer, version);
    if (answer.code !== 0 || !answer.stdout.includes(expected)) {
      const given = `${answer.stdout}${answer.stderr}`.trim();
      throw new SandboxError(`${program.file} was built, but answers "${given}" where "${expected}" is expected`);
    }
  }
  if (part.copies !== undefined) await copyFiles(part, part.copies, manifestDir, target);
}

/** The version that the part's programs carry; empty for our own. */
export function versionOf(part: GoPart, manifestDir: string): string {
  if (part.module === undefined) return "";
  return requiredVersion(readFileSync(join(manifestDir, "go.mod"), "utf8"), part.module);
}

async function copyFiles(part: GoPart, { from, to, files }: Copies, manifestDir: string, target: string): Promise<void> {
  const dir = await go(part, ["list", "-m", "-f", "{{.Dir}}", part.module ?? ""], manifestDir);
  for (const file of files) await cp(join(dir.trim(), from, file), join(target, to, file.replaceAll("/", "-")));
}

async function go(part: GoPart, args: readonly string[], cwd: string): Promise<string> {
  const result = await run("go", args, { cwd, env: goEnvironment() });
  if (result.code !== 0) throw new SandboxError(explainGoFailure(part.name, `${result.stdout}\n${result.stderr}`));
  return result.stdout;
}

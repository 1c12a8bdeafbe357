import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";

class Empty extends pulumi.ComponentResource {
  constructor(name: string) {
    super("bench:index:Empty", name);
    this.registerOutputs();
  }
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

/** What the engine itself costs: `count` registrations without a provider, made and then made again, in seconds. */
export async function floor(pulumiBinary: string, count: number): Promise<{ readonly create: number; readonly unchanged: number }> {
  Error.stackTraceLimit = 0;
  const dir = mkdtempSync(join(tmpdir(), "privatesales-floor-"));
  mkdirSync(join(dir, "state"));
  const program = (): Promise<void> => {
    for (let index = 0; index < count; index += 1) new Empty(`empty-${index}`);
    return Promise.resolve();
  };
  try {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "floor", projectName: "floor", program },
      {
        pulumiCommand: await PulumiCommand.get({ root: dirname(dirname(pulumiBinary)) }),
        workDir: dir,
        projectSettings: { name: "floor", runtime: "nodejs" },
        envVars: {
          PULUMI_BACKEND_URL: `file://${join(dir, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: "floor",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_HOME: join(dir, "home"),
        },
      },
    );
    const up = (): Promise<unknown> => stack.up({ suppressOutputs: true, suppressProgress: true });
    return { create: await seconds(up), unchanged: await seconds(up) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

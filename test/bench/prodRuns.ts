import { join } from "node:path";
import { existsSync } from "node:fs";
import { z } from "zod";
import { shop } from "../support/runs.ts";
import { sandbox, script, TEST_DATA, writeTenants } from "../support/sandbox.ts";

const DATA = join(TEST_DATA, "bench-prod");

const reportSchema = z.object({ seconds: z.number(), counts: z.object({ created: z.number() }), failures: z.array(z.unknown()).max(0) });
const usageSchema = z.object({ cpuMs: z.number(), memoryMiB: z.number() });

/** One run of `prod` from nothing, and how many tenants it has. */
export interface ProdRun {
  readonly command: "preview" | "up";
  readonly tenants: number;
}

/** What a run of `prod` from nothing came to. */
export interface RunCost {
  readonly seconds: number;
  readonly resources: number;
  /** Milliseconds of Node a resource: the program, the SDK and the stand-ins. */
  readonly nodeMs: number;
  /** Most memory that Node held at a time. */
  readonly memoryMiB: number;
}

async function remove(): Promise<void> {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
}

async function measure({ command, tenants }: ProdRun): Promise<RunCost> {
  const file = writeTenants(`bench-${tenants}`, Array.from({ length: tenants }, (_, index) => shop(`shop${index}`)));
  const { code, stdout, stderr } = await script("test/bench/oneRun.ts", {}, "--data", DATA, command, "prod", "--tenants", file, "--json");
  if (code !== 0) throw new Error(`${command} of ${tenants} tenants: exit code ${code}\n${stdout}\n${stderr}`);
  const [report = "", usage = ""] = stdout.split("\n");
  const { seconds, counts } = reportSchema.parse(JSON.parse(report));
  const { cpuMs, memoryMiB } = usageSchema.parse(JSON.parse(usage));
  return { seconds, resources: counts.created, nodeMs: cpuMs / counts.created, memoryMiB };
}

/** Each run from nothing, one after the other; the servers are up already, as they are when a pull request is looked at. */
export async function prodRuns<Run extends ProdRun>(runs: readonly Run[]): Promise<readonly (Run & RunCost)[]> {
  const costs: (Run & RunCost)[] = [];
  let fresh = false;
  try {
    for (const run of runs) {
      if (!fresh) {
        await remove();
        await measure({ command: "preview", tenants: 1 });
      }
      costs.push({ ...run, ...(await measure(run)) });
      // A preview leaves nothing behind.
      fresh = run.command === "preview";
      console.error(`${run.command} of prod with ${run.tenants} tenants: done`);
    }
    return costs;
  } finally {
    await remove();
  }
}

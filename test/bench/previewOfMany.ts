import { join } from "node:path";
import { existsSync } from "node:fs";
import { z } from "zod";
import { shop } from "../support/runs.ts";
import { sandbox, script, TEST_DATA, writeTenants } from "../support/sandbox.ts";

const DATA = join(TEST_DATA, "bench-prod");

const reportSchema = z.object({ seconds: z.number(), counts: z.object({ created: z.number() }), failures: z.array(z.unknown()).max(0) });
const usageSchema = z.object({ cpuMs: z.number(), memoryMiB: z.number() });

/** What a preview of `prod` from nothing came to. */
export interface PreviewCost {
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

/** Previews `prod` with so many tenants; the servers are up already, as they are when a pull request is looked at. */
async function preview(tenants: number): Promise<PreviewCost> {
  const file = writeTenants(`bench-${tenants}`, Array.from({ length: tenants }, (_, index) => shop(`shop${index}`)));
  const { code, stdout, stderr } = await script("test/bench/onePreview.ts", {}, "--data", DATA, "preview", "prod", "--tenants", file, "--json");
  if (code !== 0) throw new Error(`preview of ${tenants} tenants: exit code ${code}\n${stdout}\n${stderr}`);
  const [report = "", usage = ""] = stdout.split("\n");
  const { seconds, counts } = reportSchema.parse(JSON.parse(report));
  const { cpuMs, memoryMiB } = usageSchema.parse(JSON.parse(usage));
  return { seconds, resources: counts.created, nodeMs: cpuMs / counts.created, memoryMiB };
}

/** Previews of `prod` from nothing with each number of tenants, one after the other. */
export async function previewsOfMany(counts: readonly number[]): Promise<ReadonlyMap<number, PreviewCost>> {
  await remove();
  try {
    // The first run starts the servers.
    await preview(1);
    const costs = new Map<number, PreviewCost>();
    for (const count of counts) costs.set(count, await preview(count));
    return costs;
  } finally {
    await remove();
  }
}

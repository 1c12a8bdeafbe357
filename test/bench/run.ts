import { join } from "node:path";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureToolchain } from "../../sandbox/toolchain.ts";
import type { ServerStatus } from "../../sandbox/status.ts";
import { ROOT, sandbox, succeed, TEST_DATA } from "../support/sandbox.ts";
import { dumpRatio } from "./dumpTime.ts";
import { floor } from "./floor.ts";
import { loadTime } from "./loadTime.ts";
import { nodeTimePerResource } from "./nodeTime.ts";
import { prodRuns } from "./prodRuns.ts";

/** `npm run bench`: what a user waits for, beside its bound and beside what the engine alone needs for as many resources. */

interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** What it may come to, on two cores that do nothing else; an `up` of many resources is as slow as the engine writes its state. */
  readonly bound?: number;
  /** Seconds of the engine alone; where it makes no sense there is none. */
  readonly floor?: number;
}

const DATA = join(TEST_DATA, "bench");

/** `npm run bench -- --dump-mib=1024` measures on a schema of so many MiB. */
const DUMP_MIB = Number(parseArgs({ options: { "dump-mib": { type: "string", default: "256" } } }).values["dump-mib"]);

async function timed(...args: readonly string[]): Promise<{ readonly seconds: number; readonly resources: number }> {
  const started = performance.now();
  const { counts } = await succeed(DATA, ...args);
  const resources = counts.created + counts.updated + counts.replaced + counts.deleted + counts.unchanged;
  return { seconds: (performance.now() - started) / 1000, resources };
}

async function idleMemory(): Promise<number> {
  const { stdout } = await sandbox(DATA, "status", "--json");
  const servers = JSON.parse(stdout) as readonly ServerStatus[];
  return servers.filter(({ name }) => name !== "postgres").reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
}

function print(rows: readonly Row[]): void {
  const cells = rows.map(({ what, measured, unit, bound, floor: engine }) => [
    what,
    `${measured.toFixed(1)} ${unit}`,
    bound === undefined ? "" : `${bound} ${unit}`,
    bound === undefined ? "" : measured <= bound ? "yes" : "NO",
    engine === undefined ? "" : `${engine.toFixed(1)} s`,
    engine === undefined ? "" : `${(measured / engine).toFixed(1)} x`,
  ]);
  console.table(
    Object.fromEntries(cells.map(([what, measured, bound, within, engine, ratio]) => [what, { measured, bound, within, "engine alone": engine, ratio }])),
  );
}

async function removeLeftover(): Promise<void> {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
}

/** Of `prod` from nothing, as a pull request from a new stack would show it, and as its first deployment; bounds are for two cores that do nothing else. */
const PROD_RUNS = [
  { command: "preview", tenants: 3, bound: 30, memoryBound: 1024 },
  { command: "preview", tenants: 20, bound: 60, memoryBound: 1024 },
  { command: "preview", tenants: 100, bound: 240, memoryBound: 2048 },
  { command: "up", tenants: 3, bound: undefined, memoryBound: 1024 },
  { command: "up", tenants: 20, bound: undefined, memoryBound: 1024 },
] as const;

async function prodRows(engine: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { command, tenants, resources, seconds, nodeMs, memoryMiB, bound, memoryBound } of await prodRuns(PROD_RUNS)) {
    const what = `${command} of prod, ${tenants} tenants`;
    const alone = command === "up" ? { floor: (await floor(engine, resources)).create } : { bound };
    rows.push(
      { what: `${what}, ${resources} resources`, measured: seconds, unit: "s", ...alone },
      { what: `${what}: Node with stand-ins, a resource`, measured: nodeMs, unit: "ms", bound: command === "up" ? 30 : 15 },
      { what: `${what}: most memory of Node`, measured: memoryMiB, unit: "MiB", bound: memoryBound },
    );
  }
  return rows;
}

console.error(`benchmark in ${ROOT}; toolchain first, then about half an hour`);
const { pulumi } = await ensureToolchain({ log: console.error });
await removeLeftover();
const first = await timed("up");
const second = await timed("up");
const preview = await timed("preview");
const memory = await idleMemory();
const dump = await dumpRatio(DATA, DUMP_MIB);
await removeLeftover();
const engine = await floor(pulumi, first.resources);
print([
  { what: `npm start from nothing, ${first.resources} resources`, measured: first.seconds, unit: "s", bound: 60, floor: engine.create },
  { what: "npm start, nothing to change", measured: second.seconds, unit: "s", bound: 20, floor: engine.unchanged },
  { what: "preview, nothing to change", measured: preview.seconds, unit: "s", bound: 20, floor: engine.unchanged },
  { what: "Node time a registered resource", measured: await nodeTimePerResource(), unit: "ms", bound: 3 },
  { what: "10,000 tenants loaded, warm", measured: loadTime(10_000), unit: "s", bound: 2 },
  { what: "idle memory of the control plane", measured: memory, unit: "MiB", bound: 1229 },
  { what: `backup and restore of a tenant, ${dump.mib} MiB in ${dump.seconds.toFixed(0)} s: pg_dump and pg_restore alone`, measured: dump.ratio, unit: "x", bound: 1.2 },
  ...(await prodRows(pulumi)),
]);

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOST_GROUP, missingForHostGroup } from "./groups.ts";

/** `npm test` runs everything that can run here; with arguments, only the test files that vitest finds by them. */

interface Totals {
  passed: number;
  failed: number;
}

const totals: Totals = { passed: 0, failed: 0 };
const scratch = mkdtempSync(join(tmpdir(), "privatesales-test-"));

/** Types and lint count as one test each. */
function check(name: string, command: string, args: readonly string[]): void {
  const started = performance.now();
  const ok = spawnSync(command, args, { stdio: "inherit" }).status === 0;
  console.log(`${ok ? "ok    " : "FAILED"}  ${name}, ${Math.round((performance.now() - started) / 1000)} s`);
  totals[ok ? "passed" : "failed"] += 1;
}

/** Runs vitest and adds its totals; a run that ends without a report is one failure. */
function vitest(...args: readonly string[]): void {
  const report = join(scratch, `${totals.passed}-${totals.failed}.json`);
  const run = spawnSync("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile=${report}`, ...args], { stdio: "inherit" });
  try {
    const result = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number; numFailedTests: number; numTotalTests: number };
    totals.passed += result.numPassedTests;
    // A file that does not load has no tests; what is pending did not pass either.
    totals.failed += result.numTotalTests - result.numPassedTests;
    if (run.status !== 0 && result.numTotalTests === result.numPassedTests) totals.failed += 1;
  } catch {
    console.log(`FAILED  vitest ${args.join(" ")} ended without a report`);
    totals.failed += 1;
  }
}

/** Says what was not run, why, and how to run it. In CI everything has to run. */
function explainHostGroup(missing: readonly string[]): void {
  const listed = spawnSync("vitest", ["list", "--project", "host", "--json"], { encoding: "utf8" }).stdout;
  const count = (listed.match(/"name":/g) ?? []).length;
  const install = `apt-get install -y ${Object.values(HOST_GROUP.packages).join(" ")}`;
  console.log(`not run: ${count} tests in ${HOST_GROUP.folder}, for want of ${missing.join(", ")}. To run them, as root: ${install} && npm test`);
  if (process.env["CI"] !== undefined) totals.failed += 1;
}

const filters = process.argv.slice(2);
if (filters.length > 0) {
  vitest(...filters);
} else {
  check("types", "tsc", ["--noEmit"]);
  check("lint", "eslint", ["."]);
  vitest("--project", "unit");
  vitest("--project", "e2e");
  vitest("--project", "aws");
  const missing = missingForHostGroup();
  if (missing.length === 0) vitest("--project", "host");
  else explainHostGroup(missing);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;

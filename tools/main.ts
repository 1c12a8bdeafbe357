/** `npm run tools -- …`, and what the image platform/tools runs: backup and restore of one tenant, and checks of what is deployed. */
import { rename, writeFile } from "node:fs/promises";
import { parseArguments, type Command } from "./arguments.ts";
import { backup } from "./backup.ts";
import { isCheck } from "./checks/kinds.ts";
import { codeOf, messageOf, ToolError } from "./errors.ts";
import { readIdentity } from "./identity.ts";
import { restore, type RestoreResult } from "./restore/restore.ts";
import { backupsIn } from "./retention.ts";
import { openStore } from "./store/open.ts";
import type { Programs } from "./postgres/programs.ts";
import { USAGE } from "./usage.ts";
import { metricsText, sampleOf, verifiedText, type Verified } from "./verify/metrics.ts";
import { verifyBackup } from "./verify/verify.ts";

const log = (line: string): void => {
  console.error(line);
};

/** A signal ends the programs under way, and with them this one, after it has cleaned up. */
const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    ending.abort();
  });
}

function restoreText({ chosen: { name, hash, manifest }, target, aside }: RestoreResult, applied: boolean): string {
  const { schema, contents, created } = manifest;
  const what = `${schema} of ${created} (${name}, ${contents.tables.length} tables, manifest ${hash})`;
  if (!applied) return `${what} can be restored; ${target === "live" ? "the live schema would be put aside" : `the target is ${target}`}. Nothing was written: add --apply.`;
  const before = aside === undefined ? "" : `\nWhat was live is ${aside} now. When nobody misses it: DROP SCHEMA ${aside} CASCADE`;
  return `${what} is live.${before}`;
}

/** Ends with 1 when a test has failed, after all were made: the metrics are of the good ones. */
async function verify(command: Extract<Command, { kind: "verify-backup" }>, programs: Programs): Promise<string> {
  const { url, metrics, sample } = command;
  const identity = await readIdentity(command.identityFile);
  const results: Verified[] = [];
  for (const tenant of sampleOf(command.tenants, sample)) {
    const store = await openStore(command.store, tenant, undefined);
    const result = await verifyBackup({ tenant, login: { url }, store, identity, backup: undefined, programs, log });
    log(verifiedText(result));
    results.push(result);
    if (result.outcome === "failed") process.exitCode = 1;
  }
  const text = metricsText(results);
  if (metrics === undefined) return text.trimEnd();
  // Whoever reads it never sees half of it.
  await writeFile(`${metrics}.new`, text);
  await rename(`${metrics}.new`, metrics);
  return `${results.filter(({ outcome }) => outcome === "good").length} of ${results.length} backups are good; ${metrics}`;
}

async function run(command: Command): Promise<string> {
  if (command.kind === "help") return USAGE;
  const programs = { folder: command.pgBin, signal: ending.signal };
  switch (command.kind) {
    case "backup": {
      const { tenant, url, recipient, retentionDays } = command;
      const store = await openStore(command.store, tenant, command.retentionClass);
      const { name, manifest, hash, removed, kept } = await backup({ tenant, login: { url }, store, recipient, retentionDays, programs, log });
      return JSON.stringify({ backup: name, created: manifest.created, manifest: hash, bytes: manifest.dump.bytes, removed, kept });
    }
    case "restore": {
      const { tenant, url, mode, replace } = command;
      const store = await openStore(command.store, tenant, undefined);
      const identity = await readIdentity(command.identityFile);
      const result = await restore({ tenant, login: { url }, store, identity, backup: command.backup, mode, replace, programs, log });
      return restoreText(result, mode === "apply");
    }
    case "list": {
      const store = await openStore(command.store, command.tenant, undefined);
      return backupsIn(await store.list()).map(({ name }) => name).join("\n");
    }
    case "verify-backup":
      return await verify(command, programs);
    default:
      return command satisfies never;
  }
}

/** Answers with what is printed; a check that does not hold ends the program with 1. */
async function answer([kind, ...args]: readonly string[]): Promise<string> {
  if (!isCheck(kind) || args.includes("--help")) return run(parseArguments([kind ?? "help", ...args], process.env));
  // Its clients of the cache and of Kubernetes take a second to load, which a backup need not wait for.
  const { check } = await import("./checks/command.ts");
  const { text, good } = await check(kind, args, process.env, ending.signal);
  if (!good) process.exitCode = 1;
  return text;
}

try {
  console.log(await answer(process.argv.slice(2)));
} catch (error) {
  process.exitCode = 1;
  // What a server or the system refused says why by itself; anything else is a fault of this program, with its stack.
  if (ending.signal.aborted) console.error("interrupted; nothing unfinished is left");
  else if (error instanceof ToolError) console.error(error.message);
  else if (codeOf(error) !== undefined) console.error(`${messageOf(error)} (${codeOf(error) ?? ""})`);
  else throw error;
}

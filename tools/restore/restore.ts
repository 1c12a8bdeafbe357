import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escapeIdentifier as ident, type Client } from "pg";
import { compareContents } from "../compare.ts";
import { ToolError } from "../errors.ts";
import type { Contents } from "../manifest.ts";
import type { Programs } from "../postgres/programs.ts";
import { withClient, type Login } from "../postgres/server.ts";
import type { Store } from "../store/store.ts";
import { bring, openArchive, type Archive } from "./bring.ts";
import { chooseBackup, fetchDump, type Chosen } from "./fetch.ts";
import { restoreNames, type RestoreNames } from "./names.ts";
import { openWorkplace } from "./restorer.ts";
import { swap } from "./swap.ts";
import { checkServer, checkTarget, type Target } from "./target.ts";

export interface RestoreOptions {
  readonly tenant: string;
  /** Owner of the database who may create databases and roles, as the deployer is; never a tenant's login. */
  readonly login: Login;
  readonly store: Store;
  /** `AGE-SECRET-KEY-1…`. */
  readonly identity: string;
  /** Name of a backup; the newest when undefined. */
  readonly backup: string | undefined;
  readonly mode: "dryRun" | "apply";
  /** Whether a live schema may be put aside. */
  readonly replace: boolean;
  readonly programs: Programs;
  readonly log: (line: string) => void;
}

export interface RestoreResult {
  readonly chosen: Chosen;
  readonly target: Target;
  /** Name of the schema that was live before, when there was one and the restore was applied. */
  readonly aside: string | undefined;
}

/** Checks all of a backup and its target; with `apply` restores it beside the live schema, compares, and swaps. */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const names = restoreNames(options.tenant);
  return withArchive(options, names, ({ chosen, archive }) =>
    withClient(options.login, async (owner) => {
      await checkServer(owner, names, chosen.manifest, options.programs);
      const target = await checkTarget(owner, names, options.replace);
      if (options.mode === "dryRun") return { chosen, target, aside: undefined };
      return { chosen, target, aside: await apply(options, names, owner, chosen, archive, target) };
    }),
  );
}

/** Fetches and answers for a backup, in a folder that only this user reads and that is gone afterwards. */
export async function withArchive<T>(
  { tenant, store, identity, backup, programs, log }: Pick<RestoreOptions, "tenant" | "store" | "identity" | "backup" | "programs" | "log">,
  { schema }: RestoreNames,
  work: (fetched: { readonly chosen: Chosen; readonly archive: Archive }) => Promise<T>,
): Promise<T> {
  const chosen = await chooseBackup(store, tenant, backup);
  const folder = await mkdtemp(join(tmpdir(), "privatesales-restore-"));
  try {
    const file = join(folder, "dump");
    await fetchDump(store, chosen, identity, file);
    log(`fetched  ${store.place}/${chosen.name}, whole and unaltered`);
    return await work({ chosen, archive: await openArchive(programs, file, schema) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function apply(
  { login, programs, log }: RestoreOptions,
  names: RestoreNames,
  owner: Client,
  { manifest }: Chosen,
  archive: Archive,
  target: Target,
): Promise<string | undefined> {
  const workplace = await openWorkplace(owner, login, names);
  try {
    const found = await bring(owner, workplace, names, programs, archive);
    log(`restored  into ${names.side}`);
    refuseDifferences(manifest.contents, found);
    log(`compared  ${manifest.contents.tables.length} tables are what the manifest says`);
    const aside = await swap(owner, names, target, archive.filledViews, new Date());
    log(`swapped  ${names.side} is ${names.schema} now`);
    return aside;
  } finally {
    // Gone already when it has been swapped in.
    await owner.query(`DROP SCHEMA IF EXISTS ${ident(names.side)} CASCADE`);
    await workplace.close();
  }
}

function refuseDifferences(wanted: Contents, found: Contents): void {
  const faults = compareContents(wanted, found);
  if (faults.length === 0) return;
  throw new ToolError({
    problem: "What was restored is not what the manifest says; the live schema is as it was.",
    given: `${faults.slice(0, 20).join("; ")}${faults.length > 20 ? `; and ${faults.length - 20} more` : ""}`,
    allowed: "no difference",
    advice: "choose another backup with --backup, and report this one.",
  });
}

import type { Client } from "pg";
import { compareContents } from "../compare.ts";
import { codeOf, messageOf } from "../errors.ts";
import { contentsOf, lookAt } from "../postgres/contents.ts";
import { output, type Programs } from "../postgres/programs.ts";
import { withChanges, withClient, type Login } from "../postgres/server.ts";
import { pgRestore } from "../restore/bring.ts";
import { restoreNames, type RestoreNames } from "../restore/names.ts";
import { createTenantSchema, openWorkplace } from "../restore/restorer.ts";
import { withArchive, type RestoreOptions } from "../restore/restore.ts";
import { checkServer } from "../restore/target.ts";
import type { Verified } from "./metrics.ts";

type VerifyOptions = Omit<RestoreOptions, "mode" | "replace">;

/** Restores a backup to a scratch database and compares it with its manifest. The live schema is not touched; a failure is a result. */
export async function verifyBackup(options: VerifyOptions): Promise<Verified> {
  const { tenant, login, programs } = options;
  const names = restoreNames(tenant);
  const started = Date.now();
  try {
    return await withArchive(options, names, ({ chosen: { name, manifest }, archive }) =>
      withClient(login, async (owner) => {
        await checkServer(owner, names, manifest, programs);
        const workplace = await openWorkplace(owner, login, names);
        try {
          await createTenantSchema(workplace.scratchOwner, names.schema, names);
          await pgRestore(programs, workplace.scratch, archive);
          const found = await withClient(workplace.scratch, async (client) => {
            await lookAt(client, names.schema);
            return contentsOf(client, names.schema);
          });
          const faults = compareContents(manifest.contents, found);
          if (faults.length > 0) return { outcome: "failed", tenant, reason: faults.slice(0, 5).join("; ") };
          const verified = new Date();
          const [rtoSeconds, rpoSeconds] = [started, Date.parse(manifest.created)].map((since) => (verified.getTime() - since) / 1000);
          const amcheck = await checkPages(workplace.scratchOwner, login, names, programs);
          return { outcome: "good", tenant, backup: name, verified, rpoSeconds: rpoSeconds ?? 0, rtoSeconds: rtoSeconds ?? 0, amcheck };
        } finally {
          await workplace.close();
        }
      }),
    );
  } catch (error) {
    return { outcome: "failed", tenant, reason: messageOf(error) };
  }
}

/** SQLSTATEs of a user who may not install amcheck, and of a server that does not have it. */
const NOT_HERE = new Set(["42501", "0A000", "58P01"]);

/** Tables and indexes of the restored schema, page by page. It takes a superuser, which managed servers do not give. */
async function checkPages(scratchOwner: Client, login: Login, { scratch, schema }: RestoreNames, programs: Programs): Promise<"clean" | "skipped"> {
  try {
    await scratchOwner.query("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public");
  } catch (error) {
    if (NOT_HERE.has(codeOf(error) ?? "")) return "skipped";
    throw error;
  }
  await output(programs, "pg_amcheck", [`--schema=${schema}`, "--heapallindexed", "--parent-check", `--maintenance-db=${scratch}`, scratch], withChanges(login, { database: scratch }));
  return "clean";
}

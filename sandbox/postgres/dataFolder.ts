import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Environment, readEnvironment } from "../environment.ts";
import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";
import type { Toolchain } from "../toolchain.ts";
import type { Account } from "./account.ts";
import { initdbArgs } from "./arguments.ts";

/** Names, in a database folder outside the data folder, the data folder that it belongs to. */
const OWNER_FILE = "data-folder";

/** Makes the database folder and the superuser's password, once. An interrupted initdb starts anew. */
export async function ensureDataFolder(env: Environment, toolchain: Toolchain, account: Account): Promise<void> {
  const target = env.paths.postgresData;
  if (existsSync(target)) return;
  // A file written before initdb: a database whose password is lost would be of no use.
  const password = ensurePassword(env);
  const parent = dirname(target);
  if (parent !== env.dataDir) makeOutsideFolder(env, parent);
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const passwordFile = join(parent, "initdb.password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  own(unfinished, account);
  own(passwordFile, account);
  // initdb looks for its working folder, which the other user may not be allowed to see.
  const options = { cwd: "/", env: { PATH: process.env["PATH"], TZ: "UTC" }, ...account };
  const made = await run(join(toolchain.postgresBin, "initdb"), initdbArgs(unfinished, passwordFile), options);
  rmSync(passwordFile);
  if (made.code !== 0) {
    const output = `${made.stdout}${made.stderr}`.trimEnd();
    throw new SandboxError(`PostgreSQL's database could not be made in ${target}:\n${output}`);
  }
  renameSync(unfinished, target);
}

/** The superuser's password, made on first use and readable by the owner only. */
export function ensurePassword(env: Environment): string {
  const file = env.paths.postgresPassword;
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

/** Root's database folders lie outside the data folders: those whose data folder is gone go with it. */
function makeOutsideFolder(env: Environment, folder: string): void {
  const root = dirname(folder);
  mkdirSync(root, { recursive: true, mode: 0o755 });
  for (const id of readdirSync(root)) {
    const ownerFile = join(root, id, OWNER_FILE);
    if (existsSync(ownerFile) && isAbandoned(id, readFileSync(ownerFile, "utf8"))) {
      rmSync(join(root, id), { recursive: true, force: true });
    }
  }
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, OWNER_FILE), env.dataDir);
}

function isAbandoned(id: string, dataDir: string): boolean {
  try {
    return readEnvironment(dataDir)?.id !== id;
  } catch {
    // Damaged is not gone: its database may be wanted yet.
    return false;
  }
}

function own(path: string, { uid, gid }: Account): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

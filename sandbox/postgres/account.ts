import { SandboxError } from "../errors.ts";
import { run } from "../process.ts";

/** The user that PostgreSQL runs as; empty means the one who calls. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const CANDIDATES = ["postgres", "nobody"] as const;

/** PostgreSQL refuses to run as root: then it runs as the user postgres, where there is one, or as nobody. */
export async function serverAccount(uid: number | undefined = process.getuid?.()): Promise<Account> {
  if (uid !== 0) return {};
  for (const name of CANDIDATES) {
    const [user, group] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
    if (user.code === 0 && group.code === 0) return { uid: Number(user.stdout), gid: Number(group.stdout) };
  }
  throw new SandboxError(
    `PostgreSQL does not run as root, and this machine has no user named ${CANDIDATES.join(" or ")} to run it as. ` +
      "Create one (useradd --system postgres), or run the sandbox as an ordinary user.",
  );
}

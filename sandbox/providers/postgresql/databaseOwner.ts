import { asMemberOf, databaseOwner, isSuperuser, join, leave } from "./membership.ts";
import type { Server, Session } from "./server.ts";
import { ident } from "./sql.ts";

/**
 * As `asMemberOf`, for statements outside a transaction: the membership must be taken back even when the work fails,
 * since nothing rolls it back.
 */
export async function asMemberOfOutside(
  session: Session,
  owner: string | undefined,
  work: () => Promise<unknown>,
): Promise<void> {
  const [me] = await session.rows<{ user: string }>(`SELECT current_user::text AS "user"`);
  const user = me?.user ?? "";
  const joined = owner !== undefined && !(await isSuperuser(session, user)) && await join(session, owner, user);
  try {
    await work();
  } finally {
    if (joined) await leave(session, owner, user);
  }
}

/** Gives all objects of the present owner in the database to the new one. */
export async function reassign(server: Server, database: string, owner: string): Promise<void> {
  await server.write(database, async (session) => {
    const present = await databaseOwner(session);
    if (present === owner) return;
    await asMemberOf(session, [present, owner], () =>
      session.rows(`REASSIGN OWNED BY ${ident(present)} TO ${ident(owner)}`));
  });
}

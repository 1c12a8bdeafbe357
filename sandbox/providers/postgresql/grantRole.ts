import { z } from "zod";
import type { Properties } from "../provider.ts";
import type { Args } from "./resource.ts";
import { resource } from "./resource.ts";
import type { Server, Session } from "./server.ts";
import { ident, identifier } from "./sql.ts";

const shape = {
  role: identifier,
  grantRole: identifier,
  withAdminOption: z.boolean("must be true or false").default(false),
} as const;

type GrantRoleArgs = Args<typeof shape>;

async function found(session: Session, { role, grantRole }: GrantRoleArgs): Promise<Properties | undefined> {
  const [row] = await session.rows<{ admin: boolean }>(
    `SELECT bool_or(admin_option) AS admin FROM pg_catalog.pg_auth_members
      WHERE pg_get_userbyid(member) = $1 AND pg_get_userbyid(roleid) = $2 GROUP BY member, roleid`, [role, grantRole]);
  return row === undefined ? undefined : { role, grantRole, withAdminOption: row.admin };
}

function revoke({ role, grantRole }: GrantRoleArgs): string {
  return `REVOKE ${ident(grantRole)} FROM ${ident(role)}`;
}

async function create(server: Server, args: GrantRoleArgs): Promise<Properties> {
  return server.write(server.connection.database, async (session) => {
    const option = args.withAdminOption ? " WITH ADMIN OPTION" : "";
    await session.rows(revoke(args));
    await session.rows(`GRANT ${ident(args.grantRole)} TO ${ident(args.role)}${option}`);
    const state = await found(session, args);
    if (state === undefined) throw new Error("the membership was gone at once");
    return state;
  });
}

/** One role's membership in another; every change replaces it. */
export const grantRole = resource({
  type: "postgresql:index/grantRole:GrantRole",
  shape,
  replace: ["role", "grantRole", "withAdminOption"],
  refused: {},
  deleteBeforeReplace: "never",
}, {
  label: ({ role, grantRole: granted }) => `membership of role "${role}" in role "${granted}"`,
  id: ({ role, grantRole: granted, withAdminOption }) => `${role}_${granted}_${String(withAdminOption)}`,
  create,
  update: (server, _old, args) => create(server, args),
  read: (server, args) => server.read(server.connection.database, (session) => found(session, args)),
  delete: async (server, args) => {
    await server.write(server.connection.database, (session) => session.rows(revoke(args)));
  },
});

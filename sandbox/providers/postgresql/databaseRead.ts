import type { Properties } from "../provider.ts";
import type { Session } from "./server.ts";

/**
 * A database as the catalogues show it; undefined when there is none. The server does not remember the template, so the
 * state's is kept.
 */
export async function readDatabase(
  session: Session,
  name: string,
  template = "template0",
): Promise<Properties | undefined> {
  const [row] = await session.rows<Record<string, unknown>>(
    `SELECT d.datname::text AS name, pg_get_userbyid(d.datdba)::text AS owner,
            pg_encoding_to_char(d.encoding)::text AS encoding, d.datcollate AS "lcCollate", d.datctype AS "lcCtype",
            t.spcname::text AS "tablespaceName", d.datconnlimit AS "connectionLimit",
            d.datallowconn AS "allowConnections", d.datistemplate AS "isTemplate"
       FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
      WHERE d.datname = $1`, [name]);
  return row === undefined ? undefined : { ...row, template };
}

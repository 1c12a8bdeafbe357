import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tenantRoles, tenantSchema } from "../../components/shared/names.ts";
import { RawApi } from "../support/rawApi.ts";
import {
  BY_THE_APPLICATION, OBJECTS, ON_ANOTHERS_OBJECTS, ON_ANOTHERS_ROLES, ON_ITS_OWN, ON_THE_SERVER, REFUSED, TEARDOWN, type Attempt,
} from "../support/sqlAttempts.ts";
import { attempt, connectAs, connectAsOwner, connectWith, loginConfig, sqlstateOf, type Login } from "../support/tenantLogins.ts";

/** The tenants of the local stack try each other's data with the logins that their pods have, on objects made after the stack. */

const TENANTS = ["chanel", "dior", "gucci"] as const;
type Tenant = (typeof TENANTS)[number];
const LOGINS: readonly Login[] = ["app", "migration"];

const api = new RawApi();
const clients = new Map<string, Client>();
let owner: Client;

const as = (tenant: Tenant, login: Login): Client => {
  const client = clients.get(`${tenant} ${login}`);
  if (client === undefined) throw new Error(`${tenant} has no connection as ${login}`);
  return client;
};

/** Each statement about a tenant's schema, with what came of it and what should. */
async function outcomes(client: Client, attempts: readonly Attempt[], tenant: Tenant): Promise<{ readonly came: object; readonly wanted: object }> {
  const came: [string, string][] = [];
  for (const [kind, sql] of attempts) came.push([kind, await attempt(client, sql.replaceAll("?", tenantSchema(tenant)))]);
  return { came: Object.fromEntries(came), wanted: Object.fromEntries(attempts.map(([kind, , state]) => [kind, state])) };
}

/** A large object of the tenant's migration login, as a server makes it that lets PUBLIC do so. */
async function largeObjectOf(tenant: Tenant): Promise<number> {
  const { rows } = await owner.query<{ oid: number }>("SELECT lo_from_bytea(0, 'secret') AS oid");
  const [row] = rows;
  if (row === undefined) throw new Error("no large object was made");
  await owner.query(`ALTER LARGE OBJECT ${row.oid} OWNER TO ${tenantRoles(tenant).migration}`);
  return row.oid;
}

const largeObjects = new Map<Tenant, number>();

beforeAll(async () => {
  owner = await connectAsOwner();
  for (const tenant of TENANTS) {
    for (const login of LOGINS) clients.set(`${tenant} ${login}`, await connectAs(api, tenant, login));
    for (const sql of OBJECTS) await as(tenant, "migration").query(sql);
    largeObjects.set(tenant, await largeObjectOf(tenant));
  }
});

afterAll(async () => {
  for (const tenant of TENANTS) {
    for (const sql of TEARDOWN) await as(tenant, "migration").query(sql);
    await owner.query("SELECT lo_unlink($1)", [largeObjects.get(tenant)]);
  }
  for (const client of [...clients.values(), owner]) await client.end();
  api.close();
});

test("no kind of statement stands twice in a table", () => {
  for (const table of [ON_ANOTHERS_OBJECTS, ON_ANOTHERS_ROLES, ON_THE_SERVER, ON_ITS_OWN, BY_THE_APPLICATION]) {
    expect(table.length).toBeGreaterThan(5);
    expect(new Set(table.map(([kind]) => kind)).size).toBe(table.length);
  }
});

describe.each(TENANTS)("%s", (tenant) => {
  const others = TENANTS.filter((other) => other !== tenant);

  test("does its own work: the application its rows, the migration its tables", async () => {
    const app = as(tenant, "app");
    const own = [
      "SELECT * FROM items", "INSERT INTO items VALUES (3, 'belt', 7)", "UPDATE items SET price = 8 WHERE id = 3", "DELETE FROM items WHERE id = 3",
      "SELECT * FROM items FOR UPDATE", "SELECT nextval('entries')", "SELECT * FROM cheap", "COPY (SELECT * FROM items) TO STDOUT", "EXPLAIN SELECT * FROM items",
      "MERGE INTO items i USING (SELECT 1 AS id) s ON i.id = s.id WHEN MATCHED THEN UPDATE SET price = 1", "LOCK TABLE items IN ACCESS SHARE MODE",
    ];
    for (const sql of own) expect([sql, await attempt(app, sql)]).toEqual([sql, "allowed"]);
    const ddl = [
      "CREATE TABLE more (id int)", "ALTER TABLE items ADD COLUMN x int", "CREATE INDEX ON items (price)", "TRUNCATE items", "DROP TABLE items CASCADE",
      "SELECT total()", "CALL bump()", "CREATE OR REPLACE VIEW cheap AS SELECT * FROM items WHERE price < 8", "REFRESH MATERIALIZED VIEW summary",
      "GRANT EXECUTE ON FUNCTION total() TO CURRENT_USER", "COMMENT ON TABLE items IS 'x'", "VACUUM items", "ANALYZE items", "ALTER SEQUENCE entries RESTART",
    ];
    for (const sql of ddl) expect([sql, await attempt(as(tenant, "migration"), sql)]).toEqual([sql, "allowed"]);
  });

  test.each(LOGINS)("as %s reaches no object of another tenant", async (login) => {
    for (const other of others) {
      const { came, wanted } = await outcomes(as(tenant, login), ON_ANOTHERS_OBJECTS, other);
      expect({ other, came }).toEqual({ other, came: wanted });
    }
  });

  test.each(LOGINS)("as %s is not any role of another tenant, and changes none", async (login) => {
    for (const other of others) {
      const { came, wanted } = await outcomes(as(tenant, login), ON_ANOTHERS_ROLES, other);
      expect({ other, came }).toEqual({ other, came: wanted });
    }
  });

  test.each(LOGINS)("as %s makes nothing outside its schema, and reads nothing of the server", async (login) => {
    const { came, wanted } = await outcomes(as(tenant, login), ON_THE_SERVER, tenant);
    expect(came).toEqual(wanted);
  });

  test.each(LOGINS)("as %s gives nothing of its own away, drops nothing of it, and stays what it is", async (login) => {
    const { came, wanted } = await outcomes(as(tenant, login), ON_ITS_OWN, tenant);
    expect(came).toEqual(wanted);
  });

  test("the application leaves the tables as they are", async () => {
    const { came, wanted } = await outcomes(as(tenant, "app"), BY_THE_APPLICATION, tenant);
    expect(came).toEqual(wanted);
  });

  test("objects by their number, which needs no schema, are closed as well", async () => {
    for (const other of others) {
      const { rows } = await owner.query<{ oid: number }>(`SELECT '${tenantSchema(other)}.entries'::regclass::oid AS oid`);
      const sequence = rows[0]?.oid ?? 0;
      expect(sequence).toBeGreaterThan(0);
      for (const sql of [`SELECT nextval(${sequence}::regclass)`, `SELECT setval(${sequence}::regclass, 9)`]) {
        expect(await attempt(as(tenant, "app"), sql)).toBe(REFUSED);
      }
      expect(await attempt(as(other, "app"), `SELECT nextval(${sequence}::regclass)`)).toBe("allowed");
    }
  });

  test.each(LOGINS)("as %s reaches no large object of another tenant", async (login) => {
    for (const other of others) {
      const oid = largeObjects.get(other) ?? 0;
      const statements = [
        `SELECT lo_get(${oid})`, `SELECT lo_put(${oid}, 0, 'x')`, `SELECT lo_open(${oid}, 262144)`, `SELECT lo_unlink(${oid})`,
        `ALTER LARGE OBJECT ${oid} OWNER TO CURRENT_USER`, `GRANT SELECT ON LARGE OBJECT ${oid} TO PUBLIC`, `COMMENT ON LARGE OBJECT ${oid} IS 'x'`,
      ];
      for (const sql of statements) expect([sql, await attempt(as(tenant, login), sql)]).toEqual([sql, REFUSED]);
      expect(await attempt(as(other, "migration"), `SELECT lo_get(${oid})`)).toBe("allowed");
    }
  });

  test("ends no session of another tenant", async () => {
    const pidOf = async (client: Client): Promise<number> => (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid ?? 0;
    for (const other of others) {
      const pid = await pidOf(as(other, "app"));
      for (const kill of ["pg_cancel_backend", "pg_terminate_backend"]) expect(await attempt(as(tenant, "app"), `SELECT ${kill}(${pid})`)).toBe(REFUSED);
      const seen = await as(tenant, "app").query<{ query: string }>("SELECT query FROM pg_stat_activity WHERE pid = $1", [pid]);
      expect(seen.rows).toEqual([{ query: "<insufficient privilege>" }]);
    }
  });

  test("enters no other database, with the password that opens its own", async () => {
    const { rows } = await owner.query<{ name: string }>("SELECT datname AS name FROM pg_database WHERE datallowconn AND datname NOT IN ('privatesales', 'scratch')");
    expect(rows.map(({ name }) => name).toSorted()).toEqual(["postgres", "template1"]);
    for (const { name } of rows) {
      for (const login of LOGINS) expect([name, login, await sqlstateOf(connectAs(api, tenant, login, name))]).toEqual([name, login, REFUSED]);
    }
  });
});

describe("what a migration gives to PUBLIC", () => {
  test("opens nothing: nobody else may use the schema, and no migration may pass that on", async () => {
    const dior = as("dior", "migration");
    for (const what of ["TABLE items", "SEQUENCE entries", "FUNCTION total()"]) await dior.query(`GRANT ALL ON ${what} TO PUBLIC`);
    try {
      for (const tenant of ["chanel", "gucci"] as const) {
        const { came, wanted } = await outcomes(as(tenant, "app"), ON_ANOTHERS_OBJECTS, "dior");
        expect({ tenant, came }).toEqual({ tenant, came: wanted });
      }
    } finally {
      for (const what of ["TABLE items", "SEQUENCE entries", "FUNCTION total()"]) await dior.query(`REVOKE ALL ON ${what} FROM PUBLIC`);
    }
  });
});

describe("how a login is made", () => {
  test("the owner of a schema cannot log in, and each login is in one group only", async () => {
    for (const tenant of TENANTS) {
      const { app, migration, owner: schemaOwner } = tenantRoles(tenant);
      const { rows } = await owner.query(
        `SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS strong,
                r.rolconnlimit > 0 AS limited, ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = r.oid) AS groups
           FROM pg_roles r WHERE r.rolname = ANY($1) ORDER BY 1`,
        [[app, migration, schemaOwner]],
      );
      const login = { login: true, strong: false, limited: true, groups: ["tenants"] };
      expect(rows).toEqual([
        { name: app, ...login },
        { name: migration, ...login },
        { name: schemaOwner, login: false, strong: false, limited: false, groups: [] },
      ]);
    }
  });

  test("its schema is its search path, and the application's statements end in time", async () => {
    for (const tenant of TENANTS) {
      const { rows } = await as(tenant, "app").query("SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout");
      expect(rows).toEqual([{ path: tenantSchema(tenant), timeout: expect.stringMatching(/^[1-9]\d*(ms|s|min)$/) as string }]);
    }
  });

  test("a wrong password, and another tenant's, is refused", async () => {
    const [chanel, dior] = [await loginConfig(api, "chanel", "app"), await loginConfig(api, "dior", "app")];
    for (const password of [dior.password, "wrong"]) expect(await sqlstateOf(connectWith({ user: chanel.user, password }))).toBe("28P01");
    const own = await connectWith(chanel);
    await own.end();
  });
});

/** Not what one would choose: what tenantDatabase.ts says that PostgreSQL cannot be told otherwise, kept honest here. */
describe("what one database shares among all its tenants", () => {
  test("channels and advisory locks have no owner; a login has its own password and defaults", async () => {
    const [chanel, dior] = [as("chanel", "app"), as("dior", "app")];
    await dior.query("SELECT pg_advisory_lock(1)");
    expect((await chanel.query("SELECT pg_try_advisory_lock(1) AS got")).rows).toEqual([{ got: false }]);
    await dior.query("SELECT pg_advisory_unlock(1)");
    for (const sql of ["LISTEN orders", "NOTIFY orders, 'x'", "SET statement_timeout = 0", "ALTER ROLE CURRENT_USER SET statement_timeout = 0", "ALTER ROLE CURRENT_USER PASSWORD 'x'"]) {
      expect([sql, await attempt(chanel, sql)]).toEqual([sql, "allowed"]);
    }
  });

  test("the catalogue shows names, and no row: another tenant's tables are listed, statistics of their values are not", async () => {
    await owner.query("ANALYZE tenant_dior.items");
    const chanel = as("chanel", "app");
    expect((await chanel.query("SELECT relname FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'tenant_dior') AND relname = 'items'")).rowCount).toBe(1);
    expect((await owner.query("SELECT attname FROM pg_stats WHERE schemaname = 'tenant_dior'")).rowCount).toBeGreaterThan(0);
    expect((await chanel.query("SELECT attname FROM pg_stats WHERE schemaname = 'tenant_dior'")).rowCount).toBe(0);
    expect((await chanel.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'tenant_dior'")).rowCount).toBe(0);
  });
});

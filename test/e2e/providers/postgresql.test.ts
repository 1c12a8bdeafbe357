import { describe, expect, it } from "vitest";
import { as, configured, Driven, eavesdrop, provider, sql, suite } from "./harness.ts";

const { create, fresh, paths, n } = suite();

describe("Role", () => {
  it("logs in with its password, which is stored and sent as a SCRAM verifier only", async () => {
    const name = fresh("login");
    const wire = await eavesdrop();
    const secret = "it's-a\\secret-42";
    const role = new Driven("role", await configured({ host: "127.0.0.1", port: String(wire.port) }));
    await role.create({ name, login: true, password: secret });
    expect(await as(name, secret, "SELECT current_user AS me")).toEqual([{ me: name }]);
    await role.update({ name, login: true, password: `${secret}-2` });
    wire.stop();
    await expect(as(name, secret, "SELECT 1")).rejects.toThrow(/password authentication failed/u);
    expect(await as(name, `${secret}-2`, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    const [stored] = await sql<{ rolpassword: string }>(`SELECT rolpassword FROM pg_authid WHERE rolname = '${name}'`);
    expect(stored?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/u);
    expect(wire.sent()).toContain(`CREATE ROLE "${name}"`);
    expect(wire.sent()).toContain("SCRAM-SHA-256$4096:");
    expect(wire.sent()).not.toContain("secret-42");
    await sql(`DROP ROLE "${name}"`);
  });

  it("carries all its settings, and a second look finds no change", async () => {
    const group = fresh("group");
    await create("role", { name: group });
    const name = fresh("full");
    const news = {
      name, login: true, connectionLimit: 7, statementTimeout: 5000, idleInTransactionSessionTimeout: 6000,
      searchPaths: ["Odd\"Name", "$user"], roles: [group], inherit: false, createDatabase: true, createRole: true,
      bypassRowLevelSecurity: true, replication: true, assumeRole: group,
    };
    const role = await create("role", news);
    expect(role.id).toBe(name);
    expect(role.state).toMatchObject({ ...news, superuser: false, validUntil: "infinity", encryptedPassword: true });
    await role.refresh();
    expect(await paths(role, news)).toEqual([]);
    const [row] = await sql(`SELECT rolconnlimit, rolcreatedb, rolinherit FROM pg_roles WHERE rolname = '${name}'`);
    expect(row).toEqual({ rolconnlimit: 7, rolcreatedb: true, rolinherit: false });
  });

  it("changes in place, drops what was taken away, and is renamed", async () => {
    const group = fresh("group");
    await create("role", { name: group });
    const [before, after] = [fresh("before"), fresh("after")];
    const role = await create("role", { name: before, login: true, connectionLimit: 3, roles: [group],
      statementTimeout: 100, searchPaths: ["x"] });
    await role.update({ name: after, connectionLimit: 4 });
    expect(role.state).toMatchObject({
      name: after, connectionLimit: 4, login: false, roles: [], statementTimeout: 0, searchPaths: [],
    });
    expect(await sql(`SELECT rolname::text FROM pg_roles WHERE rolname IN ('${before}', '${after}')`))
      .toEqual([{ rolname: after }]);
  });

  it("reports what was changed behind its back, field by field, and repairs it", async () => {
    const news = { name: fresh("drift"), login: true, connectionLimit: 5 };
    const role = await create("role", news);
    await sql(`ALTER ROLE "${news.name}" CONNECTION LIMIT 99 CREATEDB`);
    await role.refresh();
    expect(role.state).toMatchObject({ connectionLimit: 99, createDatabase: true });
    expect(role.inputs).toMatchObject({ connectionLimit: 99, createDatabase: true });
    expect(await paths(role, news)).toEqual(["createDatabase", "connectionLimit"]);
    await role.update(news);
    await role.refresh();
    expect(await paths(role, news)).toEqual([]);
  });

  it("a password that was taken away is drift", async () => {
    const news = { name: fresh("nopw"), login: true, password: "p" };
    const role = await create("role", news);
    await sql(`ALTER ROLE "${news.name}" PASSWORD NULL`);
    await role.refresh();
    expect(await paths(role, news)).toEqual(["password"]);
  });

  it("that exists already is an error with its name, without the password; nothing is changed", async () => {
    const name = fresh("twice");
    await create("role", { name, connectionLimit: 1 });
    const second = new Driven("role", provider).create({ name, login: true, password: "never-shown" });
    await expect(second).rejects.toThrow(
      `could not create role "${name}": role "${name}" already exists (SQLSTATE 42710)`);
    await second.catch((error: unknown) => {
      expect(String(error)).not.toMatch(/never-shown|SCRAM/u);
    });
    expect(await sql(`SELECT rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname = '${name}'`))
      .toEqual([{ rolcanlogin: false, rolconnlimit: 1 }]);
  });

  it("is made whole or not at all", async () => {
    const name = fresh("half");
    const call = new Driven("role", provider).create({ name, roles: [n("nobody")] });
    await expect(call).rejects.toThrow(/role "[^"]*nobody" does not exist \(SQLSTATE 42704\)/u);
    expect(await sql(`SELECT 1 FROM pg_roles WHERE rolname = '${name}'`)).toEqual([]);
  });

  it("leaves what it owned to the administrator when it is dropped, and is gone then", async () => {
    const role = await create("role", { name: fresh("owner") });
    const schema = fresh("owned");
    await sql(`CREATE SCHEMA "${schema}" AUTHORIZATION "${role.id}"`);
    await role.delete();
    const [row] = await sql<{ owner: string }>(
      `SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = '${schema}'`);
    expect(row?.owner).toBe((await sql<{ me: string }>("SELECT current_user::text AS me"))[0]?.me);
    expect(await role.peek()).toBeUndefined();
    await sql(`DROP SCHEMA "${schema}"`);
  });

  it("is imported by its name", async () => {
    const { id } = await create("role", { name: fresh("import"), connectionLimit: 2 });
    const found = await new Driven("role", provider).imported(id);
    expect(found).toMatchObject({ id, state: { name: id, connectionLimit: 2, skipDropRole: false } });
    expect(found?.inputs).toMatchObject({ name: id, connectionLimit: 2 });
    expect(await new Driven("role", provider).imported(n("none"))).toBeUndefined();
  });
});

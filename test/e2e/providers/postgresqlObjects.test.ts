import { describe, expect, it } from "vitest";
import { as, configured, database, Driven, provider, sql, suite } from "./harness.ts";

const { create, fresh, paths, n } = suite();

describe("Schema", () => {
  it("has an owner, is renamed in place, reports a change of owner, and is gone after its deletion", async () => {
    const owner = (await create("role", { name: fresh("so") })).id;
    const other = (await create("role", { name: fresh("so") })).id;
    const [name, renamed] = [fresh("s"), fresh("s")];
    const schema = await create("schema", { name, owner });
    expect(schema.id).toBe(`${database}.${name}`);
    expect(schema.state).toEqual({
      name, owner, database, ifNotExists: true, dropCascade: false, policies: [],
    });
    await schema.update({ name: renamed, owner });
    expect(await sql(`SELECT 1 AS there FROM pg_namespace WHERE nspname = '${renamed}'`)).toEqual([{ there: 1 }]);
    await sql(`ALTER SCHEMA "${renamed}" OWNER TO "${other}"`);
    await schema.refresh();
    expect(schema.state.owner).toBe(other);
    expect(await paths(schema, { name: renamed, owner })).toEqual(["owner"]);
    await schema.update({ name: renamed, owner });
    await schema.delete();
    expect(await schema.peek()).toBeUndefined();
  });

  it("is taken over when it is there, as the official provider does", async () => {
    const owner = (await create("role", { name: fresh("so") })).id;
    const name = fresh("there");
    await sql(`CREATE SCHEMA "${name}"`);
    const schema = await create("schema", { name, owner, ifNotExists: false });
    expect(schema.state.owner).toBe(owner);
  });

  it("with objects in it stays, unless dropCascade", async () => {
    const schema = await create("schema", { name: fresh("full") });
    await sql(`CREATE TABLE "${String(schema.state.name)}".t ()`);
    await expect(schema.delete()).rejects.toThrow(/could not delete schema .*depend on it \(SQLSTATE 2BP01\)/u);
    await schema.update({ name: schema.state.name, dropCascade: true });
    await schema.delete();
    expect(await schema.peek()).toBeUndefined();
  });
});

describe("Database and Extension", () => {
  it("a database is made, changed, renamed and dropped, with somebody connected to it", async () => {
    const owner = (await create("role", { name: fresh("dbo") })).id;
    const [name, renamed] = [fresh("db"), fresh("db")];
    const db = await create("database", { name, owner, connectionLimit: 9 });
    expect(db.state).toMatchObject({
      name, owner, template: "template0", encoding: "UTF8", connectionLimit: 9, allowConnections: true,
      isTemplate: false, tablespaceName: "pg_default",
    });
    // Leaves an idle connection of the provider's own in the database.
    await create("schema", { name: "inside", database: name });
    await db.update({ name: renamed, owner, connectionLimit: 8, isTemplate: true });
    expect(db.state).toMatchObject({ name: renamed, connectionLimit: 8, isTemplate: true });
    await sql(`ALTER DATABASE "${renamed}" CONNECTION LIMIT 3`);
    await db.refresh();
    expect(await paths(db, { name: renamed, owner, connectionLimit: 8, isTemplate: true }))
      .toEqual(["connectionLimit"]);
    const copy = await create("database", { name: fresh("db"), template: renamed });
    expect(await sql("SELECT nspname::text FROM pg_namespace WHERE nspname = 'inside'", String(copy.state.name)))
      .toEqual([{ nspname: "inside" }]);
    const held = as("x", "x", "SELECT 1", renamed).catch(() => undefined);
    await db.delete();
    await held;
    expect(await db.peek()).toBeUndefined();
  });

  it("a change that fails half-way tells how far it came", async () => {
    const [name, renamed] = [fresh("db"), fresh("db")];
    const db = await create("database", { name });
    await expect(db.update({ name: renamed, owner: n("nobody") })).rejects.toMatchObject({
      name: "PartialFailure", state: { name: renamed }, reasons: [expect.stringMatching(/nobody" does not exist/u)],
    });
    Object.assign(db, { state: { ...db.state, name: renamed } });
    expect(await db.peek()).toMatchObject({ id: renamed });
  });

  it("an extension is made, moved to another schema, found again and dropped", async () => {
    const db = String((await create("database", { name: fresh("db") })).state.name);
    const extension = await create("extension", { name: "hstore", database: db });
    expect(extension.id).toBe(`${db}.hstore`);
    expect(extension.state).toMatchObject({ schema: "public", database: db, version: expect.any(String) as unknown });
    await create("schema", { name: "ext", database: db });
    const moved = { name: "hstore", database: db, schema: "ext" };
    await extension.update(moved);
    await extension.refresh();
    expect(extension.state.schema).toBe("ext");
    expect(await paths(extension, moved)).toEqual([]);
    await extension.delete();
    expect(await extension.peek()).toBeUndefined();
    await expect(new Driven("extension", provider).create({ name: n("none"), database: db }))
      .rejects.toThrow(/could not create extension .* is not available \(SQLSTATE 0A000\)/u);
  });
});

describe("a run", () => {
  it("in preview writes nothing", async () => {
    const name = fresh("preview");
    await new Driven("role", provider).create({ name }, true);
    expect(await sql(`SELECT 1 FROM pg_roles WHERE rolname = '${name}'`)).toEqual([]);
    const role = await create("role", { name, connectionLimit: 1 });
    expect(await role.update({ name, connectionLimit: 2 }, true)).toMatchObject({ connectionLimit: 2 });
    expect(await sql(`SELECT rolconnlimit FROM pg_roles WHERE rolname = '${name}'`)).toEqual([{ rolconnlimit: 1 }]);
  });

  it("as an administrator who is no superuser joins the owner for as long as it needs", async () => {
    const admin = fresh("admin");
    await create("role", { name: admin, login: true, password: "p", createRole: true, createDatabase: true });
    await sql(`GRANT CREATE ON DATABASE "${database}" TO "${admin}"`);
    const own = await configured({ username: admin, password: "p", superuser: "false" });
    const owner = await create("role", { name: fresh("owned") }, own);
    const schema = await create("schema", { name: fresh("as"), owner: owner.id }, own);
    await create("grant", { role: "public", database, schema: schema.state.name, objectType: "schema",
      privileges: ["USAGE"] }, own);
    expect(schema.state.owner).toBe(owner.id);
    const members = await sql<{ set_option: boolean }>(
      `SELECT set_option FROM pg_auth_members WHERE roleid = '${owner.id}'::regrole AND member = '${admin}'::regrole`);
    expect(members.some(({ set_option: may }) => may)).toBe(false);
    for (const driven of [schema, owner]) await driven.delete();
    await sql(`REVOKE CREATE ON DATABASE "${database}" FROM "${admin}"`);
  });

  it("that is cancelled ends the statement that waits, and leaves nothing behind", async () => {
    const group = (await create("role", { name: fresh("group") })).id;
    const cancelled = await configured();
    const name = fresh("late");
    const lock = sql("BEGIN; LOCK TABLE pg_auth_members; SELECT pg_sleep(1.5)");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const waiting = new Driven("role", cancelled).create({ name, roles: [group] });
    const outcome = expect(waiting).rejects.toThrow(/could not create role .*: the run was cancelled before this was done: the server has rolled it back/u);
    await new Promise((resolve) => setTimeout(resolve, 300));
    cancelled.cancel();
    await outcome;
    await expect(new Driven("role", cancelled).create({ name: fresh("later") })).rejects.toThrow(/cancelled/u);
    await lock;
    expect(await sql(`SELECT 1 FROM pg_roles WHERE rolname = '${name}'`)).toEqual([]);
  });

  it("with a wrong password says so and does not show it", async () => {
    const wrong = await configured({ password: "wrong-secret" });
    const call = new Driven("role", wrong).create({ name: fresh("x") });
    await expect(call).rejects.toThrow(/password authentication failed .*\(SQLSTATE 28P01\)/u);
    await expect(call).rejects.not.toThrow(/wrong-secret/u);
  });

  it("asks for TLS unless told otherwise", async () => {
    const [ssl] = await sql<{ ssl: string }>("SHOW ssl");
    const tls = create("role", { name: fresh("tls") }, await configured({ sslmode: "" }));
    if (ssl?.ssl === "off") await expect(tls).rejects.toThrow(/set sslmode: "disable"/u);
    else expect((await tls).id).toContain("tls");
  });
});

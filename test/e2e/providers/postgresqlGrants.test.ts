import { describe, expect, it } from "vitest";
import type { Properties } from "../../../sandbox/providers/provider.ts";
import { as, configured, database, Driven, provider, sql, suite } from "./harness.ts";

const { create, fresh, paths } = suite();

describe("Grant", () => {
  async function scene(): Promise<{ role: string; schema: string }> {
    const role = (await create("role", { name: fresh("app"), login: true, password: "p" })).id;
    const schema = String((await create("schema", { name: fresh("g"), dropCascade: true })).state.name);
    await sql(`CREATE TABLE "${schema}".a (x int, y int); CREATE TABLE "${schema}".b (x int);
      CREATE SEQUENCE "${schema}".q; CREATE FUNCTION "${schema}".f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    return { role, schema };
  }

  it("on a schema and its tables lets in, a shorter list takes away, a revoke is drift, deletion shuts", async () => {
    const { role, schema } = await scene();
    await create("grant", { role, database, schema, objectType: "schema", privileges: ["USAGE"] });
    const all = { role, database, schema, objectType: "table", privileges: ["SELECT", "INSERT"] };
    const grant = await create("grant", all);
    expect(grant.id).toBe(`${role}_${database}_${schema}_table`);
    const insert = `INSERT INTO "${schema}".a VALUES (1)`;
    const select = `SELECT count(*)::int AS rows FROM "${schema}".a`;
    await as(role, "p", insert);
    await grant.refresh();
    expect(await paths(grant, all)).toEqual([]);
    const less = { ...all, privileges: ["SELECT"] };
    await grant.update(less);
    await expect(as(role, "p", insert)).rejects.toThrow(/permission denied/u);
    expect(await as(role, "p", select)).toEqual([{ rows: 1 }]);
    await sql(`REVOKE SELECT ON "${schema}".b FROM "${role}"`);
    await grant.refresh();
    expect(grant.state.privileges).toEqual([]);
    expect(await paths(grant, less)).toEqual(["privileges"]);
    await grant.update(less);
    await grant.refresh();
    expect(await paths(grant, less)).toEqual([]);
    await grant.delete();
    await expect(as(role, "p", select)).rejects.toThrow(/permission denied/u);
  });

  const kinds: readonly (readonly [string, Properties])[] = [
    ["ALL on tables", { objectType: "table", privileges: ["ALL"] }],
    ["one table", { objectType: "table", objects: ["a"], privileges: ["SELECT"], withGrantOption: true }],
    ["sequences", { objectType: "sequence", privileges: ["USAGE", "SELECT"] }],
    ["a function", { objectType: "function", objects: ["f"], privileges: ["EXECUTE"] }],
    ["a column", { objectType: "column", objects: ["a"], columns: ["x", "y"], privileges: ["UPDATE"] }],
    ["nothing", { objectType: "table", privileges: [] }],
  ];
  it.each(kinds)("of %s is found again unchanged", async (_, kind) => {
    const news = { database, ...await scene(), ...kind };
    const grant = await create("grant", news);
    await grant.refresh();
    expect(await paths(grant, news)).toEqual([]);
    await grant.delete();
  });

  it("on a named table takes away what the shorter list leaves out, and no more", async () => {
    const { role, schema } = await scene();
    const news = { role, database, schema, objectType: "table", objects: ["a"], privileges: ["SELECT", "INSERT"] };
    const grant = await create("grant", news);
    await create("grant", { ...news, objectType: "column", columns: ["x"], privileges: ["UPDATE"] });
    await grant.update({ ...news, privileges: ["SELECT"] });
    expect(grant.state.privileges).toEqual(["SELECT"]);
    expect(await sql(`SELECT has_table_privilege('${role}', '"${schema}".a', 'INSERT') AS insert,
      has_table_privilege('${role}', '"${schema}".a', 'SELECT') AS select,
      has_column_privilege('${role}', '"${schema}".a', 'x', 'UPDATE') AS update`))
      .toEqual([{ insert: false, select: true, update: true }]);
  });

  it("of a column shows a column that lost it", async () => {
    const kind = { objectType: "column", objects: ["a"], columns: ["x", "y"], privileges: ["UPDATE"] };
    const news = { database, ...await scene(), ...kind };
    const grant = await create("grant", news);
    await sql(`REVOKE UPDATE (y) ON "${news.schema}".a FROM "${news.role}"`);
    await grant.refresh();
    expect(grant.state.columns).toEqual(["x"]);
    expect(await grant.diff(news)).toMatchObject({
      changes: [{ path: "columns", replace: true }], deleteBeforeReplace: true,
    });
  });

  it("to public reaches everybody, and an empty list takes it from everybody", async () => {
    const { role, schema } = await scene();
    const may = `SELECT has_schema_privilege('${role}', '${schema}', 'USAGE') AS may`;
    const news = { role: "public", database, schema, objectType: "schema", privileges: ["USAGE"] };
    const grant = await create("grant", news);
    expect(await sql(may)).toEqual([{ may: true }]);
    await grant.refresh();
    expect(await paths(grant, news)).toEqual([]);
    await grant.update({ ...news, privileges: [] });
    expect(await sql(may)).toEqual([{ may: false }]);
  });

  it("is gone with its role or schema, and fails by name without them", async () => {
    const { role, schema } = await scene();
    const news = { role, database, schema, objectType: "schema", privileges: ["USAGE"] };
    const grant = await create("grant", news);
    await sql(`DROP SCHEMA "${schema}" CASCADE`);
    expect(await grant.peek()).toBeUndefined();
    await expect(new Driven("grant", provider).create(news)).rejects.toThrow(
      `could not create grant of USAGE on schema "${schema}" to role "${role}": schema "${schema}" does not exist`);
  });

  it("many at once on one schema all succeed", async () => {
    const { schema } = await scene();
    const roles = await Promise.all(Array.from({ length: 12 }, () => create("role", { name: fresh("many") })));
    const others = await configured();
    await Promise.all(roles.map(({ id: role }, index) => create("grant",
      { role, database, schema, objectType: "schema", privileges: ["USAGE"] }, index % 2 === 0 ? provider : others)));
    const [row] = await sql<{ count: number }>(
      `SELECT count(*)::int FROM pg_namespace, aclexplode(nspacl) a
        WHERE nspname = '${schema}' AND a.grantee::regrole::text ~ 'many'`);
    expect(row?.count).toBe(12);
  });
});

describe("DefaultPrivileges", () => {
  it("reach objects made later, go when revoked behind the back, and are taken away", async () => {
    const owner = (await create("role", { name: fresh("owner") })).id;
    const role = (await create("role", { name: fresh("reader") })).id;
    const schema = String((await create("schema", { name: fresh("d"), owner, dropCascade: true })).state.name);
    const news = { role, owner, database, schema, objectType: "table", privileges: ["SELECT", "INSERT"] };
    const defaults = await create("defaults", news);
    expect(defaults.id).toBe(`${role}_${database}_${schema}_${owner}_table`);
    const table = (name: string): string => `SET ROLE "${owner}"; CREATE TABLE "${schema}".${name} ()`;
    const may = (name: string): string =>
      `SELECT has_table_privilege('${role}', '"${schema}".${name}', 'SELECT') AS may`;
    await sql(table("one"));
    expect(await sql(may("one"))).toEqual([{ may: true }]);
    await defaults.update({ ...news, privileges: ["INSERT"] });
    await sql(table("two"));
    expect(await sql(may("two"))).toEqual([{ may: false }]);
    await sql(`ALTER DEFAULT PRIVILEGES FOR ROLE "${owner}" IN SCHEMA "${schema}" GRANT DELETE ON TABLES TO "${role}"`);
    await defaults.refresh();
    expect(await paths(defaults, { ...news, privileges: ["INSERT"] })).toEqual(["privileges"]);
    await defaults.delete();
    expect(await defaults.peek()).toBeUndefined();
  });

  it("of public on functions are taken away by an empty list", async () => {
    const owner = (await create("role", { name: fresh("owner") })).id;
    const role = (await create("role", { name: fresh("reader") })).id;
    const schema = String((await create("schema", { name: fresh("d"), owner, dropCascade: true })).state.name);
    const news = { role: "public", owner, database, objectType: "function", privileges: [] };
    const defaults = await create("defaults", news);
    expect(defaults.id).toBe(`public_${database}_noschema_${owner}_function`);
    await sql(`SET ROLE "${owner}"; CREATE FUNCTION "${schema}".f() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    expect(await sql(`SELECT has_function_privilege('${role}', '"${schema}".f()', 'EXECUTE') AS may`))
      .toEqual([{ may: false }]);
    await defaults.refresh();
    expect(await paths(defaults, news)).toEqual([]);
  });
});

describe("GrantRole", () => {
  it("makes a member, shows its loss and its admin option, and ends", async () => {
    const role = (await create("role", { name: fresh("member") })).id;
    const granted = (await create("role", { name: fresh("group") })).id;
    const news = { role, grantRole: granted, withAdminOption: true };
    const grant = await create("grantRole", news);
    expect(grant.id).toBe(`${role}_${granted}_true`);
    expect(grant.state).toEqual(news);
    await sql(`REVOKE ADMIN OPTION FOR "${granted}" FROM "${role}"`);
    await grant.refresh();
    expect(await paths(grant, news)).toEqual(["withAdminOption"]);
    await grant.delete();
    expect(await grant.peek()).toBeUndefined();
  });
});

it("a Role and a GrantRole fight over the memberships, unless the Role ignores them", async () => {
  const group = (await create("role", { name: fresh("group") })).id;
  const role = await create("role", { name: fresh("member") });
  const member = await create("grantRole", { role: role.id, grantRole: group });
  await role.refresh();
  expect(await paths(role, { name: role.id })).toEqual(["roles"]);
  expect((await role.diff({ name: role.id }, ["roles"])).changes).toEqual([]);
  await role.update({ name: role.id, connectionLimit: 2 }, false, ["roles"]);
  expect(await member.peek()).toBeDefined();
  await role.update({ name: role.id, connectionLimit: 3 });
  expect(await member.peek()).toBeUndefined();
});

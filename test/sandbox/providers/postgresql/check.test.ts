import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../../sandbox/providers/provider.ts";
import type { Kind } from "./support.ts";
import { check, faults, offline } from "./support.ts";

const GRANT = { role: "r", database: "d", schema: "s", objectType: "table", privileges: ["SELECT"] };
const COLUMN = { ...GRANT, objectType: "column", objects: ["t"], columns: ["c"] };
const DEFAULTS = { role: "r", database: "d", owner: "o", schema: "s", objectType: "table", privileges: ["SELECT"] };

describe("inputs that are accepted", () => {
  const accepted: readonly (readonly [Kind, Record<string, unknown>])[] = [
    ["role", { name: "r", login: true, password: "a'b\\c", roles: ["x"], searchPaths: ["a", "$user"] }],
    ["role", { name: "n".repeat(63) }],
    ["role", { name: "é".repeat(31) }],
    ["schema", { name: "s", owner: "o", database: "d", ifNotExists: false, dropCascade: true }],
    ["database", { name: "d", template: "DEFAULT", encoding: "UTF8", isTemplate: true }],
    ["grant", GRANT],
    ["grant", COLUMN],
    ["grant", { ...GRANT, schema: undefined, objectType: "database", privileges: ["CONNECT"] }],
    ["grant", { ...GRANT, objectType: "function", objects: ["f(integer, text[])"], privileges: ["ALL"] }],
    ["grant", { ...GRANT, role: "public", privileges: [] }],
    ["grant", { ...GRANT, objectType: UNKNOWN, schema: UNKNOWN, privileges: UNKNOWN, role: UNKNOWN }],
    ["grantRole", { role: "a", grantRole: "b", withAdminOption: true }],
    ["defaults", DEFAULTS],
    ["defaults", { ...DEFAULTS, schema: undefined, objectType: "schema", privileges: ["USAGE"] }],
    ["defaults", { ...DEFAULTS, role: "public", objectType: "function", privileges: [] }],
    ["extension", { name: "hstore", schema: "s", version: "1.8", createCascade: true }],
  ];
  it.each(accepted)("%s %j", async (kind, news) => {
    expect(await faults(kind, news)).toEqual([]);
  });
});

describe("inputs that are refused, each by its property", () => {
  const refused: readonly (readonly [Kind, Record<string, unknown>, RegExp])[] = [
    ["role", { name: "r", logn: true }, /^logn: .*has no property "logn"; it has: assumeRole, bypass/u],
    ["role", { name: "r", passwordWo: "x" }, /^passwordWo: the sandbox does not build "passwordWo"/u],
    ["role", { name: "n".repeat(64) }, /^name: "n+" has 64 bytes; PostgreSQL keeps 63/u],
    ["role", { name: "é".repeat(32) }, /^name: "é+" has 64 bytes/u],
    ["role", { name: "a\0b" }, /^name: must not contain a NUL/u],
    ["role", { name: "r", login: "yes" }, /^login: must be true or false/u],
    ["role", { name: "r", encryptedPassword: false }, /^encryptedPassword: must be true/u],
    ["role", { name: "r", connectionLimit: -2 }, /^connectionLimit: must be -1/u],
    ["role", { name: "r", searchPaths: ["a, b"] }, /^searchPaths: at 0: must not contain ", "/u],
    ["schema", { name: "s", policies: [] }, /^policies: .*use a Grant/u],
    ["database", { name: "d", encodng: "UTF8" }, /^encodng: .*no property/u],
    ["grant", { ...GRANT, objectType: "view" }, /^objectType: must be one of database, function/u],
    ["grant", { ...GRANT, privileges: ["EXECUTE"] }, /^privileges: "EXECUTE" cannot be granted on a table; allowed/u],
    ["grant", { ...GRANT, privileges: ["select"] }, /^privileges: "select" cannot be granted/u],
    ["grant", { ...GRANT, schema: undefined }, /^schema: is required when objectType is "table"/u],
    ["grant", { ...GRANT, role: undefined }, /^role: "role" is required/u],
    ["grant", { ...GRANT, columns: ["c"] }, /^columns: must be empty when objectType is "table"/u],
    ["grant", { ...GRANT, objectType: "schema", objects: ["t"], privileges: ["USAGE"] }, /^objects: must be empty/u],
    ["grant", { ...COLUMN, objects: ["t", "u"] }, /^objects: must hold exactly one table/u],
    ["grant", { ...COLUMN, columns: [] }, /^columns: must not be empty/u],
    ["grant", { ...COLUMN, privileges: ["SELECT", "INSERT"] }, /^privileges: must hold exactly one privilege/u],
    ["grant", { ...GRANT, objectType: "foreign_server", privileges: ["USAGE"] },
      /^objects: must hold exactly one name/u],
    ["grant", { ...GRANT, objectType: "function", objects: ["f(int); DROP TABLE t"], privileges: ["EXECUTE"] },
      /^objects: at 0: must be a name/u],
    ["grantRole", { role: "a" }, /^grantRole: "grantRole" is required/u],
    ["defaults", { ...DEFAULTS, objectType: "schema", privileges: ["USAGE"] }, /^schema: must be absent/u],
    ["defaults", { ...DEFAULTS, role: "public", withGrantOption: true }, /^withGrantOption: must be false/u],
    ["defaults", { ...DEFAULTS, objectType: "database" }, /^objectType: must be one of table, sequence/u],
    ["extension", { name: "hstore", versoin: "1" }, /^versoin: .*no property/u],
  ];
  it.each(refused)("%s %j", async (kind, news, reason) => {
    const found = await faults(kind, news);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(reason);
  });

  it("a password that cannot be hashed here, without showing it", async () => {
    const found = await faults("role", { name: "r", password: "geheim-ü" });
    expect(found).toEqual([expect.stringMatching(/^password: must be of ASCII characters/u)]);
    expect(found.join()).not.toContain("geheim");
  });

  it("a resource type that is not built", async () => {
    const type = "postgresql:index/publication:Publication";
    const call = (await offline()).check({ urn: "u", type, name: "n", olds: {}, news: {} });
    await expect(call).rejects.toThrow(/no resource type "postgresql:index\/publication:Publication"; it has: .*Role/u);
  });
});

describe("defaults", () => {
  it("are the official ones and listed", async () => {
    const { inputs } = await check("role", { name: "r" });
    expect(inputs).toEqual({
      name: "r", login: false, encryptedPassword: true, superuser: false, createDatabase: false, createRole: false,
      inherit: true, replication: false, bypassRowLevelSecurity: false, connectionLimit: -1, validUntil: "infinity",
      skipDropRole: false, skipReassignOwned: false,
      __defaults: ["bypassRowLevelSecurity", "connectionLimit", "createDatabase", "createRole", "encryptedPassword",
        "inherit", "login", "replication", "skipDropRole", "skipReassignOwned", "superuser", "validUntil"],
    });
    expect((await check("schema", { name: "s" })).inputs).toMatchObject({ ifNotExists: true, dropCascade: false });
  });

  it("make up a name once and keep it", async () => {
    const { inputs } = await check("role", {});
    expect(inputs.name).toMatch(/^thing-[0-9a-f]{7}$/u);
    expect((await check("role", {}, inputs)).inputs.name).toBe(inputs.name);
    expect((await check("role", {}, { name: "mine", __defaults: [] })).inputs.name).not.toBe("mine");
  });
});

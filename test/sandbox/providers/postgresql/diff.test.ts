import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../../sandbox/providers/provider.ts";
import type { Kind } from "./support.ts";
import { diff, preview } from "./support.ts";

const ROLE = {
  name: "r", login: true, password: "p", connectionLimit: 5, validUntil: "infinity", encryptedPassword: true,
  inherit: true, roles: [], searchPaths: [], statementTimeout: 0, assumeRole: "",
};
const SCHEMA = { name: "s", owner: "o", database: "d", ifNotExists: true, dropCascade: false, policies: [] };
const GRANT = { role: "r", database: "d", schema: "s", objectType: "table", privileges: ["INSERT", "SELECT"] };
const DEFAULTS = { role: "r", database: "d", owner: "o", schema: "s", objectType: "table", privileges: ["SELECT"] };
const DATABASE = { name: "d", owner: "o", template: "template0", encoding: "UTF8", lcCollate: "C", connectionLimit: -1,
  allowConnections: true, isTemplate: false };
const EXTENSION = { name: "hstore", schema: "public", version: "1.8", database: "d" };

describe("no change", () => {
  const same: readonly (readonly [Kind, Record<string, unknown>, Record<string, unknown>])[] = [
    ["role", ROLE, { name: "r", login: true, password: "p", connectionLimit: 5 }],
    ["schema", SCHEMA, { name: "s" }],
    ["grant", GRANT, { ...GRANT, privileges: ["SELECT", "INSERT", "SELECT"] }],
    ["defaults", DEFAULTS, DEFAULTS],
    ["database", DATABASE, { name: "d" }],
    ["extension", EXTENSION, { name: "hstore" }],
    ["grantRole", { role: "a", grantRole: "b", withAdminOption: false }, { role: "a", grantRole: "b" }],
  ];
  it.each(same)("%s", async (kind, olds, news) => {
    expect(await diff(kind, olds, news)).toEqual({ changes: [], deleteBeforeReplace: false });
  });
});

describe("changes in place", () => {
  const updated: readonly (readonly [Kind, Record<string, unknown>, Record<string, unknown>, string, string])[] = [
    ["role", ROLE, { name: "other", login: true, password: "p", connectionLimit: 5 }, "name", "update"],
    ["role", ROLE, { name: "r", login: true, password: "q", connectionLimit: 5 }, "password", "update"],
    ["role", ROLE, { name: "r", login: true, connectionLimit: 5 }, "password", "delete"],
    ["role", ROLE, { name: "r", login: true, password: "p" }, "connectionLimit", "update"],
    ["role", { ...ROLE, roles: ["x"] }, { name: "r", login: true, password: "p", connectionLimit: 5 },
      "roles", "delete"],
    ["schema", SCHEMA, { name: "s2" }, "name", "update"],
    ["schema", SCHEMA, { name: "s", owner: "other" }, "owner", "update"],
    ["grant", GRANT, { ...GRANT, privileges: ["SELECT"] }, "privileges", "update"],
    ["defaults", DEFAULTS, { ...DEFAULTS, privileges: [] }, "privileges", "update"],
    ["database", DATABASE, { name: "d2" }, "name", "update"],
    ["database", DATABASE, { name: "d", owner: "other" }, "owner", "update"],
    ["extension", EXTENSION, { name: "hstore", version: "1.9" }, "version", "update"],
  ];
  it.each(updated)("%s %#", async (kind, olds, news, path, changeKind) => {
    expect(await diff(kind, olds, news)).toEqual({
      changes: [{ path, kind: changeKind, replace: false }],
      deleteBeforeReplace: false,
    });
  });
});

describe("changes that replace", () => {
  const replaced: readonly (readonly [Kind, Record<string, unknown>, Record<string, unknown>, string, boolean])[] = [
    ["schema", SCHEMA, { name: "s", database: "d2" }, "database", true],
    ["database", DATABASE, { name: "d", template: "t" }, "template", true],
    ["database", DATABASE, { name: "d", encoding: "LATIN1" }, "encoding", true],
    ["database", DATABASE, { name: "d", lcCollate: "POSIX" }, "lcCollate", true],
    ["extension", EXTENSION, { name: "hstore", database: "d2" }, "database", true],
    ["grant", GRANT, { ...GRANT, role: "other" }, "role", true],
    ["grant", GRANT, { ...GRANT, objects: ["t"] }, "objects", true],
    ["grant", GRANT, { ...GRANT, withGrantOption: true }, "withGrantOption", true],
    ["grant", GRANT, { ...GRANT, role: UNKNOWN }, "role", true],
    ["defaults", DEFAULTS, { ...DEFAULTS, owner: "other" }, "owner", false],
    ["defaults", DEFAULTS, { ...DEFAULTS, schema: undefined }, "schema", false],
    ["grantRole", { role: "a", grantRole: "b" }, { role: "a", grantRole: "b", withAdminOption: true },
      "withAdminOption", false],
  ];
  it.each(replaced)("%s %#", async (kind, olds, news, path, first) => {
    const result = await diff(kind, olds, news);
    expect(result.changes.filter(({ replace }) => replace).map((change) => change.path)).toEqual([path]);
    expect(result.deleteBeforeReplace).toBe(first);
  });
});

it("an ignored property is no change, its neighbour is", async () => {
  const news = { name: "r", login: true, password: "q", connectionLimit: 6 };
  const { changes } = await diff("role", ROLE, news, ["password"]);
  expect(changes.map(({ path }) => path)).toEqual(["connectionLimit"]);
});

it("a preview of a creation connects to nothing and leaves what the server chooses unknown", async () => {
  expect(await preview("schema", { name: "s" })).toEqual({
    name: "s", ifNotExists: true, dropCascade: false, owner: UNKNOWN, database: UNKNOWN,
  });
  expect(await preview("schema", { name: "s", owner: "o" })).toMatchObject({ owner: "o", database: UNKNOWN });
});

import { describe, expect, test } from "vitest";
import { tenantDatabaseSpec, type TenantDatabaseOptions } from "../../../components/data/tenantDatabase.ts";
import { tenantOf } from "../../support/tenants.ts";

const options: TenantDatabaseOptions = { database: "privatesales", connectRole: "tenants", protection: "on" };
const spec = tenantDatabaseSpec(tenantOf({ id: "dior-kids", tier: "business" }), options);

test("roles: an owner that never logs in, two logins with the plan's bounds", () => {
  expect(spec.owner).toEqual({ name: "tenant_dior_kids__owner", login: false });
  expect(spec.migration).toEqual({
    name: "tenant_dior_kids__migration",
    login: true,
    roles: ["tenants"],
    searchPaths: ["tenant_dior_kids"],
    connectionLimit: 3,
  });
  expect(spec.app).toEqual({
    name: "tenant_dior_kids__app",
    login: true,
    roles: ["tenants"],
    searchPaths: ["tenant_dior_kids"],
    connectionLimit: 20,
    statementTimeout: 5000,
  });
});

test("the application uses the schema and cannot create in it; migrations can", () => {
  expect(spec.appUsage.privileges).toEqual(["USAGE"]);
  expect(spec.migrationUsage.privileges).toEqual(["CREATE", "USAGE"]);
  expect(spec.schema).toMatchObject({ owner: "tenant_dior_kids__owner", ifNotExists: false });
});

test("what migrations create is the application's to read and write, and nobody's to call", () => {
  const onNew = { database: "privatesales", owner: "tenant_dior_kids__migration" };
  const app = { ...onNew, schema: "tenant_dior_kids", role: "tenant_dior_kids__app" };
  expect(spec.tables).toEqual({ ...app, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] });
  expect(spec.sequences).toEqual({ ...app, objectType: "sequence", privileges: ["SELECT", "UPDATE", "USAGE"] });
  // With a schema, PostgreSQL accepts the statement and changes nothing.
  expect(spec.functions).toEqual({ ...onNew, role: "public", objectType: "function", privileges: [] });
});

describe("states", () => {
  test.each([
    ["active", true],
    ["suspended", true],
    ["archived", false],
  ] as const)("%s: logins %s", (state, login) => {
    const { app, migration } = tenantDatabaseSpec({ ...tenantOf(), state }, options);
    expect([app.login, migration.login]).toEqual([login, login]);
  });

  test.each([
    ["active", "on", false],
    ["archived", "on", false],
    ["active", "off", true],
    ["purged", "on", true],
  ] as const)("%s with protection %s: tables go with the schema: %s", (state, protection, dropCascade) => {
    expect(tenantDatabaseSpec({ ...tenantOf(), state }, { ...options, protection }).schema.dropCascade).toBe(
      dropCascade,
    );
  });
});

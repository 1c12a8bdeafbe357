import { describe, expect, test } from "vitest";
import { recordTenant } from "../../support/platform.ts";
import { only, type Recorded } from "../../support/record.ts";
import { tenantOf } from "../../support/tenants.ts";

/** Whether `later` is made after `earlier`, at once or by way of others. */
function waits(resources: readonly Recorded[], later: string, earlier: string): boolean {
  const direct = resources.find(({ name }) => name === later)?.dependsOn ?? [];
  return direct.includes(earlier) || direct.some((name) => waits(resources, name, earlier));
}

const ofType = (resources: readonly Recorded[], type: RegExp): readonly string[] =>
  resources.filter((resource) => type.test(resource.type)).map(({ name }) => name);

describe("the order in which the database is made", () => {
  test("of any two grants on the schema one waits for the other, since the server refuses two at once", async () => {
    const resources = await recordTenant(tenantOf());
    const grants = ofType(resources, /:Grant$/);
    expect(grants.toSorted()).toEqual(["dior-database-app-usage", "dior-database-migration-usage"]);
    const pairs = grants.flatMap((one, at) => grants.slice(at + 1).map((other) => [one, other] as const));
    for (const [one, other] of pairs) {
      expect([waits(resources, one, other), waits(resources, other, one)].filter(Boolean)).toHaveLength(1);
    }
  });

  test("the owner before the schema, the schema before what is granted on it, the grants before the default privileges", async () => {
    const resources = await recordTenant(tenantOf());
    expect(waits(resources, "dior-database-schema", "dior-database-owner")).toBe(true);
    const privileges = ofType(resources, /:DefaultPrivileges$/);
    expect(privileges).toHaveLength(3);
    for (const name of [...ofType(resources, /:Grant$/), ...privileges]) expect(waits(resources, name, "dior-database-schema")).toBe(true);
    for (const name of privileges) {
      for (const earlier of ["app-usage", "migration-usage", "migration", "app"]) {
        expect(waits(resources, name, `dior-database-${earlier}`)).toBe(true);
      }
    }
  });

  test("all of it before the migration, and none of it waits for the workloads", async () => {
    const resources = await recordTenant(tenantOf());
    const data = ofType(resources, /^postgresql:/);
    expect(data).toHaveLength(9);
    const before = ["schema", "app-usage", "migration-usage", "tables", "sequences", "functions"].map((part) => `dior-database-${part}`);
    for (const name of before) expect(waits(resources, "dior-migrate", name)).toBe(true);
    for (const name of data) {
      expect(waits(resources, name, "dior-namespace")).toBe(true);
      expect(waits(resources, name, "dior-api-deployment")).toBe(false);
    }
  });

  test("the verification waits for workloads, hosts and migration", async () => {
    const resources = await recordTenant(tenantOf());
    for (const part of ["storefront-deployment", "api-deployment", "routes", "rate-limit", "migrate"]) {
      expect(waits(resources, "dior-verify", `dior-${part}`)).toBe(true);
    }
  });
});

describe("data", () => {
  const kept = (resources: readonly Recorded[]): readonly string[] =>
    resources.filter(({ protect, retainOnDelete }) => protect && retainOnDelete).map(({ name }) => name).toSorted();

  test("is protected, and kept when its entry disappears, with protection on", async () => {
    expect(kept(await recordTenant(tenantOf(), { protection: "on" }))).toEqual(
      ["app", "migration", "owner", "schema"].map((part) => `dior-database-${part}`),
    );
  });

  test("is neither with protection off", async () => {
    const resources = await recordTenant(tenantOf());
    expect(resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
    expect(only(resources, "Schema").inputs).toMatchObject({ name: "tenant_dior" });
  });
});

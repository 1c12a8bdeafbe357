import { describe, expect, test } from "vitest";
import { deployedIn, tombstones } from "../../stacks/lastRun.ts";
import { tenantsOf } from "../support/tenants.ts";

const urn = (type: string, name: string): string => `urn:pulumi:prod::privatesales::${type}::${name}`;
const TENANT = "privatesales:tenant:TenantEnvironment";
const STACK = { [urn("pulumi:pulumi:Stack", "privatesales-prod")]: { type: "pulumi:pulumi:Stack", outputs: {} } };
const tenant = (id: string, outputs: object): object => ({ [urn(TENANT, id)]: { type: TENANT, outputs } });

describe("what a stack has of its tenants", () => {
  test("is nothing before its first run", () => {
    expect(deployedIn({})).toEqual([]);
    expect(deployedIn(STACK)).toEqual([]);
  });

  test("is every environment in its state, with the state that it was declared in", () => {
    const state = { ...STACK, ...tenant("dior", { namespace: "tenant-dior", state: "active" }), ...tenant("gucci", { state: "archived" }) };
    expect(deployedIn(state)).toEqual([{ id: "dior", state: "active" }, { id: "gucci", state: "archived" }]);
  });

  test("is one without a state where a run did not come so far", () => {
    expect(deployedIn(tenant("dior", {}))).toEqual([{ id: "dior", state: undefined }]);
    expect(deployedIn(tenant("dior", { state: "sleeping" }))).toEqual([{ id: "dior", state: undefined }]);
  });

  test("is no child of a tenant, whatever its name", () => {
    const child = { [urn(`${TENANT}$kubernetes:core/v1:Namespace`, "dior-namespace")]: { type: "kubernetes:core/v1:Namespace", outputs: { state: "active" } } };
    expect(deployedIn(child)).toEqual([]);
  });

  test("is a tombstone where a purge has left nothing else", () => {
    const stack = { [urn("pulumi:pulumi:Stack", "privatesales-prod")]: { type: "pulumi:pulumi:Stack", outputs: { tombstones: ["gucci", "dior"] } } };
    expect(deployedIn({ ...stack, ...tenant("dior", { state: "archived" }) })).toEqual([{ id: "dior", state: "archived" }, { id: "gucci", state: "purged" }]);
  });

  test("is an error when the state is of an unknown shape, not an empty list", () => {
    expect(() => deployedIn("nothing")).toThrow();
    expect(() => deployedIn({ [urn(TENANT, "dior")]: { outputs: {} } })).toThrow();
  });
});

test("tombstones are the purged tenants", () => {
  const purge = { dump: "a".repeat(64), confirm: "gucci" };
  const tenants = tenantsOf({ id: "dior" }, { id: "gucci", state: "purged", purge }, { id: "hermes", state: "archived" });
  expect(tombstones(tenants)).toEqual(["gucci"]);
});

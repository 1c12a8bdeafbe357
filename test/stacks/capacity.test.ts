import { expect, test } from "vitest";
import { assertCapacity } from "../../stacks/capacity.ts";
import { ConfigError, parseConfig } from "../../stacks/config.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import { configOf } from "../support/program.ts";
import { tenantOf } from "../support/tenants.ts";

const LOCAL = parseConfig(configOf("local"), "local");

/** A starter is eight connections of the pooler and three beside it; the local server has 187 for both. */
const shops = (count: number, state: Tenant["state"] = "active"): readonly Tenant[] => Array.from({ length: count }, (_, index) => tenantOf({ id: `shop${index}`, tier: "starter", state }));

test("as many tenants as the server has connections for", () => {
  expect(() => { assertCapacity(LOCAL, shops(17)); }).not.toThrow();
});

test("one too many is refused with the sum, what is allowed, and what to do", () => {
  const refused = (): void => { assertCapacity(LOCAL, shops(18)); };
  expect(refused).toThrow(ConfigError);
  expect(refused).toThrow(/the pools of 18 tenants come to 144 server connections; allowed are 133; .*raise the server's max_connections \(database\.maxConnections/);
});

test("an archived tenant has no pool", () => {
  expect(() => { assertCapacity(LOCAL, [...shops(17), ...shops(3, "archived").map((tenant, index) => ({ ...tenant, id: `old${index}` }))]); }).not.toThrow();
});

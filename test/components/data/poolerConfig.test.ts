import { describe, expect, test } from "vitest";
import {
  poolerConfig,
  poolerFaults,
  poolerUserList,
  poolSizePerPod,
  type PoolerOptions,
} from "../../../components/data/poolerConfig.ts";
import { tenantOf, tenantsOf } from "../../support/tenants.ts";

// Pools by tier: starter 8, business 16, enterprise 32.
const tenants = tenantsOf(
  { id: "dior", tier: "enterprise" },
  { id: "gucci", tier: "starter", contacts: ["ops@gucci.com"] },
);
const options: PoolerOptions = {
  database: { host: "db.test", port: 5432, name: "privatesales", tls: "require" },
  tenants,
  replicas: 2,
  serverConnections: 40,
};

describe("the sum over all pods", () => {
  test.each([
    { serverConnections: 40, replicas: 2, fits: true },
    { serverConnections: 39, replicas: 2, fits: false },
    // 3 pods: 10 + 2 each, 36 together.
    { serverConnections: 36, replicas: 3, fits: true },
    { serverConnections: 35, replicas: 3, fits: false },
  ])("$serverConnections connections for $replicas pods: fits $fits", ({ serverConnections, replicas, fits }) => {
    expect(poolerFaults({ ...options, serverConnections, replicas }).length === 0).toBe(fits);
  });

  test("a sum that does not fit is named, with the limit, the largest and the way out", () => {
    expect(() => poolerConfig({ ...options, serverConnections: 39 })).toThrow(
      "the pools of 2 tenants come to 40 server connections; allowed are 39; the largest: dior 32, gucci 8; " +
        "lower the plans' poolSize, or raise the server's max_connections (database.maxConnections in the stack's file)",
    );
  });

  test("a pool that cannot be split is named beside it", () => {
    const faults = poolerFaults({ ...options, replicas: 9, serverConnections: 26 });
    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain("tenant gucci: a pool of 8 connections cannot be split over 9 pooler pods");
    expect(faults[1]).toContain("27 server connections; allowed are 26");
  });

  test("archived tenants count for nothing, suspended ones do", () => {
    const [dior] = tenants;
    if (dior === undefined) throw new Error("no tenant");
    const sum = (state: "suspended" | "archived"): number =>
      poolerFaults({ ...options, tenants: [{ ...dior, state }], serverConnections: 31 }).length;
    expect([sum("suspended"), sum("archived")]).toEqual([1, 0]);
  });
});

describe("the file", () => {
  const lines = poolerConfig(options).split("\n");

  test("gives each tenant a pool of its own, divided by the pods", () => {
    expect(lines).toContain("tenant_dior__app = pool_size=16 max_user_connections=16 max_user_client_connections=2000");
    expect(lines).toContain("tenant_gucci__app = pool_size=4 max_user_connections=4 max_user_client_connections=100");
    expect(poolSizePerPod(tenantOf({ tier: "starter" }), 3)).toBe(2);
  });

  test("pools by transaction, checks passwords, and speaks TLS to the server as asked", () => {
    expect(lines).toEqual(
      expect.arrayContaining([
        "pool_mode = transaction",
        "auth_type = scram-sha-256",
        "server_tls_sslmode = require",
        "max_db_connections = 20",
      ]),
    );
    expect(lines.filter((line) => line.startsWith("server_tls_ca_file"))).toEqual([]);
    const verified = poolerConfig({ ...options, database: { ...options.database, tls: "verify-full" } });
    expect(verified).toContain("server_tls_ca_file = /etc/pgbouncer-ca/ca.crt");
  });

  test("does not depend on the order of the tenants", () => {
    expect(poolerConfig({ ...options, tenants: tenants.toReversed() })).toBe(poolerConfig(options));
  });
});

test("the user list is quoted and sorted", () => {
  expect(poolerUserList({ b: 'x"y', a: "z" })).toBe('"a" "z"\n"b" "x""y"\n');
});

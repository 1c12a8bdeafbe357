import { createHmac } from "node:crypto";
import { DatabaseError } from "pg";
import { describe, expect, it } from "vitest";
import { failure, isTransient } from "../../../../sandbox/providers/postgresql/failure.ts";
import type { GrantTarget } from "../../../../sandbox/providers/postgresql/grantSql.ts";
import { grantId, grantStatement, revokeStatement } from "../../../../sandbox/providers/postgresql/grantSql.ts";
import { Queue } from "../../../../sandbox/providers/postgresql/queue.ts";
import { parsedSearchPath, roleSetting } from "../../../../sandbox/providers/postgresql/roleState.ts";
import { isVerifier, scramVerifier } from "../../../../sandbox/providers/postgresql/scram.ts";
import { offline, TYPES } from "./support.ts";

const TARGET: GrantTarget = {
  role: "app", database: "shop", schema: "tenant", objectType: "table", objects: [], columns: [],
  privileges: ["SELECT", "INSERT"], withGrantOption: false,
};

describe("GRANT and REVOKE", () => {
  const cases: readonly (readonly [Partial<GrantTarget>, string, string])[] = [
    [{}, `GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA "tenant" TO "app"`,
      `REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA "tenant" FROM "app"`],
    [{ objects: ["a", "B\"b"] }, `GRANT SELECT, INSERT ON TABLE "tenant"."a", "tenant"."B""b" TO "app"`,
      `REVOKE SELECT, INSERT ON TABLE "tenant"."a", "tenant"."B""b" FROM "app"`],
    [{ objectType: "schema", privileges: ["USAGE"], withGrantOption: true },
      `GRANT USAGE ON SCHEMA "tenant" TO "app" WITH GRANT OPTION`,
      `REVOKE ALL PRIVILEGES ON SCHEMA "tenant" FROM "app"`],
    [{ objectType: "database", schema: "", privileges: ["CONNECT"], role: "public" },
      `GRANT CONNECT ON DATABASE "shop" TO "public"`, `REVOKE ALL PRIVILEGES ON DATABASE "shop" FROM "public"`],
    [{ objectType: "column", objects: ["t"], columns: ["x", "y"], privileges: ["UPDATE"] },
      `GRANT UPDATE ("x", "y") ON TABLE "tenant"."t" TO "app"`,
      `REVOKE UPDATE ("x", "y") ON TABLE "tenant"."t" FROM "app"`],
    [{ objectType: "function", objects: ["f(integer, text)"], privileges: ["EXECUTE"] },
      `GRANT EXECUTE ON FUNCTION "tenant"."f"(integer, text) TO "app"`,
      `REVOKE EXECUTE ON FUNCTION "tenant"."f"(integer, text) FROM "app"`],
    [{ objectType: "foreign_server", schema: "", objects: ["far"], privileges: ["USAGE"] },
      `GRANT USAGE ON FOREIGN SERVER "far" TO "app"`, `REVOKE ALL PRIVILEGES ON FOREIGN SERVER "far" FROM "app"`],
  ];
  it.each(cases)("%j", (change, grant, revoke) => {
    expect(grantStatement({ ...TARGET, ...change })).toBe(grant);
    expect(revokeStatement({ ...TARGET, ...change })).toBe(revoke);
  });

  it("an empty list only revokes", () => {
    expect(grantStatement({ ...TARGET, privileges: [] })).toBeUndefined();
    expect(revokeStatement({ ...TARGET, privileges: [] })).toMatch(/^REVOKE ALL/u);
  });

  it("ids are the official ones", () => {
    expect(grantId(TARGET)).toBe("app_shop_tenant_table");
    expect(grantId({ ...TARGET, objectType: "database", schema: "" })).toBe("app_shop_database");
    expect(grantId({ ...TARGET, objects: ["b", "a"], columns: ["c"] })).toBe("app_shop_tenant_table_a_b_c");
  });
});

describe("passwords", () => {
  it("become the verifier of RFC 7677's example", async () => {
    const verifier = await scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"));
    expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$/u);
    const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
    const serverKey = Buffer.from(verifier.split(":").at(-1) ?? "", "base64");
    const signature = createHmac("sha256", serverKey).update(message).digest("base64");
    expect(signature).toBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  });

  it("are salted anew each time", async () => {
    expect(await scramVerifier("x")).not.toBe(await scramVerifier("x"));
  });

  it("that are verifiers already are known", async () => {
    expect(isVerifier(await scramVerifier("x"))).toBe(true);
    expect(isVerifier(`md5${"0".repeat(32)}`)).toBe(true);
    expect(isVerifier("SCRAM-SHA-256")).toBe(false);
    expect(isVerifier("md5x")).toBe(false);
  });
});

describe("failures", () => {
  const raised = new DatabaseError("role \"a\" already exists for hunter2", 1, "error");
  raised.code = "42710";
  raised.detail = "hunter2 again";

  it("say what, why and SQLSTATE, without secrets and stack", () => {
    const { message } = failure("create role \"a\"", raised, ["hunter2", ""]);
    expect(message).toBe(
      "could not create role \"a\": role \"a\" already exists for [hidden] (SQLSTATE 42710); [hidden] again");
  });

  it("are tried again only when another session was the cause", () => {
    const concurrent = new DatabaseError("tuple concurrently updated", 1, "error");
    concurrent.code = "XX000";
    const internal = new DatabaseError("cache lookup failed", 1, "error");
    internal.code = "XX000";
    expect([concurrent, internal, raised, new Error("x")].map(isTransient)).toEqual([true, false, false, false]);
  });

  it("name the object when the server is away, and hide the password", async () => {
    const provider = await offline();
    const request = { urn: "u", type: TYPES.role, name: "n", preview: false, timeout: 0 };
    const call = provider.create({ ...request, inputs: { name: "dior", password: "role-secret" } });
    await expect(call).rejects.toThrow(/^could not create role "dior": connect ECONNREFUSED 127\.0\.0\.1:1$/u);
  });

  it("refuse a server that is not on this machine", async () => {
    const { postgresql } = await import("../../../../sandbox/providers/postgresql/index.ts");
    const provider = await postgresql.configure({ host: "db.example.com" });
    const call = provider.create({
      urn: "u", type: TYPES.role, name: "n", preview: false, timeout: 0, inputs: { name: "dior" },
    });
    await expect(call).rejects.toThrow(/"dior": the sandbox connects to PostgreSQL on the loopback address only/u);
  });
});

describe("settings of a role", () => {
  it("are found by their whole name", () => {
    const config = ["role=app", "search_path=\"$user\", tenant, \"a\"\"b\"", "statement_timeout=5000"];
    expect(roleSetting(config, "role")).toBe("app");
    expect(roleSetting(config, "statement")).toBeUndefined();
    expect(parsedSearchPath(roleSetting(config, "search_path"))).toEqual(["$user", "tenant", "a\"b"]);
    expect(parsedSearchPath(undefined)).toEqual([]);
  });
});

it("a queue runs one job at a time, in order, and survives a failure", async () => {
  const queue = new Queue();
  const seen: string[] = [];
  const job = (name: string, milliseconds: number) => async (): Promise<void> => {
    seen.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    seen.push(`${name} ends`);
    if (name === "a") throw new Error("a failed");
  };
  const results = await Promise.allSettled([queue.run(job("a", 20)), queue.run(job("b", 1))]);
  expect(seen).toEqual(["a starts", "a ends", "b starts", "b ends"]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
});

import { describe, expect, test } from "vitest";
import { serverOf } from "../../sandbox/environment.ts";
import { serverAccount } from "../../sandbox/postgres/account.ts";
import { clientEnvironment, initdbArgs, postgresArgs } from "../../sandbox/postgres/arguments.ts";
import { exampleEnvironment } from "./support.ts";

const env = exampleEnvironment();

describe("the server", () => {
  const args = postgresArgs(env);

  test("listens on loopback only, has no socket file, and logs every statement", () => {
    expect(args).toContain("listen_addresses=127.0.0.1");
    expect(args).toContain("unix_socket_directories=");
    expect(args).toContain("port=20004");
    expect(args).toContain("log_statement=all");
  });

  test("is found again by its data folder", () => {
    expect(args.slice(0, 2)).toEqual(["-D", serverOf(env, "postgres").marker]);
  });

  test("asks everybody for a password", () => {
    expect(initdbArgs("/data/postgres", "/data/password")).toContain("--auth=scram-sha-256");
    expect(initdbArgs("/data/postgres", "/data/password")).toContain("--pwfile=/data/password");
  });
});

test("a client gets address, user and database, and the password in no argument", () => {
  expect(clientEnvironment(env, "secret")).toMatchObject({
    PGHOST: "127.0.0.1",
    PGPORT: "20004",
    PGUSER: "postgres",
    PGPASSWORD: "secret",
    PGDATABASE: "privatesales",
  });
});

describe("the account that it runs as", () => {
  test("is the caller's own for an ordinary user", async () => {
    expect(await serverAccount(1000)).toEqual({});
  });

  test("is never root's", async () => {
    const account = await serverAccount(0);
    expect(account.uid).toBeGreaterThan(0);
    expect(account.gid).toBeGreaterThan(0);
  });
});

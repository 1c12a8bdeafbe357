import { describe, expect, it } from "vitest";
import { checkConfig, diffConfig, parseConfig } from "../../../../sandbox/providers/postgresql/config.ts";
import { UNKNOWN } from "../../../../sandbox/providers/provider.ts";

describe("arguments of the postgresql provider", () => {
  it("have the official defaults", () => {
    expect(parseConfig({})).toEqual({
      host: "localhost", port: 5432, user: "postgres", password: "", database: "postgres", sslmode: "require",
      sslrootcert: undefined, databaseUsername: "postgres", superuser: true, connectTimeout: 180, maxConnections: 20,
    });
  });

  it("come as JSON text or as values", () => {
    const text = parseConfig({ port: "5433", superuser: "false", connectTimeout: "7", maxConnections: "0" });
    const values = parseConfig({ port: 5433, superuser: false, connectTimeout: 7, maxConnections: 0 });
    expect(text).toEqual(values);
    expect(text).toMatchObject({ port: 5433, superuser: false, connectTimeout: 7, maxConnections: 0 });
  });

  it("keep a password of digits as text", () => {
    expect(parseConfig({ password: "12345" }).password).toBe("12345");
  });

  it("ignore what the engine adds", () => {
    expect(checkConfig({ version: "3.18.1", pluginDownloadURL: "x", __internal: {}, __defaults: [] })).toEqual([]);
  });

  it("may be unknown in a preview", () => {
    expect(parseConfig({ host: UNKNOWN, port: UNKNOWN, password: UNKNOWN })).toMatchObject({
      host: "localhost", port: 5432, password: "",
    });
  });

  it.each([
    [{ prot: 1 }, "prot", /no argument "prot"; it has: host, port/u],
    [{ awsRdsIamAuth: "true" }, "awsRdsIamAuth", /does not build "awsRdsIamAuth": it needs AWS/u],
    [{ clientcert: "{}" }, "clientcert", /does not build "clientcert"/u],
    [{ port: "many" }, "port", /a whole number from 1 to 65535/u],
    [{ port: "70000" }, "port", /a whole number from 1 to 65535/u],
    [{ superuser: "maybe" }, "superuser", /true or false/u],
    [{ sslmode: "prefer" }, "sslmode", /one of disable, require, verify-ca, verify-full/u],
  ])("are refused by name: %j", (news, property, reason) => {
    expect(checkConfig(news)).toEqual([{ property, reason: expect.stringMatching(reason) as unknown }]);
    expect(() => parseConfig(news)).toThrow(reason);
  });

  it("never replace the provider", () => {
    const olds = { host: "a", port: "1", __internal: 1 };
    const { changes } = diffConfig(olds, { host: "b", username: "u", __internal: 2 });
    expect(changes).toEqual([
      { path: "host", kind: "update", replace: false },
      { path: "port", kind: "delete", replace: false },
      { path: "username", kind: "add", replace: false },
    ]);
    expect(diffConfig({ host: "a" }, { host: "a" }).changes).toEqual([]);
  });
});

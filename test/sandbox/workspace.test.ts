import { describe, expect, test } from "vitest";
import { parseConfig } from "../../stacks/config.ts";
import { STACKS } from "../../sandbox/arguments.ts";
import { changed, flatConfig, mergeConfig } from "../../sandbox/workspace.ts";

describe("the overlay", () => {
  const base = { config: { "privatesales:domain": "shops.test", "privatesales:charts": "managed" } };

  test("lays the sandbox's values over the stack's, and keeps all others", () => {
    expect(mergeConfig(base, { "privatesales:charts": "external" }, undefined)).toEqual({
      config: { "privatesales:domain": "shops.test", "privatesales:charts": "external" },
    });
  });

  test("keeps what the engine encrypted in an earlier run, and nothing else of it", () => {
    const kept = { encryptionsalt: "v1:salt", config: { "privatesales:databasePassword": { secure: "v1:x" }, "privatesales:domain": "old.test" } };
    expect(mergeConfig(base, {}, kept)).toEqual({
      encryptionsalt: "v1:salt",
      config: { ...base.config, "privatesales:databasePassword": { secure: "v1:x" } },
    });
  });
});

describe("changes of a config", () => {
  const config = { "privatesales:domain": "shops.test", "privatesales:database": { kind: "aurora", instances: { a: "small" }, zones: ["a", "b"] } };

  test("a map changes only the keys that it has; a list and a text are replaced whole", () => {
    const changes = { "privatesales:database": { instances: { b: "large" }, zones: ["c"] }, "privatesales:charts": "external" };
    expect(changed(config, changes)).toEqual({
      "privatesales:domain": "shops.test",
      "privatesales:charts": "external",
      "privatesales:database": { kind: "aurora", instances: { a: "small", b: "large" }, zones: ["c"] },
    });
    expect(changed(config, {})).toEqual(config);
  });

  test("are laid over a stack's own file, and are checked with it", () => {
    const flat = flatConfig("prod", { "privatesales:database": { backupRetentionDays: 30 } });
    expect(parseConfig(flat, "prod").database).toMatchObject({ kind: "aurora", backupRetentionDays: 30, maxConnections: 2000 });
    expect(() => parseConfig(flatConfig("prod", { "privatesales:database": { backupRetentionDays: 99 } }), "prod")).toThrow("backupRetentionDays is 99");
  });
});

test.each(STACKS)("the config of %s can be checked before any server is there", (stack) => {
  expect(parseConfig(flatConfig(stack), stack).environment).toBe(stack);
});

import { describe, expect, test } from "vitest";
import { parseConfig } from "../../stacks/config.ts";
import { STACKS } from "../../sandbox/arguments.ts";
import { flatConfig, mergeConfig } from "../../sandbox/workspace.ts";

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

test.each(STACKS)("the config of %s can be checked before any server is there", (stack) => {
  expect(parseConfig(flatConfig(stack), stack).environment).toBe(stack);
});

import { describe, expect, test } from "vitest";
import { parseArguments, USAGE } from "../../sandbox/arguments.ts";

const defaults = { data: ".sandbox", tenants: undefined, json: false, refresh: "no", plugins: "standins", mesh: "off" };

describe("what is understood", () => {
  test.each([
    ["up", { kind: "up", stack: "local", options: defaults }],
    ["preview qa", { kind: "preview", stack: "qa", options: { ...defaults, data: ".sandbox-qa" } }],
    ["preview qa --data d", { kind: "preview", stack: "qa", options: { ...defaults, data: "d" } }],
    ["--data d up", { kind: "up", stack: "local", options: { ...defaults, data: "d" } }],
    ["up --data=d --json", { kind: "up", stack: "local", options: { ...defaults, data: "d", json: true } }],
    ["destroy prod --tenants t.yaml", { kind: "destroy", stack: "prod", options: { ...defaults, data: ".sandbox-prod", tenants: "t.yaml" } }],
    ["up --plugins official", { kind: "up", stack: "local", options: { ...defaults, plugins: "official" } }],
    ["up prod --refresh --data d", { kind: "up", stack: "prod", options: { ...defaults, data: "d", refresh: "first" } }],
    ["--refresh preview", { kind: "preview", stack: "local", options: { ...defaults, refresh: "first" } }],
    ["up --mesh", { kind: "up", stack: "local", options: { ...defaults, mesh: "wanted" } }],
    ["mesh --data d", { kind: "mesh", options: { ...defaults, data: "d" } }],
    ["status --json", { kind: "status", options: { ...defaults, json: true } }],
    ["", { kind: "help", options: defaults }],
  ])("%s", (line, expected) => {
    expect(parseArguments(line.split(" ").filter(Boolean))).toEqual(expected);
  });

  test("the usage names every option", () => {
    expect([...USAGE.matchAll(/^ {2}(--[a-z]+)/gm)].map(([, name]) => name)).toEqual(["--data", "--tenants", "--refresh", "--plugins", "--mesh", "--json"]);
  });

  test("what follows kubectl and psql is theirs, own option names included", () => {
    expect(parseArguments(["--data", "d", "kubectl", "get", "pods", "--data", "x", "--json"])).toEqual({
      kind: "kubectl",
      args: ["get", "pods", "--data", "x", "--json"],
      options: { ...defaults, data: "d" },
    });
    expect(parseArguments(["psql", "-c", "\\dn"])).toEqual({ kind: "psql", args: ["-c", "\\dn"], options: defaults });
  });
});

describe("what is refused, with the usage", () => {
  test.each([
    ["deploy", 'unknown command "deploy"'],
    ["up staging", 'unknown stack "staging"; there are local, qa, prod'],
    ["up local twice", "too many arguments: twice"],
    ["up --fast", "unknown option --fast"],
    ["up --data", "--data needs a value"],
    ["up --plugins mine", '--plugins takes "official", got "mine"'],
    ["up prod --plugins official", "--plugins official is for local"],
    ["refresh --refresh", "--refresh is for up and preview, not for refresh"],
    ["destroy qa --refresh", "--refresh is for up and preview, not for destroy"],
    ["status --refresh", "--refresh is for up and preview, not for status"],
    ["up prod --mesh", "--mesh is for up of local"],
    ["preview --mesh", "--mesh is for up of local"],
    ["stop --mesh", "--mesh is for up of local"],
    ["mesh local", "mesh takes no argument, got local"],
    ["stop now", "stop takes no argument, got now"],
  ])("%s", (line, reason) => {
    expect(() => parseArguments(line.split(" "))).toThrow(reason);
    expect(() => parseArguments(line.split(" "))).toThrow("npm run sandbox -- [options] COMMAND");
  });
});

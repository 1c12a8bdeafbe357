import { describe, expect, test } from "vitest";
import { parseArguments } from "../../sandbox/arguments.ts";

const defaults = { data: ".sandbox", tenants: undefined, json: false, plugins: "standins" };

describe("what is understood", () => {
  test.each([
    ["up", { kind: "up", stack: "local", options: defaults }],
    ["preview qa", { kind: "preview", stack: "qa", options: { ...defaults, data: ".sandbox-qa" } }],
    ["preview qa --data d", { kind: "preview", stack: "qa", options: { ...defaults, data: "d" } }],
    ["--data d up", { kind: "up", stack: "local", options: { ...defaults, data: "d" } }],
    ["up --data=d --json", { kind: "up", stack: "local", options: { ...defaults, data: "d", json: true } }],
    ["destroy prod --tenants t.yaml", { kind: "destroy", stack: "prod", options: { ...defaults, data: ".sandbox-prod", tenants: "t.yaml" } }],
    ["up --plugins official", { kind: "up", stack: "local", options: { ...defaults, plugins: "official" } }],
    ["status --json", { kind: "status", options: { ...defaults, json: true } }],
    ["", { kind: "help", options: defaults }],
  ])("%s", (line, expected) => {
    expect(parseArguments(line.split(" ").filter(Boolean))).toEqual(expected);
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
    ["stop now", "stop takes no argument, got now"],
  ])("%s", (line, reason) => {
    expect(() => parseArguments(line.split(" "))).toThrow(reason);
    expect(() => parseArguments(line.split(" "))).toThrow("npm run sandbox -- [options] COMMAND");
  });
});

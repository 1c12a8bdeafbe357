import { describe, expect, test } from "vitest";
import { EVERYWHERE, grantsOf, linesOf, type Rules, type Served } from "./accessMatrix.ts";

const served: readonly Served[] = [
  { what: "core/pods", namespaced: true, verbs: ["get", "delete"] },
  { what: "core/pods/log", namespaced: true, verbs: ["get"] },
  { what: "core/nodes", namespaced: false, verbs: ["get"] },
  { what: "core/namespaces", namespaced: false, verbs: ["get"] },
  { what: "apps/deployments", namespaced: true, verbs: ["get", "patch"] },
  { what: "apps/deployments/scale", namespaced: true, verbs: ["patch"] },
];

type Rule = Rules["resourceRules"][number];
const linesFor = (where: string, ...rules: readonly Partial<Rule>[]): readonly string[] =>
  linesOf(
    grantsOf(
      {
        incomplete: false,
        nonResourceRules: [],
        resourceRules: rules.map((rule) => ({ apiGroups: [""], resources: [], verbs: ["get"], resourceNames: [], ...rule })),
      },
      served,
      where,
    ),
  );

describe("a rule means what RBAC means by it", () => {
  test.each<[string, Partial<Rule>, readonly string[]]>([
    ["a resource without its subresources", { resources: ["pods"] }, ["a  core/pods  get"]],
    ["a subresource by its own name", { resources: ["pods/log"] }, ["a  core/pods/log  get"]],
    ["a subresource of all", { apiGroups: ["apps"], resources: ["*/scale"], verbs: ["patch"] }, ["a  apps/*/scale  patch", "a  apps/deployments/scale  patch"]],
    ["only what is served", { resources: ["secrets"] }, []],
    ["only verbs that are served", { resources: ["pods"], verbs: ["create"] }, []],
    ["nothing cluster-wide in a namespace", { resources: ["nodes"] }, []],
    ["the namespace itself", { resources: ["namespaces"] }, ["a  core/namespaces  get"]],
    ["some objects only", { resources: ["pods"], resourceNames: ["x", "a"] }, ["a  core/pods[a,x]  get"]],
    ["all, with a line that shows the wildcard", { apiGroups: ["*"], resources: ["*"], verbs: ["patch"] }, ["a  */*  patch", "a  apps/deployments  patch", "a  apps/deployments/scale  patch"]],
  ])("%s", (_, rule, lines) => {
    expect(linesFor("a", rule)).toEqual(lines);
  });

  test("everywhere, what stands in no namespace too", () => {
    expect(linesFor(EVERYWHERE, { resources: ["nodes"] })).toEqual(["everywhere  core/nodes  get"]);
  });

  test("a right on all objects outweighs one on some", () => {
    expect(linesFor("a", { resources: ["pods"], resourceNames: ["x"] }, { resources: ["pods"] })).toEqual(["a  core/pods  get"]);
  });
});

import { describe, expect, test } from "vitest";
import { Draft } from "../../../../sandbox/providers/aws/draft.ts";
import type { Row } from "../../../../sandbox/providers/aws/row.ts";
import { classProperties } from "../../../../sandbox/providers/aws/sdk.ts";
import { Store } from "../../../../sandbox/providers/aws/store.ts";
import { ROWS, rowOf } from "../../../../sandbox/providers/aws/types.ts";
import { ACCOUNT, REGION, storePath } from "./support.ts";

/** A row asked for everything it has, and the inputs that it looked at. */
function asked(row: Row) {
  const read = new Set<string>();
  const inputs = new Proxy<Record<string, unknown>>({}, {
    get: (_, key) => {
      if (typeof key === "string") read.add(key);
      return undefined;
    },
  });
  const draft = new Draft({ type: row.type, name: "thing", salt: "salt", account: ACCOUNT, region: REGION, inputs, store: new Store(storePath()) });
  draft.id = row.id(draft);
  const outputs = row.outputs(draft);
  row.refuseCreate?.(draft);
  const forced = row.forced?.(draft) ?? {};
  const updated = row.updated?.(outputs, draft) ?? {};
  return { outputs, forced, updated, read: [...read].filter((key) => key !== "toJSON"), again: [row.id(draft), row.outputs(draft)], id: draft.id };
}

test("each type stands once, and the SDK has no type of a name that it does not know", () => {
  expect(new Set(ROWS.map(({ type }) => type)).size).toBe(ROWS.length);
  expect(classProperties("aws:ec2/vpc:Vpc").required).toEqual([]);
  expect(() => classProperties("aws:ec2/cloud:Cloud")).toThrow('@pulumi/aws has no resource type "aws:ec2/cloud:Cloud"');
});

test("what the SDK's class says of a type", () => {
  const { inputs, required, outputs, computed } = classProperties("aws:eks/addon:Addon");
  expect(inputs).toEqual(["addonName", "addonVersion", "clusterName", "configurationValues", "namespaceConfig", "podIdentityAssociations", "preserve",
    "region", "resolveConflictsOnCreate", "resolveConflictsOnUpdate", "serviceAccountRoleArn", "tags"]);
  expect(required).toEqual(["addonName", "clusterName"]);
  expect(outputs).toEqual(["arn", "createdAt", "modifiedAt", "tagsAll"]);
  expect(computed).toEqual(["addonVersion", "configurationValues", "namespaceConfig", "region"]);
  // A secret input is set through another expression.
  expect(classProperties("aws:rds/cluster:Cluster").inputs).toContain("masterPassword");
});

describe.each(ROWS.map((row) => [row.type, row] as const))("%s", (_, row) => {
  const properties = classProperties(row.type);
  const found = asked(row);

  test("every output of the class is invented or left out on purpose, and none twice", () => {
    const absent = row.absent ?? [];
    const settled = [...Object.keys(found.outputs), ...absent, "tagsAll"];
    expect(properties.outputs.filter((key) => !settled.includes(key))).toEqual([]);
    expect(absent.filter((key) => key in found.outputs || !properties.outputs.includes(key))).toEqual([]);
  });

  test("it names properties of the class only", () => {
    const known = [...properties.inputs, ...properties.outputs];
    const { unique = [], autoname, kept = [], changing = [], addInPlace = [], nested = [] } = row;
    const named = [...row.replaceOn, ...addInPlace, ...nested, ...unique, ...kept, ...changing, ...(autoname === undefined ? [] : [autoname])];
    expect(named.map((path) => path.split(".")[0] ?? "").filter((key) => !known.includes(key))).toEqual([]);
    expect(found.read.filter((key) => !properties.inputs.includes(key))).toEqual([]);
    // What AWS fills in beside the outputs is an input that the class calls computed: anything else would differ on each run.
    const filled = [...Object.keys(found.outputs), ...Object.keys(found.updated)].filter((key) => !properties.outputs.includes(key));
    expect(filled.filter((key) => !properties.computed.includes(key))).toEqual([]);
  });

  test("the same object has the same values each time, and its source is an address", () => {
    expect(found.again).toEqual([found.id, found.outputs]);
    expect(row.source).toMatch(/^https:\/\/github\.com\/hashicorp\/terraform-provider-aws\/blob\/main\/internal\/service\/\w+\/\w+\.go$/u);
  });
});

test("a type without a row is refused by name", () => {
  expect(() => rowOf("aws:lambda/function:Function")).toThrow('does not know the resource type "aws:lambda/function:Function"');
  expect(rowOf("aws:ec2/vpc:Vpc").type).toBe("aws:ec2/vpc:Vpc");
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { compareContents } from "../../tools/compare.ts";
import type { Contents } from "../../tools/manifest.ts";

const contents: Contents = {
  tables: [
    { name: "goods", rows: "3", checksum: "1:2" },
    { name: "sold", rows: "0", checksum: "0:0" },
  ],
  sequences: [
    { name: "up", value: "7", step: "1" },
    { name: "down", value: "-7", step: "-1" },
  ],
  objects: ["table goods", "view cheap"],
};

test("the same is no difference", () => {
  expect(compareContents(contents, structuredClone(contents))).toEqual([]);
});

test.each<readonly [string, Partial<Contents>, readonly string[]]>([
  ["a row too few", { tables: [{ name: "goods", rows: "2", checksum: "1:2" }, { name: "sold", rows: "0", checksum: "0:0" }] }, ["table goods has 2 rows instead of 3"]],
  ["another row", { tables: [{ name: "goods", rows: "3", checksum: "1:3" }, { name: "sold", rows: "0", checksum: "0:0" }] }, ["table goods has 3 rows, but not the same ones"]],
  ["a table that is missing", { tables: [{ name: "goods", rows: "3", checksum: "1:2" }] }, ["table sold is missing"]],
  ["a table more", { tables: [...contents.tables, { name: "x", rows: "0", checksum: "0:0" }] }, ["table x is not in the backup"]],
  ["a sequence that is behind", { sequences: [{ name: "up", value: "6", step: "1" }, { name: "down", value: "-7", step: "-1" }] }, ["sequence up stands at 6, step 1, instead of 7, step 1"]],
  ["one that counts down and is behind", { sequences: [{ name: "up", value: "7", step: "1" }, { name: "down", value: "-6", step: "-1" }] }, ["sequence down stands at -6, step -1, instead of -7, step -1"]],
  ["one with another step", { sequences: [{ name: "up", value: "9", step: "2" }, { name: "down", value: "-7", step: "-1" }] }, ["sequence up stands at 9, step 2, instead of 7, step 1"]],
  ["sequences that went on", { sequences: [{ name: "up", value: "9007199254740993", step: "1" }, { name: "down", value: "-8", step: "-1" }] }, []],
  ["a right that is gone", { objects: ["table goods"] }, ["missing: view cheap"]],
  ["an object more", { objects: [...contents.objects, "view x"] }, ["not in the backup: view x"]],
])("%s", (_, over, wanted) => {
  expect(compareContents(contents, { ...contents, ...over })).toEqual(wanted);
});

test("whatever changes of one table is found", () => {
  const whole = fc.integer({ min: 0, max: 5 }).map(String);
  const table = fc.record({ name: fc.constant("t"), rows: whole, checksum: fc.tuple(whole, whole).map(([a, b]) => `${a}:${b}`) });
  fc.assert(
    fc.property(table, table, (one, other) => {
      const same = one.rows === other.rows && one.checksum === other.checksum;
      const nothing = { sequences: [], objects: [] };
      expect(compareContents({ ...nothing, tables: [one] }, { ...nothing, tables: [other] })).toHaveLength(same ? 0 : 1);
    }),
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abandonedDumps, backupName, backupOf, backupsIn, dumpKey, expired, manifestKey } from "../../tools/retention.ts";

const NOW = new Date("2026-03-31T12:00:00Z");
const ago = (days: number): string => backupName(new Date(NOW.getTime() - days * 86_400_000), `0000000${days % 10}-x`);
const keys = (...names: readonly string[]): readonly string[] => names.flatMap((name) => [dumpKey(name), manifestKey(name)]);

test("a backup's name is its time, and sorts by it", () => {
  expect(backupName(new Date("2026-03-01T18:00:05.123Z"), "1a2b3c4d-5e6f")).toBe("20260301T180005Z-1a2b3c4d");
  expect(backupOf("20260301T180005Z-1a2b3c4d")?.created).toEqual(new Date("2026-03-01T18:00:05Z"));
  for (const name of ["", "x", "20260301T180005Z", "../20260301T180005Z-1a2b3c4d", "20260301T180005Z-1a2b3c4d.dump.age"]) expect(backupOf(name)).toBeUndefined();
});

test("a backup has a manifest; a dump alone is none", () => {
  const [old, young] = [ago(3), ago(1)];
  expect(backupsIn([...keys(young), dumpKey(ago(2)), ...keys(old), "README"]).map(({ name }) => name)).toEqual([old, young]);
});

describe("what is ended", () => {
  const names = (days: readonly number[], kept: number): readonly string[] => expired(backupsIn(keys(...days.map(ago))), NOW, kept).map(({ name }) => name);

  test("what is older than the days, and nothing younger", () => {
    expect(names([1, 6, 7, 8, 9], 7)).toEqual([ago(9), ago(8)]);
  });

  test("never the newest, however old", () => {
    expect(names([30, 40], 7)).toEqual([ago(40)]);
    expect(names([30], 7)).toEqual([]);
    expect(names([], 7)).toEqual([]);
  });

  test("one always stays, and the newest of all", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (days, kept) => {
        const ended = names(days, kept);
        expect(ended.length).toBeLessThan(days.length);
        expect(ended).not.toContain(ago(Math.min(...days)));
      }),
    );
  });

  test("dumps that a killed run has left, when no run can still be writing them", () => {
    expect(abandonedDumps([...keys(ago(5)), dumpKey(ago(2)), dumpKey(ago(0)), "x.dump.age"], NOW)).toEqual([dumpKey(ago(2))]);
  });
});

/** The whole of the rules over plain data, wherever it was parsed from. */
import { z } from "zod";
import type { Path, Problem } from "./faults.ts";
import { lifecycleProblems, type LastRun } from "./lifecycle.ts";
import { problemsOf } from "./problems.ts";
import { ruleProblems } from "./rules.ts";
import { type Entry, entry, tenantsFile } from "./schema.ts";

/** Most tenants of a file; a stack outgrows its state file long before. */
export const MAX_TENANTS = 20_000;

/** Most items of a list inside a tenant. */
export const MAX_ITEMS = 1000;

export interface Checked {
  /** Empty unless there are no problems. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

/** Entries are checked one by one: zod gathers issues in function arguments, of which 100,000 are too many. */
const top = tenantsFile.extend({ tenants: z.array(z.unknown()).min(1) });

const tooMany = (path: Path, items: number, most: number): Problem => ({
  path,
  at: "key",
  given: `${items} items`,
  message: "is longer than any shop needs: shorten it.",
  allowed: `at most ${most} items`,
});

/** Lists below `value` that are too long to be looked at. */
function longLists(value: unknown, path: Path): readonly Problem[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value) && value.length > MAX_ITEMS) return [tooMany(path, value.length, MAX_ITEMS)];
  return Object.entries(value).flatMap(([key, below]) =>
    longLists(below, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function entryProblems(item: unknown, index: number, value: unknown, into: Entry[]): readonly Problem[] {
  const path = ["tenants", index] as const;
  const parsed = entry.safeParse(item);
  if (parsed.success) into.push(parsed.data);
  else return problemsOf(parsed.error, value, path);
  return [];
}

/** What a file's data is checked against beside the schema. */
export interface Surroundings {
  readonly platformDomains: readonly string[];
  /** What the stack has of its tenants; undefined where no stack is meant. */
  readonly lastRun: LastRun | undefined;
}

/** Checks a file's data; problems come without places. */
export function checkValue(value: unknown, { platformDomains, lastRun }: Surroundings): Checked {
  const parsed = top.safeParse(value);
  const list: unknown = typeof value === "object" && value !== null && "tenants" in value ? value.tenants : undefined;
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  if (items.length > MAX_TENANTS) return { entries: [], problems: [tooMany(["tenants"], items.length, MAX_TENANTS)] };
  const long = items.flatMap((item, index) => longLists(item, ["tenants", index]));
  if (long.length > 0) return { entries: [], problems: long };
  const entries: Entry[] = [];
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error, value)),
    ...items.flatMap((item, index) => entryProblems(item, index, value, entries)),
    ...ruleProblems(items, platformDomains),
    ...(lastRun === undefined ? [] : lifecycleProblems(items, lastRun)),
  ];
  return { entries: problems.length === 0 ? entries : [], problems };
}

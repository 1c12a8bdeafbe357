/** The whole of the rules over plain data, wherever it was parsed from. */
import type { Problem } from "./faults.ts";
import { problemsOf } from "./problems.ts";
import { ruleProblems } from "./rules.ts";
import { type Entry, tenantsFile } from "./schema.ts";

export interface Checked {
  /** Empty unless there are no problems. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

/** Checks a file's data; problems come without places. */
export function checkValue(value: unknown, platformDomains: readonly string[]): Checked {
  const parsed = tenantsFile.safeParse(value);
  const list: unknown = typeof value === "object" && value !== null && "tenants" in value ? value.tenants : undefined;
  const rules = ruleProblems(Array.isArray(list) ? list : [], platformDomains);
  if (parsed.success && rules.length === 0) return { entries: parsed.data.tenants, problems: [] };
  return { entries: [], problems: [...(parsed.success ? [] : problemsOf(parsed.error, value)), ...rules] };
}

import type { Counts, RunReport } from "../../sandbox/report.ts";

/** What tests of whole runs say again and again. */

/** The shortest entry of a tenants file. */
export const shop = (id: string): { id: string } & Record<string, unknown> => ({
  id,
  tier: "starter",
  release: { version: "1.0.0" },
  api: { runtime: "node" },
  contacts: [`ops@${id}.example`],
});

/** Counts of a run that changed nothing, but for those of `more`. */
export const nothingBut = (more: Partial<Counts> = {}): Omit<Counts, "unchanged"> => ({ created: 0, updated: 0, replaced: 0, deleted: 0, ...more });

export const ALL_DONE = { C: "done", D: "done", E: "done", F: "done", G: "done" } as const;

/** Names of the resources with this operation, sorted. */
export const named = (report: RunReport, op: string): readonly string[] =>
  report.changes.filter((change) => change.op === op).map(({ name }) => name).toSorted();

/** The changed fields by `<operation> <resource>`. */
export const fieldsByName = (report: RunReport): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(report.changes.map(({ op, name, fields }) => [`${op} ${name}`, fields]));

/** Rules between values, of one tenant and of all. They look at raw data, so that one fault never hides another. */
import { z } from "zod";
import { showText } from "./display.ts";
import { claimProblems, type Claim, normaliseHost } from "./domains.ts";
import type { Path, Problem } from "./faults.ts";
import { sameIdKey } from "./identity.ts";
import { planFaults } from "./planFaults.ts";
import { planOf } from "./planOf.ts";
import { allowedAt, valueAt } from "./problems.ts";
import { quota, replicasOf, runtime, tier } from "./schema.ts";

const at = (index: number, ...rest: Path): Path => ["tenants", index, ...rest];

function purgeProblems(entry: unknown, index: number): readonly Problem[] {
  const purge = valueAt(entry, ["purge"]);
  if (valueAt(entry, ["state"]) !== "purged") {
    if (purge === undefined) return [];
    const message = "stands beside a state other than purged: remove it, or set state to purged.";
    return [{ path: at(index, "purge"), at: "key", message, allowed: "nothing, unless state is purged" }];
  }
  const allowed = allowedAt(at(index, "purge"));
  if (purge === undefined) {
    const message = "state purged destroys the tenant's data: it needs purge.dump and purge.confirm beside it.";
    return [{ path: at(index, "purge"), at: "value", message, allowed }];
  }
  const confirm = valueAt(purge, ["confirm"]);
  const id = valueAt(entry, ["id"]);
  if (typeof confirm !== "string" || typeof id !== "string" || confirm === id) return [];
  const message = "is not the id of this tenant: a purge is confirmed by writing the tenant's own id once more.";
  return [{ path: at(index, "purge", "confirm"), at: "value", message, allowed: showText(id) }];
}

function rangeProblems(entry: unknown, index: number): readonly Problem[] {
  return ["storefront", "api"].flatMap((part) => {
    const min = valueAt(entry, [part, "replicas", "min"]);
    const max = valueAt(entry, [part, "replicas", "max"]);
    if (typeof min !== "number" || typeof max !== "number" || !(min > max)) return [];
    const path = at(index, part, "replicas", "min");
    return [{ path, at: "value" as const, message: `is above max, which is ${max}.`, allowed: `1 to ${max}` }];
  });
}

function primaryProblems(entry: unknown, index: number): readonly Problem[] {
  const domains = valueAt(entry, ["hosts", "domains"]);
  if (!Array.isArray(domains)) return [];
  const primaries = domains.flatMap((_, i) => (valueAt(domains, [i, "primary"]) === true ? [i] : []));
  return primaries.slice(1).map((i) => ({
    path: at(index, "hosts", "domains", i, "primary"),
    at: "value" as const,
    message: `is true on domain ${(primaries[0] ?? 0) + 1} already: a tenant has one primary host.`,
    allowed: "true on at most one domain",
  }));
}

const planInput = z.object({
  tier,
  api: z.object({ runtime, ...replicasOf.shape }),
  storefront: replicasOf.prefault({}),
  quota: quota.prefault({}),
});

/** Checked for canary, which needs the most: a tenant may move to a stack that uses it. */
function planProblems(entry: unknown, index: number): readonly Problem[] {
  const input = planInput.safeParse(entry);
  if (!input.success) return [];
  const plan = planOf(input.data);
  const isUsable = [plan.replicas.storefront, plan.replicas.api].every((range) => range.min <= range.max);
  if (!isUsable) return [];
  return planFaults(plan, input.data.api.runtime, "canary").map(({ field, ...rest }) => ({
    path: at(index, ...field.split(".")),
    at: "value" as const,
    ...rest,
  }));
}

/** The same value in two tenants, by `key`; the second and later ones are at fault. */
function repeated(
  entries: readonly unknown[],
  path: Path,
  key: (text: string) => string,
  describe: (text: string, first: string, line: number) => string,
  allowed: string,
): readonly Problem[] {
  const seen = new Map<string, { readonly text: string; readonly index: number }>();
  return entries.flatMap((entry, index) => {
    const text = valueAt(entry, path);
    if (typeof text !== "string" || text === "") return [];
    const first = seen.get(key(text));
    if (first === undefined) seen.set(key(text), { text, index });
    if (first === undefined) return [];
    return [{ path: at(index, ...path), at: "value" as const, message: describe(text, first.text, first.index + 1), allowed }];
  });
}

function sameId(text: string, first: string, nth: number): string {
  const what = text === first ? "is the id of" : `differs only in case or in - and _ from "${showText(first)}",`;
  return `${what} entry ${nth} already: each tenant has an id of its own.`;
}

function claimsOf(entries: readonly unknown[]): readonly Claim[] {
  return entries.flatMap((entry, index) => {
    const domains = valueAt(entry, ["hosts", "domains"]);
    if (!Array.isArray(domains)) return [];
    const id = valueAt(entry, ["id"]);
    const tenant = typeof id === "string" ? showText(id) : `#${index + 1}`;
    return domains.flatMap((_, i): readonly Claim[] => {
      const written = valueAt(domains, [i, "host"]);
      const result = typeof written === "string" ? normaliseHost(written) : undefined;
      if (result === undefined || !("host" in result)) return [];
      return [{ path: at(index, "hosts", "domains", i, "host"), tenant, host: result.host }];
    });
  });
}

/** All problems that no single value shows. */
export function ruleProblems(entries: readonly unknown[], platformDomains: readonly string[]): readonly Problem[] {
  return [
    ...entries.flatMap((entry, index) => [
      ...purgeProblems(entry, index),
      ...rangeProblems(entry, index),
      ...primaryProblems(entry, index),
      ...planProblems(entry, index),
    ]),
    ...repeated(entries, ["id"], sameIdKey, sameId, "an id that no other tenant has"),
    ...repeated(
      entries,
      ["purge", "dump"],
      (text) => text,
      (_, __, nth) => `is the dump of entry ${nth}: name this tenant's own.`,
      "the SHA-256 of this tenant's own dump",
    ),
    ...claimProblems(claimsOf(entries), platformDomains),
  ];
}

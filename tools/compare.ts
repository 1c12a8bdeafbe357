import type { Contents, Sequence } from "./manifest.ts";

/** At or past: what a backup saw of a sequence is a bound, since sequences go on while a snapshot stands still. */
function reached(found: Sequence, wanted: Sequence): boolean {
  if (found.step !== wanted.step) return false;
  return BigInt(wanted.step) > 0n ? BigInt(found.value) >= BigInt(wanted.value) : BigInt(found.value) <= BigInt(wanted.value);
}

const byName = <T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> => new Map(list.map((one) => [one.name, one]));

function differences<T extends { readonly name: string }>(
  kind: string,
  wanted: readonly T[],
  found: readonly T[],
  differ: (found: T, wanted: T) => string | undefined,
): readonly string[] {
  const [inBackup, there] = [byName(wanted), byName(found)];
  return [
    ...wanted.flatMap((one) => {
      const other = there.get(one.name);
      const what = other === undefined ? "is missing" : differ(other, one);
      return what === undefined ? [] : [`${kind} ${one.name} ${what}`];
    }),
    ...found.filter(({ name }) => !inBackup.has(name)).map(({ name }) => `${kind} ${name} is not in the backup`),
  ];
}

/** How what was restored differs from the manifest; nothing when it is the same. */
export function compareContents(wanted: Contents, found: Contents): readonly string[] {
  return [
    ...differences("table", wanted.tables, found.tables, (there, one) => {
      if (there.rows !== one.rows) return `has ${there.rows} rows instead of ${one.rows}`;
      return there.checksum === one.checksum ? undefined : `has ${there.rows} rows, but not the same ones`;
    }),
    ...differences("sequence", wanted.sequences, found.sequences, (there, one) =>
      reached(there, one) ? undefined : `stands at ${there.value}, step ${there.step}, instead of ${one.value}, step ${one.step}`,
    ),
    ...wanted.objects.filter((one) => !found.objects.includes(one)).map((one) => `missing: ${one}`),
    ...found.objects.filter((one) => !wanted.objects.includes(one)).map((one) => `not in the backup: ${one}`),
  ];
}

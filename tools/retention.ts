const DAY_MS = 86_400_000;

/** A backup as the store names it. */
export interface Backup {
  /** `<time>-<id>`: sorted by name is sorted by time. */
  readonly name: string;
  readonly created: Date;
}

/**
 * Which backups are too old to keep. The newest one stays whatever its age: a tenant whose backups have failed for weeks
 * must not lose the last good one. Only a backup with a manifest counts as one.
 */
export function expired(backups: readonly Backup[], now: Date, retentionDays: number): readonly Backup[] {
  const newest = backups.reduce<Backup | undefined>((last, one) => (last === undefined || one.created > last.created ? one : last), undefined);
  const oldest = now.getTime() - retentionDays * DAY_MS;
  return backups.filter((one) => one !== newest && one.created.getTime() < oldest);
}

const NAME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[0-9a-f]{8}$/;

/** `20260301T180000Z-1a2b3c4d`: when, and the first part of the id. */
export const backupName = (created: Date, id: string): string =>
  `${created.toISOString().replace(/\.\d+Z$/, "Z").replaceAll(/[-:]/g, "")}-${id.slice(0, 8)}`;

/** The backup of that name; undefined for a name that is none. */
export function backupOf(name: string): Backup | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = match;
  return { name, created: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}

/** Objects of a backup, below the tenant's folder. The manifest is written last: without one there is no backup. */
export const dumpKey = (name: string): string => `${name}.dump.age`;
export const manifestKey = (name: string): string => `${name}.manifest.json`;

const MANIFEST_KEY = /^(.+)\.manifest\.json$/;
const DUMP_KEY = /^(.+)\.dump\.age$/;

/** The complete backups among a store's keys, oldest first. */
export const backupsIn = (keys: readonly string[]): readonly Backup[] =>
  keys
    .flatMap((key) => backupOf(MANIFEST_KEY.exec(key)?.[1] ?? "") ?? [])
    .toSorted((a, b) => a.created.getTime() - b.created.getTime() || a.name.localeCompare(b.name));

/** Dumps that never got their manifest, older than a day: what a killed run has left. */
export function abandonedDumps(keys: readonly string[], now: Date): readonly string[] {
  const complete = new Set(backupsIn(keys).map(({ name }) => dumpKey(name)));
  return keys.filter((key) => {
    const backup = backupOf(DUMP_KEY.exec(key)?.[1] ?? "");
    return backup !== undefined && !complete.has(key) && now.getTime() - backup.created.getTime() > DAY_MS;
  });
}

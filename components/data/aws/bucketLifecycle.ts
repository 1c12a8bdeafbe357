import type { input } from "@pulumi/aws/types/index.js";

type Rule = input.s3.BucketLifecycleConfigurationRule;

/** How long a kind of dump is kept. A dump says its kind by the object tag `retention`. */
export interface RetentionClass {
  /** Value of the tag, e.g. `daily`, `final`. */
  readonly name: string;
  /** Days until it is deleted. */
  readonly days: number;
}

/** Object tag by which a dump says its retention class. */
export const RETENTION_TAG = "retention";

/** Days after which an upload that was never finished is thrown away. */
const ABORT_DAYS = 7;

/** Days in S3 Standard, where a restore test reads it, before a dump moves to Glacier Instant Retrieval. */
const STANDARD_DAYS = 30;

/** Glacier Instant Retrieval charges for so many days, whatever it keeps. */
const GLACIER_MINIMUM_DAYS = 90;

/** Every object; a rule without a filter is refused. */
const ALL = { prefix: "" };

const abortUploads: Rule = {
  id: "unfinished-uploads",
  status: "Enabled",
  filter: ALL,
  abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_DAYS },
};

/** Versions that were overwritten or deleted stay so many days. */
const oldVersions = (days: number): Rule => ({
  id: "old-versions",
  status: "Enabled",
  filter: ALL,
  noncurrentVersionExpiration: { noncurrentDays: days },
  expiration: { expiredObjectDeleteMarker: true },
});

/** Assets live until somebody deletes them, and some days longer. */
export const assetRules = (noncurrentDays: number): readonly Rule[] => [abortUploads, oldVersions(noncurrentDays)];

/** A class moves to Glacier only where it stays there long enough to cost less. */
function classRule({ name, days }: RetentionClass): Rule {
  const cold = days >= STANDARD_DAYS + GLACIER_MINIMUM_DAYS;
  return {
    id: `retention-${name}`,
    status: "Enabled",
    filter: { tag: { key: RETENTION_TAG, value: name } },
    expiration: { days },
    ...(cold ? { transitions: [{ days: STANDARD_DAYS, storageClass: "GLACIER_IR" }] } : {}),
  };
}

/** Days between the end of a dump and that of its bytes. Object lock may hold them longer. */
const DELETED_DUMP_DAYS = 7;

/** Dumps end by their class; one without a class is kept. */
export function dumpRules(classes: readonly RetentionClass[]): readonly Rule[] {
  const twice = classes.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`retention classes have to differ by name; twice there: ${[...new Set(twice)].join(", ")}`);
  return [abortUploads, oldVersions(DELETED_DUMP_DAYS), ...classes.map(classRule)];
}

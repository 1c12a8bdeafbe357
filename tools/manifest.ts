import { createHash } from "node:crypto";
import { z } from "zod";
import { ToolError } from "./errors.ts";

/** The only version that this program writes and reads. Raised when the meaning of a field changes. */
export const MANIFEST_VERSION = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
/** Whole numbers as text: a count, a sum or a sequence may be larger than JavaScript keeps. */
const whole = z.string().regex(/^-?\d+$/, "a whole number");

const tableSchema = z.strictObject({ name: z.string(), rows: whole, checksum: whole });
const sequenceSchema = z.strictObject({ name: z.string(), value: whole, step: whole });

/** What a schema holds: the same for a backup and for what a restore has made of it. */
const contentsSchema = z.strictObject({
  /** Ordinary tables and partitions, sorted by name. */
  tables: z.array(tableSchema),
  /** At least this far; sequences are in no snapshot. A sequence never used stands one step before its start. */
  sequences: z.array(sequenceSchema),
  /** `<kind> <name> <owner> <rights>` of everything else that has a name, and of the tables: sorted. */
  objects: z.array(z.string()),
});
export type Contents = Readonly<z.infer<typeof contentsSchema>>;
export type Table = Contents["tables"][number];
export type Sequence = Contents["sequences"][number];

const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  /** Stands inside the encrypted dump as well: the two belong together. */
  id: z.uuid(),
  tenant: z.string().min(1),
  schema: z.string().min(1),
  /** When the snapshot was taken. */
  created: z.iso.datetime(),
  /** `server_version_num`, e.g. 180006. */
  server: z.int().min(100_000),
  /** What pg_dump says of itself. */
  tool: z.string(),
  contents: contentsSchema,
  /** The encrypted object as it lies in the store. */
  dump: z.strictObject({ key: z.string(), bytes: z.int().positive(), sha256 }),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, undefined, 2)}\n`;

/** Names a backup where its purge has to be confirmed. */
export const manifestHash = (text: string): string => createHash("sha256").update(text).digest("hex");

function versionIn(json: unknown): unknown {
  return typeof json === "object" && json !== null && "version" in json ? json.version : undefined;
}

/** Reads a manifest; `key` is its name for the messages. */
export function parseManifest(text: string, key: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(key, "text that is not JSON");
  }
  const version = versionIn(json);
  if (version !== MANIFEST_VERSION) {
    throw new ToolError({
      problem: `The manifest ${key} has a version that this program does not know.`,
      given: version === undefined ? "no version" : `version ${JSON.stringify(version)}`,
      allowed: `version ${MANIFEST_VERSION}`,
      advice: "restore it with the release of platform/tools that wrote it, or choose another backup with --backup.",
    });
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw damaged(key, parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

const damaged = (key: string, given: string): ToolError =>
  new ToolError({
    problem: `The manifest ${key} is damaged.`,
    given,
    allowed: "the file as the backup wrote it",
    advice: "choose another backup with --backup; `list` shows them. In S3 look at the object's earlier versions.",
  });

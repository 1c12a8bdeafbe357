import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Looking for secrets in whatever a run leaves or says. */

/** The part of base64 that a text has wherever it stands: its first and last digits depend on what is beside it. */
function base64At(secret: string, offset: number): string {
  const head = "\0".repeat(offset);
  const whole = Buffer.from(head + secret, "utf8").toString("base64").replace(/=+$/, "");
  return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + secret.length) * 8) / 6));
}

/** How a secret may be written: as it is, in base64 at any offset, in a URL, in JSON, in JSON within JSON. */
export function spellingsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const spellings = [secret, ...[0, 1, 2].map((offset) => base64At(secret, offset)), encodeURIComponent(secret), json, JSON.stringify(json).slice(1, -1)];
  return [...new Set(spellings)];
}

/** Names of the secrets that stand in a text. */
export function leaksIn(text: string | Buffer, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => (spellingsOf(secret).some((spelling) => text.includes(spelling)) ? [name] : []));
}

export interface Found {
  readonly files: number;
  /** `<secret> in <path below the folder>`. */
  readonly leaks: readonly string[];
}

/** Searches every file below a folder, packed ones too, but for what is `left` out: paths below it. */
export function searchFolder(folder: string, secrets: Readonly<Record<string, string>>, left: readonly string[] = []): Found {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => !left.some((one) => path === one || path.startsWith(`${one}/`)));
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  const textOf = (path: string): Buffer => (path.endsWith(".gz") ? gunzipSync(readFileSync(join(folder, path))) : readFileSync(join(folder, path)));
  return { files: files.length, leaks: files.flatMap((path) => leaksIn(textOf(path), secrets).map((name) => `${name} in ${path}`)) };
}

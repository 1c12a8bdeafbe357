/** How a value that somebody wrote is shown back: short, escaped, and never when it may be a secret. */

const SHOWN_CHARACTERS = 60;
const HIDDEN = "(hidden: it looks like a secret)";

const SECRET_KEY = /pass(word|wd|phrase)|secret|token|apikey|accesskey|privatekey|signingkey|credential|pwd$/;

/** Shapes that only credentials have: cloud, forge and payment keys, JWTs, PEM blocks, addresses with a password. */
const SECRET_VALUE = new RegExp(
  [
    String.raw`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`,
    "-----BEGIN",
    String.raw`\bgh[opsur]_[A-Za-z0-9]{16,}`,
    String.raw`\bgithub_pat_[A-Za-z0-9_]{20,}`,
    String.raw`\bglpat-[\w-]{16,}`,
    String.raw`\bnpm_[A-Za-z0-9]{30,}`,
    String.raw`\bxox[abprs]-[\w-]{10,}`,
    String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}`,
    String.raw`\bAIza[\w-]{30,}`,
    String.raw`\beyJ[\w-]{8,}\.eyJ[\w-]{4,}`,
    String.raw`\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,100}:[^\s/@]{1,200}@`,
  ].join("|"),
  "i",
);

/** True for key names under which people keep secrets: `password`, `dbPassword`, `API_KEY`, `clientSecret`, … */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replace(/[^a-z]/g, ""));
}

/** True for text that holds a credential of a known shape, anywhere inside. */
export function holdsSecret(text: string): boolean {
  return SECRET_VALUE.test(text);
}

/** Bits of information in a character, by the text's own frequencies. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Random-looking text is hidden too, wherever it stands: better one hidden typo than one printed key. */
function looksRandom(text: string): boolean {
  const isDigest = /^[0-9a-f]{60,68}$/.test(text);
  const isKeyLike = /^[A-Za-z0-9+/_=]{24,}$/.test(text) && /[0-9]/.test(text) && /[A-Za-z]/.test(text);
  return isKeyLike && !isDigest && entropy(text) >= 3.5;
}

/** Control, format (bidi, zero-width) and private characters, which a terminal would obey or not show. */
export function escape(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u00a0\u3164\u2800]/gu, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;
  });
}

/** Bare text such as a key or an id: escaped, cut, hidden when it looks like a secret. */
export function showText(text: string): string {
  if (holdsSecret(text) || looksRandom(text)) return HIDDEN;
  // Cut twice: first what is worked on, since it may be megabytes, then what escapes made longer.
  const escaped = escape(text.slice(0, 4 * SHOWN_CHARACTERS));
  const characters = Array.from(escaped);
  return characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join("")}…` : escaped;
}

/** Any value as people wrote it: text in quotes, numbers bare, collections by their kind alone. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") {
    const text = showText(value);
    return text === HIDDEN ? HIDDEN : `"${text}"`;
  }
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  return typeof value === "object" && Object.keys(value).length === 0 ? "an empty map" : "a map";
}

/** Edits (insert, drop, change, swap neighbours) between two short words. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change, swapped ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(a.length, b.length);
}

/** ` Did you mean "tier"?` where one of the words is near, else nothing. */
export function didYouMean(given: string, words: readonly string[]): string {
  if (given.length > 40) return "";
  const near = words
    .map((word) => ({ word, edits: distance(given.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, edits }) => edits <= Math.max(1, Math.floor(word.length / 3)))
    .sort((a, b) => a.edits - b.edits)[0];
  return near === undefined ? "" : ` Did you mean "${near.word}"?`;
}

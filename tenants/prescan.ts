/** Faults of the raw text, line by line, before any YAML is parsed. */

/** Largest file in bytes: 10,000 tenants at 1.6 KiB each. */
export const MAX_BYTES = 16 * 1024 * 1024;

/** Longest line in characters. */
export const MAX_LINE = 10_000;

/** Most values in a file, counted by what each needs at least: a line, a comma or an opening bracket. 80 for each of 10,000 tenants. */
export const MAX_VALUES = 800_000;

/** Faults are counted up to here; a file with more is not a typo but another file. */
export const MAX_FAULTS = 10_000;

/** A fault at an offset of the text; its line is looked up later. */
export interface TextFault {
  readonly offset: number;
  readonly given: string;
  readonly message: string;
  readonly allowed: string;
  /** `hard`: the structure after it cannot be trusted; `fatal`: nothing may be parsed at all. */
  readonly kind: "soft" | "hard" | "fatal";
  /** `file` for what is no tenant's fault wherever it stands. */
  readonly scope?: "file";
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;
const INDENT = /^ *([\t\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]+)\s*\S/;
const CONFLICT = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

const SPACES = "spaces only, two for each level";

function lineFault(line: string, offset: number): TextFault | undefined {
  const indent = INDENT.exec(line);
  if (indent !== null) {
    const isTab = indent[1]?.startsWith("\t") === true;
    const given = isTab ? "a tab" : "a no-break or other special space";
    const message = isTab ? "is indented by a tab: use spaces." : "is indented by a space that only looks like one: type it again.";
    return { offset, given, message, allowed: SPACES, kind: "hard" };
  }
  if (CONFLICT.test(line)) {
    const message = "a merge was left half done: keep one side and remove the marker.";
    return { offset, given: line.slice(0, 7), message, allowed: "YAML without conflict markers", kind: "hard" };
  }
  const control = CONTROL.exec(line);
  if (control !== null) {
    const point = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const message = `holds the control character U+${point}: remove it.`;
    return { offset: offset + control.index, given: `U+${point}`, message, allowed: "printable text", kind: "hard" };
  }
  return undefined;
}

function tooLong(text: string): TextFault | undefined {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    if (end - start > MAX_LINE) {
      const given = `a line of ${end - start} characters`;
      return { offset: start, given, message: "is too long: break it.", allowed: `at most ${MAX_LINE} characters a line`, kind: "fatal", scope: "file" };
    }
    start = end + 1;
  }
  return undefined;
}

/** Memory goes by values, not bytes: 16 MiB of commas would need 30 times the memory of as many bytes of tenants. */
function tooMany(text: string): TextFault | undefined {
  if (text.length <= MAX_VALUES) return undefined;
  let values = 0;
  for (const { index: at } of text.matchAll(/[\n,[{]/g)) {
    if (++values <= MAX_VALUES) continue;
    const message = "holds more lines and values than tenants could: remove what is not tenants.";
    const given = `more than ${MAX_VALUES} lines, commas and brackets`;
    return { offset: at, given, message, allowed: `at most ${MAX_VALUES}`, kind: "fatal", scope: "file" };
  }
  return undefined;
}

/** The first line whose end differs from that of line one. */
function mixedEnds(text: string): TextFault | undefined {
  const firstEnd = text.indexOf("\n");
  const isWindows = firstEnd > 0 && text[firstEnd - 1] === "\r";
  const odd = isWindows ? /(?<!\r)\n|\r(?!\n)/.exec(text) : /\r/.exec(text);
  if (odd === null) return undefined;
  const given = isWindows ? "LF or CR among CRLF" : "CR or CRLF among LF";
  const message = "line ends are mixed, a sign of a bad merge or paste: save the file with one kind.";
  const allowed = "LF throughout, or CRLF throughout";
  const isAlone = odd[0] === "\r" && text[odd.index + 1] !== "\n";
  if (!isAlone) return { offset: odd.index, given, message, allowed, kind: "soft" };
  // A CR alone is a line end to the eye and none to YAML: all of the line is in doubt.
  return { offset: text.lastIndexOf("\n", odd.index) + 1, given, message, allowed, kind: "hard" };
}

/** All faults of the text itself; what breaks a limit is reported alone, since nothing may look at the text further. */
export function prescan(text: string): readonly TextFault[] {
  const limit = tooLong(text) ?? tooMany(text);
  if (limit !== undefined) return [limit];
  const faults: TextFault[] = [];
  const mixed = mixedEnds(text);
  if (mixed !== undefined) faults.push(mixed);
  for (let start = 0; start < text.length && faults.length < MAX_FAULTS; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const fault = lineFault(text.slice(start, end), start);
    if (fault !== undefined) faults.push(fault);
    start = end + 1;
  }
  return faults;
}

/** Kubernetes quantities of CPU and memory, exactly: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

/** A whole number in the base unit, or why there is none. */
export type Quantity = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: string };

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL = ["k", "M", "G", "T", "P", "E"] as const;
const NUMBER = /^(\d{1,20})(?:\.(\d{1,20}))?([A-Za-z]*)$/;

/** Numerator and denominator of a suffix; undefined where Kubernetes has no such suffix. */
function scaleOf(suffix: string): readonly [bigint, bigint] | undefined {
  if (suffix === "") return [1n, 1n];
  if (suffix === "m") return [1n, 1000n];
  const binary = BINARY.findIndex((unit) => unit === suffix);
  if (binary >= 0) return [1024n ** BigInt(binary + 1), 1n];
  const decimal = DECIMAL.findIndex((unit) => unit === suffix);
  return decimal >= 0 ? [1000n ** BigInt(decimal + 1), 1n] : undefined;
}

const refuse = (reason: string): Quantity => ({ ok: false, reason });

/** Why text is not a quantity at all, in the words of the mistake that was made. */
function malformed(text: string): string {
  if (text.trim() === "") return "is empty.";
  if (/^[+-]?\.?(nan|inf|infinity)$/i.test(text)) return "is not a finite number: write an amount.";
  if (text.startsWith("-")) return "is negative: write an amount above zero.";
  if (/\s/.test(text)) return "holds a space: write number and unit together.";
  if (/^\d+(\.\d+)?[KMGT]i?B$/i.test(text)) return "ends in B, which Kubernetes does not know: write Gi for GiB and G for GB.";
  if (/^\d+(\.\d+)?e/i.test(text)) return "is written with an exponent: write it out.";
  return "is not a Kubernetes quantity.";
}

/** `text` in units of numerator/denominator; whole, above zero and within 2^53, or refused. */
function parse(text: string, unit: readonly [bigint, bigint], unitName: string): Quantity {
  const match = NUMBER.exec(text);
  if (match === null) return refuse(malformed(text));
  const [, whole = "", fraction = "", suffix = ""] = match;
  const scale = scaleOf(suffix);
  if (scale === undefined) return refuse(malformed(text));
  const numerator = BigInt(whole + fraction) * scale[0] * unit[1];
  const denominator = 10n ** BigInt(fraction.length) * scale[1] * unit[0];
  if (numerator === 0n) return refuse("is zero: write an amount above zero.");
  if (numerator % denominator !== 0n) return refuse(`is not a whole number of ${unitName}.`);
  const value = Number(numerator / denominator);
  return Number.isSafeInteger(value) ? { ok: true, value } : refuse("is larger than any cluster.");
}

/** CPU in thousandths: `8` → 8000, `250m` → 250, `0.5` → 500. Units of memory are refused. */
export function parseCpu(text: string): Quantity {
  if (/[kMGTPE]i?$/.test(text)) return refuse("has a unit of memory: CPU is counted in cores.");
  return parse(text, [1n, 1000n], "thousandths of a CPU (m)");
}

const WITHOUT_UNIT = /^\d+(\.\d+)?m?$/;

/** Memory in Mi: `16Gi` → 16384, `512Mi` → 512. Without a unit it would be bytes, which nobody means: refused. */
export function parseMemory(text: string): Quantity {
  if (WITHOUT_UNIT.test(text)) return refuse("has no unit of memory and would be taken for bytes: write Mi or Gi.");
  return parse(text, [1024n ** 2n, 1n], "mebibytes (Mi)");
}

/** Storage in Gi: `20Gi` → 20. */
export function parseStorage(text: string): Quantity {
  if (WITHOUT_UNIT.test(text)) return refuse("has no unit of storage and would be taken for bytes: write Gi.");
  return parse(text, [1024n ** 3n, 1n], "gibibytes (Gi)");
}

/** 8000 → `8`, 250 → `250m`. */
export const formatCpu = (milli: number): string => (milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`);

/** 16384 → `16Gi`, 512 → `512Mi`. */
export const formatMemory = (mi: number): string => (mi % 1024 === 0 ? `${mi / 1024}Gi` : `${mi}Mi`);

/** 20 → `20Gi`. */
export const formatStorage = (gi: number): string => `${gi}Gi`;

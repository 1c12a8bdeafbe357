const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/u;

const SUFFIXES: Readonly<Record<string, readonly [base: bigint, exponent: bigint]>> = {
  n: [10n, 0n],
  u: [10n, 3n],
  m: [10n, 6n],
  k: [10n, 12n],
  M: [10n, 15n],
  G: [10n, 18n],
  T: [10n, 21n],
  P: [10n, 24n],
  E: [10n, 27n],
  Ki: [2n, 10n],
  Mi: [2n, 20n],
  Gi: [2n, 30n],
  Ti: [2n, 40n],
  Pi: [2n, 50n],
  Ei: [2n, 60n],
};

const NANO = 1_000_000_000n;

/** Field names whose values, or whose maps' values, are quantities in the API server's own kinds. */
const FIELDS: ReadonlySet<string> = new Set([
  ...["limits", "requests", "hard", "capacity", "default", "defaultRequest", "max", "min", "maxLimitRequestRatio"],
  ...["podFixed", "sizeLimit", "divisor", "averageValue", "value", "storage"],
]);

/**
 * True if both stand for one amount at a place where the API server keeps amounts in its own spelling:
 * `0.5` and `500m`, `1024Mi` and `1Gi`. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
 */
export function sameQuantity(path: readonly string[], one: unknown, other: unknown): boolean {
  if (!path.slice(-2).some((key) => FIELDS.has(key))) return false;
  const amount = nanos(one);
  return amount !== undefined && amount === nanos(other);
}

/** The amount in billionths, the finest the API server keeps; undefined if it is no quantity. */
function nanos(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [, number, exponent, suffix] = QUANTITY.exec(String(value)) ?? [];
  if (number === undefined) return undefined;
  const [whole = "", fraction = ""] = number.replace("+", "").split(".");
  const power = exponent === undefined ? 0 : Number(exponent.slice(1));
  if (Math.abs(power) > 30 || fraction.length > 30) return undefined;
  const [base, by] = SUFFIXES[suffix ?? ""] ?? [10n, 9n];
  const factor = base === 2n ? NANO * 2n ** by : 10n ** by;
  const scaled = BigInt(`${whole}${fraction}`) * factor * 10n ** BigInt(Math.max(power, 0));
  const divisor = 10n ** BigInt(fraction.length + Math.max(-power, 0));
  // The server rounds up what is finer than it keeps.
  return scaled % divisor === 0n || scaled < 0n ? scaled / divisor : scaled / divisor + 1n;
}

/** Secrets in clear: found by key or by shape, reported without the value. */
import { holdsSecret, isSecretKey, showText } from "./display.ts";
import type { Path, Problem } from "./faults.ts";

const MESSAGE =
  "looks like a secret, and this file is read by many: take it out, replace it where it is in use, " +
  "and keep the new one with `pulumi config set --secret`.";

const problem = (path: Path, at: "key" | "value", given: string): Problem => ({
  path,
  at,
  given,
  message: MESSAGE,
  allowed: "no passwords, tokens or keys anywhere in this file",
});

/** Every secret below a value, whether the format knows the place or not. */
export function secretProblems(value: unknown, path: Path = []): readonly Problem[] {
  if (typeof value === "string") return holdsSecret(value) ? [problem(path, "value", "(hidden)")] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => secretProblems(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    if (isSecretKey(key) || holdsSecret(key)) return [problem([...path, key], "key", `${showText(key)}: (hidden)`)];
    return secretProblems(below, [...path, key]);
  });
}

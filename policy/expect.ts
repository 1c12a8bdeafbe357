import type { Check, Finding, Resource } from "./rule.ts";
import { asList, isRecord, show, valueAt, valuesAt } from "./values.ts";

/** What a property may be, and the words for it. */
export interface Expected {
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
}

type Plain = string | number | boolean;

/** One of these values. */
export const is = (...values: readonly Plain[]): Expected => ({
  text: values.map((value) => JSON.stringify(value)).join(" or "),
  holds: (value) => values.some((one) => one === value),
});

/** Anything but these values; absent is fine. */
export const isNot = (...values: readonly Plain[]): Expected => ({
  text: `anything but ${values.map((value) => JSON.stringify(value)).join(" or ")}`,
  holds: (value) => !values.some((one) => one === value),
});

const given = (value: unknown): boolean => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);

/** Some value, also one that is not known yet. */
export const set: Expected = { text: "a value", holds: given };

/** A list with all of these. */
export const includes = (...values: readonly string[]): Expected => ({
  text: `a list with ${values.join(", ")}`,
  holds: (value) => values.every((one) => asList(value).includes(one)),
});

/** A number within bounds, both included. */
export const between = (min: number, max = Number.POSITIVE_INFINITY): Expected => ({
  text: max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`,
  holds: (value) => typeof value === "number" && value >= min && value <= max,
});

const finding = (path: string, value: unknown, { text }: Expected, fix: string): Finding => ({
  found: `${path} is ${show(value)}`,
  allowed: `${path}: ${text}`,
  fix,
});

/** The (first) value at a path is as expected. */
export const property =
  (path: string, expected: Expected, fix: string): Check =>
  ({ props }) => {
    const value = valueAt(props, path);
    return expected.holds(value) ? undefined : finding(path, value, expected, fix);
  };

/** Every value at a path is as expected; none at all is fine. */
export const eachProperty =
  (path: string, expected: Expected, fix: string): Check =>
  ({ props }) => {
    const wrong = valuesAt(props, path).find((value) => !expected.holds(value));
    return wrong === undefined ? undefined : finding(path, wrong, expected, fix);
  };

/** The tags of a resource; those of its provider are not among them. */
export const tagsOf = ({ props }: Resource): Readonly<Record<string, unknown>> => (isRecord(props["tags"]) ? props["tags"] : {});

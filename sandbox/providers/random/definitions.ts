import { z } from "zod";
import type { CheckFailure, Properties } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import type { Definition } from "../resourceType.ts";

const count = (least: number) => z.int(`must be a whole number of at least ${String(least)}`)
  .min(least, `must be at least ${String(least)}`);
const keepers = z.record(z.string(), z.string("keepers are strings")).optional();

export const stringShape = {
  keepers,
  length: count(1),
  special: z.boolean().default(true),
  upper: z.boolean().default(true),
  lower: z.boolean().default(true),
  number: z.boolean().default(true),
  numeric: z.boolean().default(true),
  minNumeric: count(0).default(0),
  minUpper: count(0).default(0),
  minLower: count(0).default(0),
  minSpecial: count(0).default(0),
  overrideSpecial: z.string().optional(),
};

export const idShape = { keepers, byteLength: count(1), prefix: z.string().optional() };

export const petShape = {
  keepers,
  length: count(1).default(2),
  prefix: z.string().optional(),
  separator: z.string().default("-"),
};

function definition(type: string, shape: Definition["shape"]): Definition {
  return {
    type,
    shape,
    replace: Object.keys(shape),
    computed: [],
    sets: [],
    refused: {},
    autoname: false,
    deleteBeforeReplace: "never",
  };
}

export const passwordType = definition("random:index/randomPassword:RandomPassword", stringShape);
export const stringType = definition("random:index/randomString:RandomString", stringShape);
export const idType = definition("random:index/randomId:RandomId", idShape);
export const petType = definition("random:index/randomPet:RandomPet", petShape);

/** `number` is the old name of `numeric`: whichever is given stands for both. */
export function withNumeric(news: Properties): Properties {
  const value = news.numeric ?? news.number;
  return value === undefined ? news : { ...news, number: news.number ?? value, numeric: news.numeric ?? value };
}

/** Faults between the properties of a string or password; unknown values are left for the apply. */
export function stringFaults(inputs: Properties): readonly CheckFailure[] {
  const faults: CheckFailure[] = [];
  const { length, number, numeric, upper, lower, special } = inputs;
  if (typeof number === "boolean" && typeof numeric === "boolean" && number !== numeric) {
    faults.push({ property: "number", reason: "number and numeric differ; number is deprecated, give numeric only" });
  }
  if ([numeric, upper, lower, special].every((allowed) => allowed === false)) {
    faults.push({ property: "numeric", reason: "one of numeric, upper, lower and special must be true" });
  }
  const least = [inputs.minNumeric, inputs.minUpper, inputs.minLower, inputs.minSpecial]
    .reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);
  if (length !== UNKNOWN && typeof length === "number" && length < least) {
    faults.push({
      property: "length",
      reason: `${String(length)} is less than minNumeric + minUpper + minLower + minSpecial, which is ${String(least)}`,
    });
  }
  return faults;
}

import { z } from "zod";

/** Fields that several parts of a stack's config share. */

export const count = (what: string): z.ZodNumber => z.int(`${what} is a whole number`).positive(`${what} is at least 1`);
export const port = z.int().min(1).max(65_535);
export const hostname = z.string().regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "a host name in lower case");
export const cidr = z.union([z.cidrv4(), z.cidrv6()], "an address range such as 10.0.0.0/16");
export const range = z
  .strictObject({ min: count("min"), max: count("max") })
  .refine(({ min, max }) => min <= max, "min is at most max");

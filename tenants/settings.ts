/** Settings that reach every tenant; the same schema serves the platform's own values (all of them) and a tenant's (some). */
import { z } from "zod";
import { email } from "./values.ts";

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const isLocale = (text: string): boolean => {
  try {
    return /^[a-z]{2,3}(-|$)/.test(text) && Intl.getCanonicalLocales(text)[0] === text;
  } catch {
    return false;
  }
};

const zones = new Map<string, boolean>();

/** Asking Intl costs far more than a look-up, and a file of many tenants names few zones. */
function isZone(text: string): boolean {
  const known = zones.get(text);
  if (known !== undefined) return known;
  let valid = /^[A-Za-z]/.test(text);
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
  } catch {
    valid = false;
  }
  zones.set(text, valid);
  return valid;
}

export const settingsShape = {
  locale: z.string().refine(isLocale, "is not a language tag.").describe("a BCP 47 language tag as it is spelt there, e.g. ko-KR"),
  currency: z
    .string()
    .refine((text) => currencies.has(text), "is not a currency.")
    .describe("an ISO 4217 code, e.g. KRW"),
  timezone: z.string().refine(isZone, "is not a time zone.").describe("an IANA time zone, e.g. Asia/Seoul"),
  supportEmail: email,
};

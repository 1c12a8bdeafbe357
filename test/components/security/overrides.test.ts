import { describe, expect, test } from "vitest";
import { OVERRIDABLE_SETTINGS } from "../../../components/access/overrides.ts";
import { settingsOf } from "../../../components/tenant/settings.ts";
import { settingsShape } from "../../../tenants/settings.ts";
import { contextOf } from "../../support/platform.ts";
import { tenantOf } from "../../support/tenants.ts";

/** `supportEmail` → `SUPPORT_EMAIL`. */
const variable = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

test("what an administrator may override is what a tenant's entry may override", () => {
  expect(Object.keys(OVERRIDABLE_SETTINGS)).toEqual(Object.keys(settingsShape).map(variable));
});

describe.each(Object.entries(OVERRIDABLE_SETTINGS))("%s", (key, form) => {
  const values: Readonly<Record<string, readonly string[]>> = {
    LOCALE: ["ko-KR", "fr", "zh-Hant-TW"],
    CURRENCY: ["KRW", "EUR"],
    TIMEZONE: ["Asia/Seoul", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+9"],
    SUPPORT_EMAIL: ["care@dior.example", "a.b+c@mail.dior.co.kr"],
  };

  test("takes what the tenants file takes", () => {
    const given = values[key] ?? [];
    expect(given.length).toBeGreaterThan(1);
    for (const value of given) expect(value).toMatch(new RegExp(form));
  });

  test("takes the platform's own value", async () => {
    expect(settingsOf(await contextOf(tenantOf()))[key]).toMatch(new RegExp(form));
  });

  test("takes one line of that form and nothing else", () => {
    for (const value of ["", " ", "a\nb", "ko-KR\nX", "--require=/tmp/x.js", "$(id)", "x".repeat(300)]) expect(value).not.toMatch(new RegExp(form));
  });
});

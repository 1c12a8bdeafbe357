/**
 * Settings that a shop's own administrator may change without a deployment. They stand in a ConfigMap of their own: the
 * program makes it empty and never looks into it again, and pods read it over the platform's settings.
 */

/** Name of the ConfigMap in each tenant's namespace. */
export const OVERRIDES_NAME = "settings-overrides";

/** What may stand there: the variable, and the form of its value (RE2, since the API server checks it). */
export const OVERRIDABLE_SETTINGS = {
  LOCALE: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$",
  CURRENCY: "^[A-Z]{3}$",
  TIMEZONE: "^[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}$",
  SUPPORT_EMAIL: "^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,180}[.][A-Za-z]{2,24}$",
} as const;

import { randomBytes } from "node:crypto";
import type { CheckRequest, Properties } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import { isRecord } from "../wire.ts";
import type { Row } from "./row.ts";
import type { ClassProperties } from "./sdk.ts";

/** Where the bridge records which inputs it made up; the engine hides that key. */
export const DEFAULTS = "__defaults";

function defaulted(properties: Properties): readonly unknown[] {
  const list = properties[DEFAULTS];
  return Array.isArray(list) ? list : [];
}

/** The inputs with a name made up where the program gives none, as the official plugin does: the resource's name and seven digits. */
export function named(row: Row, request: CheckRequest, news: Properties): Properties {
  const key = row.autoname;
  if (key === undefined || news[key] !== undefined || news[`${key}Prefix`] !== undefined) return { ...news, [DEFAULTS]: [] };
  const kept = defaulted(request.olds).includes(key) ? request.olds[key] : undefined;
  return { ...news, [key]: kept ?? `${request.name}-${randomBytes(4).toString("hex").slice(0, 7)}`, [DEFAULTS]: [key] };
}

/** The inputs with the provider's default tags below their own; the official plugin does this in Check too. */
export function tagged(properties: ClassProperties, news: Properties, defaultTags: Properties): Properties {
  const takesTags = properties.inputs.includes("tags") && properties.outputs.includes("tagsAll");
  if (!takesTags || news.tags === UNKNOWN || Object.keys(defaultTags).length === 0) return news;
  return { ...news, tags: { ...defaultTags, ...(isRecord(news.tags) ? news.tags : {}) } };
}

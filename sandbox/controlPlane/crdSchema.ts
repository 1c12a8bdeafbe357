import { isRecord } from "../guards.ts";

/**
 * An OpenAPI schema without its descriptions: two thirds of a big CRD, which change nothing about what is accepted and
 * which the API server parses and merges again for every CRD that comes. Properties named `description` stay.
 */
export function withoutDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (!isRecord(schema)) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== "description" || typeof value !== "string");
  return Object.fromEntries(entries.map(([key, value]) => [key, keywordValue(key, value)]));
}

function keywordValue(key: string, value: unknown): unknown {
  switch (key) {
    case "properties":
    case "patternProperties":
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, withoutDescriptions(schema)]))
        : value;
    case "items":
    case "additionalProperties":
    case "not":
    case "allOf":
    case "anyOf":
    case "oneOf":
      return withoutDescriptions(value);
    default:
      // Examples, defaults and enums are data, in which a description is a value.
      return value;
  }
}

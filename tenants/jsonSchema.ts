/** Makes tenants.schema.json, by which editors check and complete tenants.yaml: `node tenants/jsonSchema.ts`. */
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { tenantsFile } from "./schema.ts";

/** The text of tenants.schema.json: JSON Schema draft-7, the newest that YAML editors read. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(tenantsFile, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ title: "tenants.yaml, version 1", ...schema }, undefined, 2)}\n`;
}

if (import.meta.main) writeFileSync(new URL("tenants.schema.json", import.meta.url), jsonSchemaText());

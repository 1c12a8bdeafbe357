import { z } from "zod";
import type { Resource } from "./rule.ts";
import { isRecord, UNKNOWN } from "./values.ts";

/** What marks a secret in a stack's state; its value is encrypted. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const stateResource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  provider: z.string().default(""),
  inputs: z.record(z.string(), z.unknown()).default({}),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  dependencies: z.array(z.string()).nullish(),
  // What waits to be deleted is no longer part of the stack.
  delete: z.boolean().default(false),
});

const stackExport = z.object({ deployment: z.object({ resources: z.array(stateResource).nullish() }) });

/** The resources of `pulumi stack export`. A secret counts as a value that is not known. */
export function resourcesOf(exported: unknown): readonly Resource[] {
  const { resources } = stackExport.parse(exported).deployment;
  return (resources ?? [])
    .filter((one) => !one.delete)
    .map(({ urn, type, id, parent, protect, retainOnDelete, provider, inputs, propertyDependencies, dependencies }) => ({
      type,
      name: urn.split("::").at(-1) ?? "",
      urn,
      ...(id === undefined ? {} : { id }),
      ...(parent === undefined ? {} : { parent }),
      protect,
      retainOnDelete,
      provider,
      props: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, withoutSecrets(value)])),
      references: Object.fromEntries(Object.entries(propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []])),
      dependsOn: dependencies ?? [],
    }));
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isRecord(value)) return value;
  if (SIGNATURE in value) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

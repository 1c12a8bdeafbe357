import type { Resource } from "./rule.ts";
import { blockName, MAPS, snakeCase, terraformType } from "./terraformNames.ts";
import { origins as originsOf, type Placed } from "./terraformReferences.ts";
import { isRecord, UNKNOWN } from "./values.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Values = Readonly<Record<string, Json>>;

interface Expression {
  readonly references: readonly string[];
}

interface Head {
  readonly address: string;
  readonly mode: "managed";
  readonly type: string;
  readonly name: string;
}

export interface PlannedResource extends Head {
  readonly provider_name: string;
  readonly values: Values;
}

interface PlannedChange extends Head {
  readonly change: { readonly actions: readonly ["create"]; readonly before: null; readonly after: Values; readonly after_unknown: Drawn["unknown"] };
}

/** The parts of `terraform show -json plan` that judges of plans read. @see https://developer.hashicorp.com/terraform/internals/json-format */
export interface TerraformPlan {
  readonly format_version: "1.2";
  readonly terraform_version: string;
  readonly planned_values: { readonly root_module: { readonly resources: readonly PlannedResource[] } };
  readonly resource_changes: readonly PlannedChange[];
  readonly configuration: { readonly root_module: { readonly resources: readonly (Head & Pick<Drawn, "expressions">)[] } };
}

export interface Rendered {
  readonly plan: TerraformPlan;
  /** Where each address of the plan comes from. */
  readonly origins: ReadonlyMap<string, Resource>;
}

const PROVIDER = "registry.terraform.io/hashicorp/aws";

/** Registered resources of AWS as the plan that Terraform would have made; others are left out. */
export function renderPlan(resources: readonly Resource[]): Rendered {
  const placed = resources.flatMap(place);
  const drawn = placed.map((one) => draw(one, originsOf(one, placed)));
  return {
    plan: {
      format_version: "1.2",
      terraform_version: "1.13.0",
      planned_values: { root_module: { resources: drawn.map(({ head, values }) => ({ ...head, provider_name: PROVIDER, values })) } },
      resource_changes: drawn.map(({ head, values, unknown }) => ({ ...head, change: { actions: ["create"], before: null, after: values, after_unknown: unknown } })),
      configuration: { root_module: { resources: drawn.map(({ head, expressions }) => ({ ...head, expressions })) } },
    },
    origins: new Map(placed.map(({ address, resource }) => [address, resource])),
  };
}

/** A name of Terraform holds letters, digits, dashes and underscores. */
function place(resource: Resource): readonly Placed[] {
  const type = terraformType(resource.type);
  const name = resource.name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return type === undefined ? [] : [{ resource, type, name, address: `${type}.${name}` }];
}

interface Drawn {
  readonly head: Head;
  readonly values: Values;
  readonly unknown: Readonly<Record<string, true>>;
  readonly expressions: Readonly<Record<string, Expression>>;
}

/**
 * Values that come from a resource of the same plan are not known to Terraform before the apply: they stand as references, and
 * judges connect resources by these. A document with such a value in it stays, so that it is judged.
 */
function draw({ resource, address, type, name }: Placed, origins: ReadonlyMap<string, readonly string[]>): Drawn {
  const entries = Object.entries(resource.props);
  const unknown = entries.filter(([key, value]) => value === UNKNOWN || (origins.has(key) && isPlain(value))).map(([key]) => key);
  return {
    head: { address, mode: "managed", type, name },
    values: blockValues(Object.fromEntries(entries.filter(([key]) => !unknown.includes(key)))),
    unknown: Object.fromEntries(unknown.map((key) => [snakeCase(key), true])),
    expressions: Object.fromEntries([...origins].map(([key, addresses]) => [snakeCase(key), { references: addresses.flatMap((one) => [`${one}.id`, one]) }])),
  };
}

/** A name, or a list of names; no block and no document. */
const isPlain = (value: unknown): boolean => (Array.isArray(value) ? value.every(isPlain) : typeof value === "string" && !/^\s*[[{]/.test(value));

/** The attributes of a block. What is known after the apply only is left out, as Terraform does. */
function blockValues(block: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(block)
      .filter(([key, value]) => value !== undefined && value !== UNKNOWN && !key.startsWith("__"))
      .map(([key, value]) => attribute(key, value)),
  );
}

function attribute(key: string, value: unknown): readonly [string, Json] {
  if (isRecord(value)) {
    // A block that may stand once only is an object to Pulumi, and a list of one to Terraform.
    return MAPS.has(key) ? [snakeCase(key), plain(value)] : [snakeCase(key), [blockValues(value)]];
  }
  if (Array.isArray(value) && value.some(isRecord)) return [blockName(key), value.filter(isRecord).map(blockValues)];
  return [snakeCase(key), plain(value)];
}

function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== UNKNOWN).map(plain);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

import type { Check, Finding, Resource, Stack } from "./rule.ts";
import { asList, UNKNOWN } from "./values.ts";

/** Inputs by which AWS lets one resource name another. */
const NAMING = ["bucket", "name", "identifier", "clusterIdentifier", "arn"] as const;

const means = (reference: string, { name, urn }: Resource): boolean => reference === name || reference === urn;

const names = (to: Resource): readonly unknown[] => [to.id, ...NAMING.map((key) => to.props[key])].filter((value) => value !== undefined && value !== "" && value !== UNKNOWN);

/** Whether the value of a property comes from, or names, another resource. */
export function refersTo(from: Resource, property: string, to: Resource, { resources }: Stack): boolean {
  if (from === to) return false;
  if (named(from, property, to)) return true;
  // Recording mocks do not say where a value comes from. One that names nobody may come from any resource that this one waits for.
  const waits = from.references === undefined && (from.dependsOn ?? []).some((origin) => means(origin, to));
  return waits && !resources.some((other) => other !== from && named(from, property, other));
}

function named(from: Resource, property: string, to: Resource): boolean {
  if (from.references?.[property]?.some((origin) => means(origin, to)) === true) return true;
  return asList(from.props[property]).some((value) => names(to).includes(value));
}

/** Resources of a type that name this one in a property, as a bucket policy names its bucket. */
export const companionsOf = (to: Resource, stack: Stack, type: string, property: string): readonly Resource[] =>
  stack.resources.filter((from) => from.type === type && refersTo(from, property, to, stack));

/** Some companion exists, and one of them passes the check. */
export const companion =
  (type: string, property: string, missing: Finding, check: Check = () => undefined): Check =>
  (resource, stack) => {
    const found = companionsOf(resource, stack, type, property).map((one) => check(one, stack));
    const [first] = found;
    return found.length === 0 ? missing : found.includes(undefined) ? undefined : first;
  };

/** The resource and what it hangs below, from the inside out. */
export function ancestry(resource: Resource, { resources }: Stack): readonly Resource[] {
  const seen: Resource[] = [resource];
  for (let current: Resource | undefined = resource; current !== undefined; ) {
    const { parent }: Resource = current;
    current = parent === undefined || parent === "" ? undefined : parentNamed(parent, resources, seen);
    if (current !== undefined) seen.push(current);
  }
  return seen;
}

/** A parent is a component as a rule; two resources of different types may share a name. */
const parentNamed = (parent: string, resources: readonly Resource[], seen: readonly Resource[]): Resource | undefined =>
  resources.filter((one) => means(parent, one) && !seen.includes(one)).toSorted((a, b) => Number(b.type.startsWith("privatesales:")) - Number(a.type.startsWith("privatesales:")))[0];

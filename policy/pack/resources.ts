import type { PolicyResource } from "@pulumi/policy";
import type { Resource } from "../rule.ts";
import { UNKNOWN } from "../values.ts";

/** The stack in `urn:pulumi:<stack>::…`. */
export function stackName(resources: readonly Pick<PolicyResource, "urn">[]): string | undefined {
  return /^urn:pulumi:(?<stack>[^:]+)::/.exec(resources[0]?.urn ?? "")?.groups?.["stack"];
}

/** A resource as the SDK hands it to a policy, as rules read it. */
export function readResource({ type, name, urn, opts, props, parent, provider, dependencies, propertyDependencies }: PolicyResource): Resource {
  const plain = known(props);
  const id = plain["id"];
  return {
    type,
    name,
    urn,
    ...(typeof id === "string" ? { id } : {}),
    ...(parent === undefined ? {} : { parent: parent.urn }),
    protect: opts.protect,
    provider: provider?.urn ?? "",
    props: plain,
    references: Object.fromEntries(Object.entries(propertyDependencies).map(([key, sources]) => [key, sources.map((source) => source.urn)])),
    dependsOn: dependencies.map((source) => source.urn),
  };
}

/** Reading what is not known in a preview throws in the SDK, and would end the whole policy: it becomes a value of its own here. */
const known = (block: object): Readonly<Record<string, unknown>> => Object.fromEntries(Object.keys(block).map((key) => [key, readKey(block, key)]));

function readKey(block: object, key: string): unknown {
  try {
    const value: unknown = Reflect.get(block, key);
    if (Array.isArray(value)) return Object.keys(value).map((index) => readKey(value, index));
    return typeof value === "object" && value !== null ? known(value) : value;
  } catch (error) {
    if (error instanceof Error && error.message.includes("can't be known during preview")) return UNKNOWN;
    throw error;
  }
}

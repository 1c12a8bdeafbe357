import type { Resource } from "../../policy/rule.ts";
import type { Recorded } from "../support/record.ts";

type Props = Readonly<Record<string, unknown>>;

/** A resource as a well-made component registers it. */
export const resource = (type: string, props: Props = {}, over: Partial<Resource> = {}): Resource => ({
  type,
  name: over.name ?? (type.split(":").at(-1) ?? "").toLowerCase(),
  protect: true,
  retainOnDelete: true,
  provider: "aws",
  props: { tags: { part: "test" }, ...props },
  ...over,
});

/** The same resource with some properties changed; undefined removes one. */
export const changed = (one: Resource, props: Props, over: Partial<Resource> = {}): Resource => ({
  ...one,
  ...over,
  props: Object.fromEntries(Object.entries({ ...one.props, ...props }).filter(([, value]) => value !== undefined)),
});

/** A rule's passing stack, and failing ones with words of what was found. */
export interface Case {
  readonly passes: readonly Resource[];
  readonly fails: readonly { readonly resources: readonly Resource[]; readonly found: string }[];
}

export type Cases = Readonly<Record<string, Case>>;

/** A case whose failing stacks are the passing one with other properties of its first resource. */
export const varied = ([first, ...others]: readonly [Resource, ...Resource[]], ...fails: readonly (readonly [Props, string])[]): Case => ({
  passes: [first, ...others],
  fails: fails.map(([props, found]) => ({ resources: [changed(first, props), ...others], found })),
});

/** What the mocks recorded, as rules read it. */
export const fromRecorded = (recorded: readonly Recorded[]): readonly Resource[] => recorded.map(({ inputs, ...one }) => ({ ...one, props: inputs }));

export const policy = (...statements: readonly Props[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

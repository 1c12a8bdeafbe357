import type { Resource } from "./rule.ts";
import { isRecord, UNKNOWN } from "./values.ts";

/** A resource with its place in the plan. */
export interface Placed {
  readonly resource: Resource;
  readonly type: string;
  readonly name: string;
  readonly address: string;
}

/** Properties that name the resource itself: equal names do not tie two resources together. */
const OWN_NAMES: ReadonlySet<string> = new Set(["name", "namePrefix", "identifier", "arn", "id", "tags", "region"]);

/** What else a property's value could be, beside an id and an ARN: the plain name of a bucket, a cluster, a role. */
const NAMED_BY: Readonly<Record<string, { readonly type: string; readonly property: string }>> = {
  bucket: { type: "aws_s3_bucket", property: "bucket" },
  clusterIdentifier: { type: "aws_rds_cluster", property: "clusterIdentifier" },
  clusterName: { type: "aws_eks_cluster", property: "name" },
  role: { type: "aws_iam_role", property: "name" },
  repository: { type: "aws_ecr_repository", property: "name" },
};

/** Addresses of the resources that each property's value comes from: as the engine said, or else by the value. */
export function origins({ resource, address }: Placed, placed: readonly Placed[]): ReadonlyMap<string, readonly string[]> {
  const found = Object.entries(resource.props).map(([property, value]) => {
    const told = resource.references?.[property] ?? [];
    const sources = placed.filter((one) => one.address !== address && (isTold(told, one.resource) || isNamed(property, value, one)));
    return [property, sources.map((one) => one.address)] as const;
  });
  return new Map(found.filter(([, addresses]) => addresses.length > 0));
}

const isTold = (told: readonly string[], { urn, name }: Resource): boolean => told.some((reference) => reference === urn || reference === name);

function isNamed(property: string, value: unknown, { resource, type }: Placed): boolean {
  if (OWN_NAMES.has(property)) return false;
  const by = NAMED_BY[property];
  const identities = [resource.id, resource.props["arn"], by?.type === type ? resource.props[by.property] : undefined];
  return texts(value).some((one) => one !== "" && one !== UNKNOWN && identities.includes(one));
}

/** Every text in a value, however deep in its blocks. */
const texts = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.flatMap(texts) : isRecord(value) ? Object.values(value).flatMap(texts) : [];
};

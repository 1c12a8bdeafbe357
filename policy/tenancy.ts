import { tagsOf } from "./expect.ts";
import { ancestry, refersTo } from "./references.ts";
import type { Resource, Stack } from "./rule.ts";

/** Properties through which something without tags belongs to what carries them. */
const OWNERS = ["role", "bucket", "repository", "secretId", "policyArn", "keyId", "targetKeyId"] as const;

const tagged = (resource: Resource): string | undefined => {
  const { tenant } = tagsOf(resource);
  return typeof tenant === "string" && tenant !== "" ? tenant : undefined;
};

/** The tenant that a resource of AWS belongs to: by its own tag, or by that of what it is attached to. */
export function tenantOf(resource: Resource, stack: Stack): string | undefined {
  const owners = () => stack.resources.filter((other) => tagged(other) !== undefined && OWNERS.some((property) => property in resource.props && refersTo(resource, property, other, stack)));
  return tagged(resource) ?? owners().map(tagged)[0];
}

/** Components that make what belongs to one tenant are called so: TenantEnvironment, TenantRepository. */
const ofTenant = ({ type }: Resource): boolean => /^privatesales:[^:]+:Tenant(?!s)[A-Za-z]*$/.test(type) || /^privatesales:tenant:/.test(type);

/** Whether it hangs below a tenant's component, whatever its tags say. */
export const belongsToTenant = (resource: Resource, stack: Stack): boolean => ancestry(resource, stack).some(ofTenant);

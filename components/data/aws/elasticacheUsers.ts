import * as elasticache from "@pulumi/aws/elasticache/index.js";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Tenant } from "../../../tenants/tenant.ts";
import { platformTags, tenantTags } from "../../shared/aws.ts";
import { sha256 } from "../../shared/pods.ts";
import { cacheUser, tenantAccess } from "../cacheAcl.ts";

export const CACHE_ENGINE = "valkey";

/** A tenant as the cache knows it. */
export type CacheTenant = Pick<Tenant, "id" | "tier" | "costCenter">;

/** Characters that ElastiCache allows in the id of a user. */
const USER_ID_LENGTH = 40;

/**
 * Id of a user in ElastiCache, unique in account and region; the login itself is `cacheUser`. The hash tells stacks of
 * one account apart, for which there is no room in full beside an id of thirty characters.
 */
export function userId(prefix: string, tenantId: string): string {
  const head = `t-${tenantId}-`;
  return `${head}${sha256(`${prefix}/${tenantId}`).slice(0, Math.min(8, USER_ID_LENGTH - head.length))}`;
}

/**
 * What ElastiCache is told of a tenant: the rules of the ACL file in development, switched on.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#Access-string
 */
export const accessString = (tenantId: string): string => `on ${tenantAccess(tenantId)}`;

/** The user that a client without a name is: it may not even connect. */
const NOBODY = "off resetchannels -@all";

interface UsersArgs {
  readonly prefix: string;
  readonly tenants: readonly CacheTenant[];
  readonly passwordOf: (tenantId: string) => pulumi.Input<string>;
}

/** The group of all users: one a tenant, and the default one switched off. */
export function declareUsers(name: string, args: UsersArgs, options: { readonly parent: pulumi.Resource }): elasticache.UserGroup {
  const { prefix, tenants, passwordOf } = args;
  // ElastiCache takes no user of Valkey without a password, not one that is switched off either.
  const password = new random.RandomPassword(`${name}-default-password`, { length: 64, special: false }, options).result;
  const nobody = new elasticache.User(
    `${name}-user-default`,
    {
      userId: `${prefix}-default`,
      userName: "default",
      engine: CACHE_ENGINE,
      accessString: NOBODY,
      authenticationMode: { type: "password", passwords: [password] },
      tags: platformTags("data"),
    },
    options,
  );
  const users = tenants.map(
    (tenant) =>
      new elasticache.User(
        `${name}-user-${tenant.id}`,
        {
          userId: userId(prefix, tenant.id),
          userName: cacheUser(tenant.id),
          engine: CACHE_ENGINE,
          accessString: accessString(tenant.id),
          authenticationMode: { type: "password", passwords: [passwordOf(tenant.id)] },
          tags: tenantTags(tenant),
        },
        options,
      ),
  );
  return new elasticache.UserGroup(
    `${name}-users`,
    {
      userGroupId: `${prefix}-cache`,
      engine: CACHE_ENGINE,
      userIds: [nobody, ...users].map((user) => user.userId),
      tags: platformTags("data"),
    },
    options,
  );
}

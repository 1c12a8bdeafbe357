import { tenantSchema } from "../shared/names.ts";

/** A tenant's login in the cache. */
export const cacheUser = (tenantId: string): string => tenantSchema(tenantId);

/** Every key and channel of a tenant starts with this. An id holds no `:`, so no prefix is the start of another. */
export const cachePrefix = (tenantId: string): string => `tenant:${tenantId}:`;

/** The login that reloads the logins, and can do nothing else. */
export const CACHE_RELOADER = "reloader";

/**
 * What a tenant may run. The categories bring more than one key space may see, hence the second line: names of other
 * tenants' keys (SCAN, RANDOMKEY, broadcast tracking), their number (DBSIZE), and the list of all channels.
 */
const TENANT_COMMANDS = [
  "-@all +@read +@write +@connection +@transaction +@pubsub",
  "-@dangerous -@admin -scan -randomkey -dbsize -pubsub -client|tracking -select",
].join(" ");

/** What a tenant's login may see and run, as an ACL rule: its key space, its channels, its commands. */
export function tenantAccess(tenantId: string): string {
  const prefix = cachePrefix(tenantId);
  return `~${prefix}* resetchannels &${prefix}* ${TENANT_COMMANDS}`;
}

export interface CacheLogin {
  readonly id: string;
  /** SHA-256 of the password in hexadecimal: Valkey keeps no more, so neither does the file. */
  readonly passwordSha256: string;
}

/**
 * The text of the ACL file: nobody by default, a key space per tenant, and the reloader.
 * @see https://valkey.io/topics/acl/
 */
export function aclFile(logins: readonly CacheLogin[], reloaderSha256: string): string {
  const tenants = logins.map(
    ({ id, passwordSha256 }) => `user ${cacheUser(id)} on sanitize-payload #${passwordSha256} resetkeys ${tenantAccess(id)}`,
  );
  return [
    "user default off resetkeys resetchannels -@all",
    `user ${CACHE_RELOADER} on #${reloaderSha256} resetkeys resetchannels -@all +acl|load`,
    ...tenants.toSorted(),
    "",
  ].join("\n");
}

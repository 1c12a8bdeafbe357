/** Groups that the cluster's authentication puts people into; the program binds roles to them and names no person. */

/** SUPER_ADMIN: operators of the platform. */
export const SUPER_ADMIN_GROUP = "privatesales:super-admins";

export const SERVICE_ADMIN_PREFIX = "privatesales:service-admin:";

/** SERVICE_ADMIN: administrators of one shop. */
export const serviceAdminGroup = (tenantId: string): string => `${SERVICE_ADMIN_PREFIX}${tenantId}`;

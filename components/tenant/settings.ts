import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../../tenants/hosts.ts";
import { OVERRIDES_NAME } from "../access/overrides.ts";
import { tenantRoles, tenantSchema } from "../shared/names.ts";
import type { Context } from "./context.ts";
import { AUTHORITIES_FOLDER, AUTHORITIES_KEY, DATA_ACCESS_NAME, SETTINGS_NAME } from "./podTemplate.ts";

/** The variables that both applications read: the platform's settings, the tenant's own over them, theme, hosts, stores. */
export function settingsOf(context: Pick<Context, "tenant" | "platform">): Readonly<Record<string, string>> {
  const { tenant, platform } = context;
  const settings = { ...platform.settings, ...tenant.settings };
  const hosts = hostsOf(tenant, platform.domain);
  return {
    TENANT_ID: tenant.id,
    TENANT_NAME: tenant.name,
    ENVIRONMENT: platform.environment,
    LOCALE: settings.locale,
    CURRENCY: settings.currency,
    TIMEZONE: settings.timezone,
    SUPPORT_EMAIL: settings.supportEmail,
    PRIMARY_HOST: hosts.primary,
    HOSTS: hosts.all.join(","),
    CORS_ORIGINS: [...hosts.all.map((host) => `https://${host}`), ...tenant.api.corsOrigins].join(","),
    THEME: JSON.stringify(tenant.storefront.theme),
    DATABASE_SCHEMA: tenantSchema(tenant.id),
    CACHE_PREFIX: platform.cache.prefixOf(tenant.id),
  };
}

/** A PostgreSQL connection URI. `query` holds what the driver needs beyond the address. */
const databaseUrl = (role: string, password: pulumi.Input<string>, at: pulumi.Input<string>, query: string): pulumi.Output<string> =>
  pulumi.secret(pulumi.interpolate`postgresql://${role}:${password}@${at}?${query}`);

/** How pods reach the tenant's data: the application through the pooler, migration and backup directly. */
export function dataAccess(context: Context): Readonly<Record<string, pulumi.Input<string>>> {
  const { tenant, platform } = context;
  const { database, pooler, cache, credentials } = platform;
  const roles = tenantRoles(tenant.id);
  return {
    ...(database.authorities === undefined ? {} : { [AUTHORITIES_KEY]: database.authorities }),
    DATABASE_URL: databaseUrl(roles.app, credentials.app, `${pooler.host}:${pooler.reach.port}/${database.name}`, "sslmode=disable"),
    MIGRATION_DATABASE_URL: databaseUrl(
      roles.migration,
      credentials.migration,
      pulumi.interpolate`${database.host}:${database.reach.port}/${database.name}`,
      `sslmode=${database.sslmode}${database.authorities === undefined ? "" : `&sslrootcert=${AUTHORITIES_FOLDER}/${AUTHORITIES_KEY}`}`,
    ),
    CACHE_URL: pulumi.secret(
      pulumi.interpolate`${cache.tls === "on" ? "rediss" : "redis"}://${cache.userOf(tenant.id)}:${credentials.cache}@${cache.host}:${cache.reach.port}`,
    ),
  };
}

/** Step D, first: what the workloads read when they start. */
export function declareSettings(
  context: Context,
  settings: Readonly<Record<string, string>>,
  before: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
  return [
    new k8s.core.v1.ConfigMap(
      context.name("settings"),
      { metadata: context.meta(SETTINGS_NAME), data: { ...settings } },
      context.after(...before),
    ),
    new k8s.core.v1.ConfigMap(
      context.name("settings-overrides"),
      { metadata: context.meta(OVERRIDES_NAME), data: {} },
      // Its content is the shop's administrator's: a run that looked at it would take each setting back.
      { ...context.after(...before), ignoreChanges: ["data"] },
    ),
    new k8s.core.v1.Secret(
      context.name("data-access"),
      { metadata: context.meta(DATA_ACCESS_NAME), type: "Opaque", stringData: { ...dataAccess(context) } },
      context.after(...before),
    ),
  ];
}

import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { tenantDatabaseSpec } from "../data/tenantDatabase.ts";
import { dataOptions, type Context } from "./context.ts";

/**
 * Step F: the tenant's schema, the role that owns it, the two that log in, and what they may do.
 * Names come from the tenant's id, so that an archived tenant that comes back finds its data.
 */
export function declareDatabase(context: Context, before: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
  const { tenant, platform } = context;
  const { credentials, database, protection } = platform;
  const spec = tenantDatabaseSpec(tenant, { database: database.name, connectRole: database.connectRole, protection });
  const options = (...dependsOn: readonly pulumi.Resource[]): pulumi.CustomResourceOptions => ({
    ...context.after(...dependsOn),
    provider: database.provider,
  });
  const kept = (...dependsOn: readonly pulumi.Resource[]): pulumi.CustomResourceOptions =>
    dataOptions(context, options(...dependsOn));

  const owner = new postgresql.Role(context.name("database-owner"), spec.owner, kept(...before));
  const migration = new postgresql.Role(
    context.name("database-migration"),
    { ...spec.migration, password: credentials.migration },
    kept(...before),
  );
  const app = new postgresql.Role(context.name("database-app"), { ...spec.app, password: credentials.app }, kept(...before));
  const schema = new postgresql.Schema(context.name("database-schema"), spec.schema, kept(owner));

  const appUsage = new postgresql.Grant(context.name("database-app-usage"), spec.appUsage, options(schema, app));
  const migrationUsage = new postgresql.Grant(
    context.name("database-migration-usage"),
    spec.migrationUsage,
    // After the other grant: the server refuses two at once on one schema.
    options(schema, migration, appUsage),
  );
  const defaults = (["tables", "sequences", "functions"] as const).map(
    (part) =>
      new postgresql.DefaultPrivileges(context.name(`database-${part}`), spec[part], options(schema, migration, app, migrationUsage)),
  );
  return [schema, appUsage, migrationUsage, ...defaults];
}

import type * as postgresql from "@pulumi/postgresql";
import { isOpen, type Tenant } from "../../tenants/tenant.ts";
import { tenantRoles, tenantSchema } from "../shared/names.ts";

export interface TenantDatabaseOptions {
  /** Name of the database that holds all schemas. */
  readonly database: string;
  /** NOLOGIN group that alone may CONNECT. */
  readonly connectRole: string;
  /** `off` lets the deletion of the schema take its tables along, as a purge does. */
  readonly protection: "on" | "off";
}

/** Arguments of a tenant's nine resources; the logins' passwords are the caller's to add. */
export interface TenantDatabaseSpec {
  readonly owner: postgresql.RoleArgs;
  readonly migration: postgresql.RoleArgs;
  readonly app: postgresql.RoleArgs;
  readonly schema: postgresql.SchemaArgs;
  readonly appUsage: postgresql.GrantArgs;
  readonly migrationUsage: postgresql.GrantArgs;
  readonly tables: postgresql.DefaultPrivilegesArgs;
  readonly sequences: postgresql.DefaultPrivilegesArgs;
  readonly functions: postgresql.DefaultPrivilegesArgs;
}

/** Server connections of a tenant's jobs: a migration, and a backup beside it, which holds a snapshot with one and dumps with another. */
export const MIGRATION_CONNECTIONS = 3;

/**
 * What a tenant has in PostgreSQL. The owner of a schema can grant it to PUBLIC and drop it, so the owner never logs
 * in; migrations create and own tables inside it; the application reads and writes rows.
 *
 * One database is shared, and with it what PostgreSQL gives to whoever may connect: the catalogue shows every tenant's names of
 * tables, columns and roles, view texts, function sources and estimated row counts, so none of them may hold a secret; NOTIFY
 * channels and advisory locks have no owner, so an application puts its schema's name into theirs. A login may also change its
 * own password and its own defaults, e.g. `statement_timeout`: the next run with `--refresh` sets them back.
 *
 * Needed of the provider's user: CREATEROLE and ownership of the database (Aurora's master user has both), or
 * superuser. Since PostgreSQL 16 a CREATEROLE user holds ADMIN on the roles that it created, which is enough to set
 * their schemas' owner and their default privileges. Of the two grants on one schema, one has to depend on the other:
 * in parallel the server answers "tuple concurrently updated".
 */
export function tenantDatabaseSpec(tenant: Tenant, options: TenantDatabaseOptions): TenantDatabaseSpec {
  const { owner, migration, app } = tenantRoles(tenant.id);
  const schema = tenantSchema(tenant.id);
  const { database, connectRole } = options;
  const { connections, statementTimeoutMs } = tenant.plan.database;
  const login = {
    login: isOpen(tenant),
    roles: [connectRole],
    searchPaths: [schema],
  };
  const onNew = { database, owner: migration, schema, role: app };
  return {
    owner: { name: owner, login: false },
    migration: { name: migration, ...login, connectionLimit: MIGRATION_CONNECTIONS },
    app: { name: app, ...login, connectionLimit: connections, statementTimeout: statementTimeoutMs },
    schema: {
      name: schema,
      database,
      owner,
      // Says what is meant; the provider takes over a schema that is there all the same.
      ifNotExists: false,
      dropCascade: options.protection === "off" || tenant.state === "purged",
    },
    appUsage: { database, schema, objectType: "schema", role: app, privileges: ["USAGE"] },
    migrationUsage: { database, schema, objectType: "schema", role: migration, privileges: ["CREATE", "USAGE"] },
    tables: { ...onNew, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
    sequences: { ...onNew, objectType: "sequence", privileges: ["SELECT", "UPDATE", "USAGE"] },
    // Without a schema: what is granted to PUBLIC globally cannot be taken back per schema. A migration grants EXECUTE
    // by name.
    functions: { database, owner: migration, role: "public", objectType: "function", privileges: [] },
  };
}

/** Statements that a tenant's login tries, and the SQLSTATE of PostgreSQL's answer. */

export const REFUSED = "42501";
/** A warning: GRANT and REVOKE by somebody with rights but without the right to pass them on change nothing. */
export const NOTHING_GRANTED = "01007";
export const NOTHING_REVOKED = "01006";

/** A kind of statement, and the statement; `?` where it is the schema of whose tables it is about. */
export type Attempt = readonly [kind: string, sql: string, sqlstate: string];

const refused = (...attempts: readonly (readonly [string, string])[]): readonly Attempt[] =>
  attempts.map(([kind, sql]) => [kind, sql, REFUSED]);

/** The objects that a migration has made: `items`, `entries` (a sequence), `total()`, `bump()`, `cheap`, `summary`. */
export const OBJECTS = [
  "CREATE TABLE items (id bigint PRIMARY KEY, name text, price numeric)",
  "INSERT INTO items VALUES (1, 'bag', 10), (2, 'scarf', 5)",
  "CREATE SEQUENCE entries",
  "CREATE FUNCTION total() RETURNS numeric LANGUAGE sql SECURITY DEFINER AS 'SELECT sum(price) FROM items'",
  "CREATE PROCEDURE bump() LANGUAGE sql AS 'UPDATE items SET price = price + 1'",
  "CREATE VIEW cheap AS SELECT * FROM items WHERE price < 7",
  "CREATE MATERIALIZED VIEW summary AS SELECT count(*) AS n FROM items",
  "CREATE TYPE size AS ENUM ('S', 'M')",
  "CREATE INDEX items_name ON items (name)",
] as const;

export const TEARDOWN = [
  "DROP TYPE size", "DROP MATERIALIZED VIEW summary", "DROP VIEW cheap", "DROP PROCEDURE bump()", "DROP FUNCTION total()", "DROP SEQUENCE entries", "DROP TABLE items",
] as const;

/** On another tenant's objects, by name. */
export const ON_ANOTHERS_OBJECTS: readonly Attempt[] = refused(
  ["SELECT", "SELECT * FROM ?.items"],
  ["SELECT of nothing", "SELECT FROM ?.items LIMIT 0"],
  ["SELECT FOR UPDATE", "SELECT * FROM ?.items FOR UPDATE"],
  ["TABLE", "TABLE ?.items"],
  ["INSERT", "INSERT INTO ?.items VALUES (3, 'x', 1)"],
  ["UPDATE", "UPDATE ?.items SET price = 0"],
  ["DELETE", "DELETE FROM ?.items"],
  ["MERGE", "MERGE INTO ?.items i USING (SELECT 1 AS id) s ON i.id = s.id WHEN MATCHED THEN DELETE"],
  ["TRUNCATE", "TRUNCATE ?.items"],
  ["COPY out", "COPY ?.items TO STDOUT"],
  ["COPY of a query", "COPY (SELECT * FROM ?.items) TO STDOUT"],
  ["EXPLAIN", "EXPLAIN SELECT * FROM ?.items"],
  ["PREPARE", "PREPARE p AS SELECT * FROM ?.items"],
  ["DECLARE CURSOR", "DECLARE c CURSOR FOR SELECT * FROM ?.items"],
  ["LOCK", "LOCK TABLE ?.items IN ACCESS SHARE MODE"],
  ["ANALYZE", "ANALYZE ?.items"],
  ["VACUUM", "VACUUM ?.items"],
  ["CREATE INDEX", "CREATE INDEX ON ?.items (price)"],
  ["REINDEX", "REINDEX TABLE ?.items"],
  ["CLUSTER", "CLUSTER ?.items USING items_name"],
  ["ALTER TABLE", "ALTER TABLE ?.items ADD COLUMN x int"],
  ["ALTER TABLE OWNER", "ALTER TABLE ?.items OWNER TO CURRENT_USER"],
  ["ALTER TABLE SCHEMA", "ALTER TABLE ?.items SET SCHEMA public"],
  ["DROP TABLE", "DROP TABLE ?.items"],
  ["COMMENT", "COMMENT ON TABLE ?.items IS 'x'"],
  ["CREATE TRIGGER", "CREATE TRIGGER t BEFORE INSERT ON ?.items EXECUTE FUNCTION suppress_redundant_updates_trigger()"],
  ["CREATE RULE", "CREATE RULE r AS ON INSERT TO ?.items DO NOTHING"],
  ["CREATE POLICY", "CREATE POLICY p ON ?.items"],
  ["CREATE STATISTICS", "CREATE STATISTICS ?.s ON name, price FROM ?.items"],
  ["GRANT on a table", "GRANT SELECT ON ?.items TO CURRENT_USER"],
  ["GRANT on all tables", "GRANT SELECT ON ALL TABLES IN SCHEMA ? TO CURRENT_USER"],
  ["REVOKE on a table", "REVOKE SELECT ON ?.items FROM PUBLIC"],
  ["GRANT on the schema", "GRANT USAGE ON SCHEMA ? TO CURRENT_USER"],
  ["REVOKE on the schema", "REVOKE USAGE ON SCHEMA ? FROM ?__app"],
  ["nextval", "SELECT nextval('?.entries')"],
  ["setval", "SELECT setval('?.entries', 99)"],
  ["SELECT of a sequence", "SELECT last_value FROM ?.entries"],
  ["ALTER SEQUENCE", "ALTER SEQUENCE ?.entries RESTART"],
  ["DROP SEQUENCE", "DROP SEQUENCE ?.entries"],
  ["function", "SELECT ?.total()"],
  ["CALL", "CALL ?.bump()"],
  ["CREATE FUNCTION", "CREATE FUNCTION ?.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
  ["CREATE OR REPLACE FUNCTION", "CREATE OR REPLACE FUNCTION ?.total() RETURNS numeric LANGUAGE sql AS 'SELECT 0'"],
  ["ALTER FUNCTION", "ALTER FUNCTION ?.total() SECURITY INVOKER"],
  ["DROP FUNCTION", "DROP FUNCTION ?.total()"],
  ["view", "SELECT * FROM ?.cheap"],
  ["UPDATE of a view", "UPDATE ?.cheap SET price = 0"],
  ["CREATE OR REPLACE VIEW", "CREATE OR REPLACE VIEW ?.cheap AS SELECT 1 AS id"],
  ["DROP VIEW", "DROP VIEW ?.cheap"],
  ["materialized view", "SELECT * FROM ?.summary"],
  ["REFRESH", "REFRESH MATERIALIZED VIEW ?.summary"],
  ["type", "SELECT 'S'::?.size"],
  ["ALTER TYPE", "ALTER TYPE ?.size ADD VALUE 'L'"],
  ["XML of a table", "SELECT table_to_xml('?.items', true, false, '')"],
  ["XML of a query", "SELECT query_to_xml('SELECT * FROM ?.items', true, false, '')"],
  ["CREATE TABLE there", "CREATE TABLE ?.x (id int)"],
  ["CREATE VIEW there", "CREATE VIEW ?.x AS SELECT 1"],
  ["CREATE SEQUENCE there", "CREATE SEQUENCE ?.x"],
  ["CREATE TYPE there", "CREATE TYPE ?.x AS (a int)"],
  ["ALTER SCHEMA", "ALTER SCHEMA ? RENAME TO x"],
  ["ALTER SCHEMA OWNER", "ALTER SCHEMA ? OWNER TO CURRENT_USER"],
  ["DROP SCHEMA", "DROP SCHEMA ? CASCADE"],
  ["ALTER DEFAULT PRIVILEGES", "ALTER DEFAULT PRIVILEGES FOR ROLE ?__migration IN SCHEMA ? GRANT SELECT ON TABLES TO CURRENT_USER"],
);

/** As or about another tenant's roles. */
export const ON_ANOTHERS_ROLES: readonly Attempt[] = ["app", "migration", "owner"].flatMap((role) =>
  refused(
    [`SET ROLE ${role}`, `SET ROLE ?__${role}`],
    [`SET SESSION AUTHORIZATION ${role}`, `SET SESSION AUTHORIZATION ?__${role}`],
    [`GRANT ${role}`, `GRANT ?__${role} TO CURRENT_USER`],
    [`REVOKE of ${role}`, `REVOKE tenants FROM ?__${role}`],
    [`ALTER ROLE ${role} PASSWORD`, `ALTER ROLE ?__${role} PASSWORD 'x'`],
    [`ALTER ROLE ${role} NOLOGIN`, `ALTER ROLE ?__${role} NOLOGIN`],
    [`ALTER ROLE ${role} SET`, `ALTER ROLE ?__${role} SET search_path = public`],
    [`ALTER ROLE ${role} RENAME`, `ALTER ROLE ?__${role} RENAME TO x`],
    [`DROP ROLE ${role}`, `DROP ROLE ?__${role}`],
    [`DROP OWNED BY ${role}`, `DROP OWNED BY ?__${role}`],
    [`REASSIGN OWNED BY ${role}`, `REASSIGN OWNED BY ?__${role} TO CURRENT_USER`],
  ),
);

/** On the database, the server and its files, by any login. */
export const ON_THE_SERVER: readonly Attempt[] = refused(
  ["CREATE TABLE in public", "CREATE TABLE public.x (id int)"],
  ["CREATE FUNCTION in public", "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
  ["CREATE TABLE in pg_catalog", "CREATE TABLE pg_catalog.x (id int)"],
  ["CREATE TEMP TABLE", "CREATE TEMP TABLE x (id int)"],
  ["CREATE TEMP SEQUENCE", "CREATE TEMP SEQUENCE x"],
  ["SELECT INTO TEMP", "SELECT 1 AS id INTO TEMP x"],
  ["CREATE SCHEMA", "CREATE SCHEMA x"],
  ["CREATE DATABASE", "CREATE DATABASE x"],
  ["ALTER DATABASE", "ALTER DATABASE privatesales SET work_mem = '1GB'"],
  ["DROP DATABASE", "DROP DATABASE privatesales"],
  ["CREATE ROLE", "CREATE ROLE x"],
  ["CREATE USER", "CREATE USER x SUPERUSER"],
  ["ALTER ROLE ALL", "ALTER ROLE ALL SET work_mem = '1GB'"],
  ["GRANT of the group", "GRANT tenants TO pg_monitor"],
  ["GRANT of a predefined role", "GRANT pg_read_all_data TO CURRENT_USER"],
  ["CREATE EXTENSION", "CREATE EXTENSION pg_trgm"],
  ["CREATE LANGUAGE", "CREATE LANGUAGE x HANDLER plpgsql_call_handler"],
  ["CREATE FUNCTION in C", "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'getpid'"],
  ["CREATE EVENT TRIGGER", "CREATE EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()"],
  ["CREATE PUBLICATION", "CREATE PUBLICATION x"],
  ["CREATE PUBLICATION for all", "CREATE PUBLICATION x FOR ALL TABLES"],
  ["CREATE SUBSCRIPTION", "CREATE SUBSCRIPTION x CONNECTION 'host=127.0.0.1' PUBLICATION x"],
  ["CREATE FOREIGN DATA WRAPPER", "CREATE FOREIGN DATA WRAPPER x"],
  ["CREATE TABLESPACE", "CREATE TABLESPACE x LOCATION '/tmp'"],
  ["CREATE ACCESS METHOD", "CREATE ACCESS METHOD x TYPE TABLE HANDLER heap_tableam_handler"],
  ["COPY to a file", "COPY (SELECT 1) TO '/tmp/x'"],
  ["COPY to a program", "COPY (SELECT 1) TO PROGRAM 'cat'"],
  ["pg_read_file", "SELECT pg_read_file('postgresql.conf')"],
  ["pg_ls_dir", "SELECT pg_ls_dir('.')"],
  ["ALTER SYSTEM", "ALTER SYSTEM SET work_mem = '1GB'"],
  ["SET of a superuser's setting", "SET session_replication_role = replica"],
  ["SET log_statement", "SET log_statement = 'none'"],
  ["LOAD", "LOAD 'auto_explain'"],
  ["CHECKPOINT", "CHECKPOINT"],
  ["pg_reload_conf", "SELECT pg_reload_conf()"],
  ["password hashes", "SELECT rolpassword FROM pg_authid"],
  ["statistics of values", "SELECT * FROM pg_statistic"],
  ["content of large objects", "SELECT * FROM pg_largeobject"],
  ["lo_create", "SELECT lo_create(0)"],
  ["lo_creat", "SELECT lo_creat(-1)"],
  ["lo_from_bytea", "SELECT lo_from_bytea(0, 'x')"],
  ["lo_import", "SELECT lo_import('/etc/passwd')"],
);

/** On a login's own schema `?` and its own role. */
export const ON_ITS_OWN: readonly Attempt[] = [
  ...refused(
    ["DROP SCHEMA", "DROP SCHEMA ? CASCADE"],
    ["ALTER SCHEMA", "ALTER SCHEMA ? RENAME TO x"],
    ["ALTER SCHEMA OWNER", "ALTER SCHEMA ? OWNER TO CURRENT_USER"],
    ["COMMENT ON SCHEMA", "COMMENT ON SCHEMA ? IS 'x'"],
    ["SET ROLE owner", "SET ROLE ?__owner"],
    ["ALTER ROLE SUPERUSER", "ALTER ROLE CURRENT_USER SUPERUSER"],
    ["ALTER ROLE CREATEDB", "ALTER ROLE CURRENT_USER CREATEDB"],
    ["ALTER ROLE CREATEROLE", "ALTER ROLE CURRENT_USER CREATEROLE"],
    ["ALTER ROLE REPLICATION", "ALTER ROLE CURRENT_USER REPLICATION"],
    ["ALTER ROLE BYPASSRLS", "ALTER ROLE CURRENT_USER BYPASSRLS"],
    ["ALTER ROLE CONNECTION LIMIT", "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1"],
    ["ALTER ROLE VALID UNTIL", "ALTER ROLE CURRENT_USER VALID UNTIL 'infinity'"],
    ["ALTER ROLE NOINHERIT", "ALTER ROLE CURRENT_USER NOINHERIT"],
    ["DROP ROLE", "DROP ROLE ?__app"],
  ),
  ["GRANT of the schema to PUBLIC", "GRANT USAGE ON SCHEMA ? TO PUBLIC", NOTHING_GRANTED],
  ["GRANT of the schema to another", "GRANT ALL ON SCHEMA ? TO tenants", NOTHING_GRANTED],
  ["REVOKE of the schema", "REVOKE USAGE ON SCHEMA ? FROM ?__app", NOTHING_REVOKED],
  ["GRANT of the database to PUBLIC", "GRANT CONNECT ON DATABASE privatesales TO PUBLIC", NOTHING_GRANTED],
];

/** What the application's login may not do to its own tenant's objects. */
export const BY_THE_APPLICATION: readonly Attempt[] = [
  ...refused(
    ["CREATE TABLE", "CREATE TABLE ?.x (id int)"],
    ["CREATE FUNCTION", "CREATE FUNCTION ?.x() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ["ALTER TABLE", "ALTER TABLE ?.items ADD COLUMN x int"],
    ["DROP TABLE", "DROP TABLE ?.items"],
    ["TRUNCATE", "TRUNCATE ?.items"],
    ["function that nobody granted", "SELECT ?.total()"],
    ["SET ROLE migration", "SET ROLE ?__migration"],
  ),
  ["GRANT to PUBLIC", "GRANT SELECT ON ?.items TO PUBLIC", NOTHING_GRANTED],
  ["GRANT of a sequence to PUBLIC", "GRANT USAGE ON SEQUENCE ?.entries TO PUBLIC", NOTHING_GRANTED],
];

/**
 * Who has which right, in a fixed order; what comes with being made is spelled out, so that "none given" compares with "given".
 * Not the owner's own: a later major version knows more of them.
 */
const rights = (acl: string, kind: string, owner: string): string =>
  `(SELECT string_agg(format('%s:%s%s', CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END, privilege_type, CASE WHEN is_grantable THEN '*' END), ','
                      ORDER BY grantee::regrole::text, privilege_type)
      FROM aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) WHERE grantee <> ${owner})`;

const named = (name: string, owner: string, acl: string): string => `concat_ws(' ', ${name}, ${owner}::regrole, ${acl})`;

/**
 * What is in a schema ($1), a line each: kind, name, owner and rights; of what a table owns, whether it is valid and on.
 * Names of the schema's own objects come without it when it is the search path.
 */
export const CATALOGUE = `
  WITH home AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname = $1)
  SELECT concat_ws(' ', 'schema', nspowner::regrole, ${rights("nspacl", "n", "nspowner")}) AS one FROM home
  UNION ALL
  SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'partitioned table ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
                      WHEN 'S' THEN 'sequence ' WHEN 'f' THEN 'foreign table ' ELSE 'type ' END
         || ${named("quote_ident(relname)", "relowner", `CASE relkind WHEN 'S' THEN ${rights("relacl", "s", "relowner")} ELSE ${rights("relacl", "r", "relowner")} END`)}
    FROM pg_class, home WHERE relnamespace = home.oid AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  UNION ALL
  SELECT 'column ' || concat_ws(' ', quote_ident(relname) || '.' || quote_ident(attname), format_type(atttypid, atttypmod),
                                CASE WHEN attnotnull THEN 'not null' END, attacl::text)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, home WHERE relnamespace = home.oid AND relkind IN ('r', 'p', 'v', 'm', 'c') AND attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT 'index ' || concat_ws(' ', quote_ident(relname), CASE WHEN indisvalid THEN 'valid' ELSE 'invalid' END)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid, home WHERE relnamespace = home.oid
  UNION ALL
  SELECT 'constraint ' || concat_ws(' ', quote_ident(conname), nullif(conrelid, 0)::regclass, contype, CASE WHEN convalidated THEN 'valid' ELSE 'not valid' END)
    FROM pg_constraint, home WHERE connamespace = home.oid AND contype <> 'n'
  UNION ALL
  SELECT 'trigger ' || concat_ws(' ', quote_ident(tgname), tgrelid::regclass, tgenabled)
    FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid, home WHERE relnamespace = home.oid AND NOT tgisinternal
  UNION ALL
  SELECT 'policy ' || concat_ws(' ', quote_ident(polname), polrelid::regclass, polcmd)
    FROM pg_policy JOIN pg_class c ON c.oid = polrelid, home WHERE relnamespace = home.oid
  UNION ALL
  SELECT 'routine ' || ${named("quote_ident(proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'", "proowner", rights("proacl", "f", "proowner"))}
    FROM pg_proc p, home WHERE pronamespace = home.oid
  UNION ALL
  SELECT 'type ' || ${named("quote_ident(typname)", "typowner", rights("typacl", "T", "typowner"))}
    FROM pg_type, home WHERE typnamespace = home.oid AND typtype IN ('d', 'e', 'r')
  UNION ALL
  SELECT 'default privileges ' || concat_ws(' ', defaclrole::regrole, defaclobjtype, (SELECT string_agg(item::text, ' ' ORDER BY item::text) FROM unnest(defaclacl) AS item))
    FROM pg_default_acl, home WHERE defaclnamespace = home.oid`;

/** Objects of a schema ($1) that belong to another role than $2 and than its own owner: a restore could not give them back. */
export const FOREIGN_OWNERS = `
  WITH home AS (SELECT oid FROM pg_namespace WHERE nspname = $1)
  SELECT 'relation ' || relname AS name, relowner::regrole::text AS owner FROM pg_class, home
   WHERE relnamespace = home.oid AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND relowner <> $2::regrole
  UNION ALL
  SELECT 'routine ' || proname, proowner::regrole::text FROM pg_proc, home WHERE pronamespace = home.oid AND proowner <> $2::regrole
   ORDER BY 1`;

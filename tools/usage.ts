export const USAGE = `npm run tools -- <command> [options]

  backup         dumps the tenant's schema, encrypted, with a manifest
  restore        checks a backup and its target; --apply restores beside the live schema, compares, swaps
  verify-backup  restores the newest backups of tenants to scratch databases, compares, prints Prometheus metrics
  list           names the tenant's backups, oldest first

all
  --tenant=ID             default TENANT_ID; verify-backup takes several, parted by commas
  --store=URL             default BACKUP_STORE; file:///folder or s3://bucket
  --pg-bin=FOLDER         default PG_BIN, then PATH; where PostgreSQL's own programs are

backup, with MIGRATION_DATABASE_URL
  --recipient=age1…       default BACKUP_RECIPIENT; the public half of the key
  --retention-days=N      older backups are ended, never the newest
  --retention-class=NAME  object tag by which a bucket's own rules end a dump

restore, with OWNER_DATABASE_URL (owner of the database, with CREATEROLE and CREATEDB) and BACKUP_IDENTITY_FILE
  --backup=NAME           default the newest
  --apply                 writes; without it nothing is
  --replace               a live schema may be put aside; it is kept until you drop it

verify-backup, with the same as restore
  --sample=N              so many of the tenants, by chance; default all
  --metrics=FILE          writes the metrics there instead of printing them
`;

export const USAGE = `npm run tools -- <command> [options]

  backup         dumps the tenant's schema, encrypted, with a manifest
  restore        checks a backup and its target; --apply restores beside the live schema, compares, swaps
  verify-backup  restores the newest backups of tenants to scratch databases, compares, prints Prometheus metrics
  list           names the tenant's backups, oldest first
  verify         database, cache, API and a page at every host of one tenant answer
  integration    each shop does what a shopper expects of it, at every host
  scan           trivy-operator has a report on all that runs, without a finding that has a fix

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

verify, with what the tenant's ConfigMap and Secret tell its applications; integration, scan
  --deadline=SECONDS      goes on trying for so long; default 240, 300, 1500
  --gateway=HOST:PORT     where shops are called; default their own names, port 443
  --certificates=…        public (default), or selfSigned: the platform's own authority
  --targets=FILE          the shops, as JSON; scan and integration
  --fail-on=SEVERITY      of scan: LOW, MEDIUM, HIGH or CRITICAL (default), and what is worse; in KUBECONFIG's cluster, or the pod's own
`;

import { describe, expect, test } from "vitest";
import { parseArguments } from "../../tools/arguments.ts";

const ENV = {
  TENANT_ID: "dior",
  BACKUP_STORE: "s3://dumps",
  BACKUP_RECIPIENT: "age1abc",
  MIGRATION_DATABASE_URL: "postgresql://m:secret@db:5432/shops?sslmode=verify-full",
  OWNER_DATABASE_URL: "postgresql://o:secret@db:5432/shops",
  BACKUP_IDENTITY_FILE: "/keys/identity",
};

test("a backup is what the job's pod says", () => {
  expect(parseArguments(["backup", "--retention-days=7", "--retention-class=starter"], ENV)).toEqual({
    kind: "backup", tenant: "dior", store: "s3://dumps", pgBin: undefined, url: new URL(ENV.MIGRATION_DATABASE_URL), recipient: "age1abc", retentionDays: 7, retentionClass: "starter",
  });
});

test("a restore writes nothing unless it is told to", () => {
  const restore = { kind: "restore", tenant: "dior", store: "s3://dumps", pgBin: "/pg", url: new URL(ENV.OWNER_DATABASE_URL), identityFile: "/keys/identity", backup: undefined, mode: "dryRun", replace: false };
  expect(parseArguments(["restore", "--pg-bin=/pg"], ENV)).toEqual(restore);
  expect(parseArguments(["restore", "--pg-bin=/pg", "--apply", "--replace", "--backup=x"], ENV)).toEqual({ ...restore, mode: "apply", replace: true, backup: "x" });
});

test("an argument goes before the environment", () => {
  expect(parseArguments(["list", "--tenant=gucci", "--store=file:///x"], ENV)).toMatchObject({ tenant: "gucci", store: "file:///x" });
  expect(parseArguments(["verify-backup", "--tenant=gucci,maison-1", "--sample=1"], ENV)).toMatchObject({ tenants: ["gucci", "maison-1"], sample: 1 });
});

test.each([[[]], [["--help"]], [["restore", "--help"]]])("%j asks for help", (argv) => {
  expect(parseArguments(argv, {})).toEqual({ kind: "help" });
});

describe("refused", () => {
  test.each<readonly [readonly string[], Readonly<Record<string, string | undefined>>, RegExp]>([
    [["dump"], {}, /no such command[^]*given {4}dump\n[^]*allowed {2}backup, restore/],
    [["backup", "--apply", "--retention-days=7"], {}, /not one of this command's[^]*--apply[^]*--retention-days/],
    [["backup"], {}, /backup needs the days[^]*--retention-days/],
    [["backup", "--retention-days=0"], {}, /--retention-days is not a number[^]*"0"/],
    [["backup", "--retention-days=7"], { BACKUP_RECIPIENT: undefined }, /whom to encrypt for[^]*BACKUP_RECIPIENT/],
    [["backup", "--retention-days=7", "--tenant=a,b"], {}, /about one tenant/],
    [["backup", "--retention-days=7"], { TENANT_ID: "../x" }, /no tenant's id[^]*"..\/x"/],
    [["backup", "--retention-days=7"], { TENANT_ID: "Dior" }, /no tenant's id/],
    [["list"], { BACKUP_STORE: "" }, /list needs a store/],
    [["restore"], { OWNER_DATABASE_URL: undefined }, /restore needs the connection string of the database's owner[^]*set OWNER_DATABASE_URL/],
    [["verify-backup", "--sample=few"], {}, /--sample is not a number/],
  ])("%j %j", (argv, over, why) => {
    expect(() => parseArguments(argv, { ...ENV, ...over })).toThrow(why);
  });

  test.each([
    [{ MIGRATION_DATABASE_URL: "mysql://u:secret@h/d" }, /is no connection string/],
    [{ MIGRATION_DATABASE_URL: "secret" }, /is no connection string/],
    [{ BACKUP_RECIPIENT: "AGE-SECRET-KEY-1secret" }, /recipient is not one/],
  ])("without showing a secret: %j", (over, why) => {
    const parse = (): unknown => parseArguments(["backup", "--retention-days=7"], { ...ENV, ...over });
    expect(parse).toThrow(why);
    expect(parse).not.toThrow(/secret@|1secret|given {4}secret/);
  });
});

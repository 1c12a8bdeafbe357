import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { Credentials } from "../../../components/data/credentials.ts";
import { record } from "../../support/record.ts";

test("one password a tenant and three of the platform, fit for URLs", async () => {
  const seen = await record(() => new Credentials("credentials", { tenants: [{ id: "dior" }] }));
  const passwords = seen.filter(({ type }) => type.endsWith(":RandomPassword"));
  expect(passwords.map(({ name }) => name).toSorted()).toEqual([
    "credentials-cache-admin-password",
    "credentials-pooler-admin-password",
    "credentials-pooler-stats-password",
    "dior-password",
  ]);
  expect(passwords.map(({ inputs }) => inputs)).toEqual(passwords.map(() => ({ length: 32, special: false })));
});

test("hands them out as secrets, and names the tenants it knows when asked for another", async () => {
  let secret: boolean | undefined;
  await record(async () => {
    const credentials = new Credentials("credentials", { tenants: [{ id: "dior" }, { id: "gucci" }] });
    secret = await pulumi.isSecret(credentials.of("dior").app);
    expect(() => credentials.of("prada")).toThrow(
      "no credentials for tenant prada; there are credentials for: dior, gucci",
    );
  });
  expect(secret).toBe(true);
});

test("each login's password is derived from the next stronger one's, and does not give it away", async () => {
  let logins: unknown;
  await record(async () => {
    const of = new Credentials("credentials", { tenants: [{ id: "dior" }] }).of("dior");
    logins = await new Promise((resolve) => {
      pulumi.all({ ...of }).apply((all) => {
        resolve(all);
      });
    });
  });
  // HMAC-SHA256, by: printf application | openssl dgst -sha256 -hmac generated; and of "cache" under that.
  expect(logins).toEqual({
    migration: "generated",
    app: "52f93e044585725b387eeee045915b5269e456984837d8d9ef5588c82cb437d5",
    cache: "c8882c332ccc770ad0dedbd5dbdaa68236d8f36d141bd475a2856e37331b09bd",
  });
});

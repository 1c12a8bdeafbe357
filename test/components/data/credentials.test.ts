import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { Credentials } from "../../../components/data/credentials.ts";
import { record } from "../../support/record.ts";

test("three passwords a tenant and three of the platform, fit for URLs", async () => {
  const seen = await record(() => new Credentials("credentials", { tenants: [{ id: "dior" }] }));
  const passwords = seen.filter(({ type }) => type.endsWith(":RandomPassword"));
  expect(passwords.map(({ name }) => name).toSorted()).toEqual([
    "credentials-cache-admin-password",
    "credentials-pooler-admin-password",
    "credentials-pooler-stats-password",
    "dior-app-password",
    "dior-cache-password",
    "dior-migration-password",
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

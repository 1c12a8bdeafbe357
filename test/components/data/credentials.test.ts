import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { Credentials } from "../../../components/data/credentials.ts";
import { record } from "../../support/record.ts";

test("two passwords a tenant and three of the platform, fit for URLs", async () => {
  const seen = await record(() => new Credentials("credentials", { tenants: [{ id: "dior" }] }));
  const passwords = seen.filter(({ type }) => type.endsWith(":RandomPassword"));
  expect(passwords.map(({ name }) => name).toSorted()).toEqual([
    "credentials-cache-admin-password",
    "credentials-pooler-admin-password",
    "credentials-pooler-stats-password",
    "dior-app-password",
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

test("the cache's password is derived from the application's, and does not give it away", async () => {
  let login: unknown;
  await record(async () => {
    const { app, cache } = new Credentials("credentials", { tenants: [{ id: "dior" }] }).of("dior");
    login = await new Promise((resolve) => {
      pulumi.all({ app, cache }).apply((both) => {
        resolve(both);
      });
    });
  });
  // HMAC-SHA256 of "cache" under "generated", by: printf cache | openssl dgst -sha256 -hmac generated
  expect(login).toEqual({ app: "generated", cache: "33196e0c1a90979caa3490cc7c1c82f38e1ef6612ebb22be9d0132e8b52e3f17" });
});

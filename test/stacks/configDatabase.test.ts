import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig, type StackConfig } from "../../stacks/config.ts";
import { databaseServer } from "../../stacks/database.ts";
import { STACKS } from "../../sandbox/arguments.ts";
import { configOf, recordProgram } from "../support/program.ts";
import { at } from "../support/objects.ts";
import { only } from "../support/record.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const EXTERNAL = { kind: "external", host: "db.example", username: "admin", cidrs: ["10.0.0.0/16"] };

const configWith = (database: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => ({
  ...configOf("local"),
  "privatesales:databasePassword": "hunter2",
  "privatesales:database": JSON.stringify(database),
});
const parse = (over: Readonly<Record<string, unknown>>): StackConfig => parseConfig(configWith({ ...EXTERNAL, ...over }), "local");

const authoritiesOf = (config: StackConfig): unknown => databaseServer(config).authorities;
const argsOf = (config: StackConfig): unknown => databaseServer(config).args;

function faultsOf(database: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    parseConfig(configWith(database), "local");
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n  ").slice(1);
    throw error;
  }
  throw new Error("it was accepted");
}

describe("authorities", () => {
  test("are asked for by verify-full, which is the default, by file and key", () => {
    const fault = /^Pulumi\.local\.yaml: privatesales:database\.authorities is missing; sslmode verify-full needs the PEM/;
    expect(faultsOf(EXTERNAL)).toEqual([expect.stringMatching(fault)]);
    expect(faultsOf({ ...EXTERNAL, sslmode: "verify-full" })).toEqual([expect.stringMatching(fault)]);
    expect(authoritiesOf(parse({ authorities: PEM }))).toEqual({ authorities: PEM });
  });

  test.each(["require", "disable"])("are not asked for by %s, and passed on where they are given", (sslmode) => {
    expect(authoritiesOf(parse({ sslmode }))).toEqual({});
    expect(authoritiesOf(parse({ sslmode, authorities: PEM }))).toEqual({ authorities: PEM });
  });

  test("are certificates in PEM", () => {
    expect(faultsOf({ ...EXTERNAL, authorities: "/etc/ssl/ca.pem" })).toEqual([
      'Pulumi.local.yaml: privatesales:database.authorities is "/etc/ssl/ca.pem"; certificates in PEM',
    ]);
  });

  test("are no key of a database in the cluster", () => {
    expect(faultsOf({ kind: "inCluster", authorities: PEM })).toEqual(["Pulumi.local.yaml: privatesales:database.authorities is not a known key"]);
    expect(authoritiesOf(parseConfig(configOf("local"), "local"))).toEqual({});
  });

  test("reach the pooler, which checks the server by them", async () => {
    const poolerFiles = async (database: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const resources = await recordProgram("local", { config: { databasePassword: "hunter2", database: JSON.stringify({ ...EXTERNAL, ...database }) } });
      return at(only(resources, "ConfigMap", "pooler-config").inputs, "data");
    };
    expect(JSON.stringify(await poolerFiles({ authorities: PEM }))).toContain(JSON.stringify(PEM).slice(1, -1));
    expect(JSON.stringify(await poolerFiles({ sslmode: "require" }))).not.toContain("BEGIN CERTIFICATE");
  });
});

describe("the database of", () => {
  test.each(STACKS)("%s is accepted as its file says, with the secrets that its comments name", (stack) => {
    const config = parseConfig(configOf(stack), stack);
    expect(config.database.kind).toBe(stack === "local" ? "inCluster" : "aurora");
  });

  test("an external one is the component's, with its password, and where pods reach it", () => {
    const args = argsOf(parse({ authorities: PEM, podHost: "db.pods.example" }));
    expect(args).toMatchObject({ ...EXTERNAL, port: 5432, database: "privatesales", sslmode: "verify-full", podHost: "db.pods.example" });
    expect(argsOf(parse({ sslmode: "require" }))).not.toHaveProperty("podHost");
  });

  test("one without an address range that pods may reach is refused", () => {
    expect(faultsOf({ ...EXTERNAL, sslmode: "require", cidrs: [] })).toEqual([expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:database\.cidrs is \[\]; /)]);
    expect(faultsOf({ ...EXTERNAL, sslmode: "require", cidrs: ["10.0.0.1"] })).toEqual([
      'Pulumi.local.yaml: privatesales:database.cidrs.0 is "10.0.0.1"; an address range such as 10.0.0.0/16',
    ]);
  });

  test("one of no known kind is refused", () => {
    expect(faultsOf({ kind: "sqlite" })).toEqual([expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:database\.kind is "sqlite"; /)]);
  });
});

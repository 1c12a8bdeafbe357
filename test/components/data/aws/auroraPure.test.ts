import { describe, expect, test } from "vitest";
import { managedSecretArn } from "../../../../components/data/aws/aurora.ts";
import { auroraAlarms } from "../../../../components/data/aws/auroraAlarms.ts";
import { clusterName, clusterParameters, majorOf, postgresLogGroup, writerHost } from "../../../../components/data/aws/auroraParameters.ts";
import { masterSecretName, passwordIn } from "../../../../components/data/aws/masterSecret.ts";
import { rotationFunctionArn } from "../../../../components/data/aws/passwordRotation.ts";
import { secretsPrefix } from "../../../../components/tenant/aws/tenantPolicies.ts";

describe("parameters", () => {
  const parameters = new Map(clusterParameters(400).map((one) => [one.name, one]));

  test.each([
    ["rds.force_ssl", "1"],
    ["ssl_min_protocol_version", "TLSv1.2"],
    ["log_statement", "ddl"],
    ["log_min_duration_statement", "1000"],
    ["shared_preload_libraries", "pg_stat_statements,pgaudit"],
    ["max_connections", "400"],
  ])("%s is %s", (name, value) => {
    expect(parameters.get(name)?.value).toBe(value);
  });

  test("those that a server reads at its start wait for one; AWS refuses them otherwise", () => {
    const waiting = [...parameters.values()].filter(({ applyMethod }) => applyMethod === "pending-reboot").map(({ name }) => name);
    expect(waiting).toEqual(["shared_preload_libraries", "max_connections"]);
  });
});

test.each([
  ["17.7", "17"],
  ["18.1", "18"],
  ["17", "17"],
])("the major version of %s is %s", (version, major) => {
  expect(majorOf(version)).toBe(major);
});

test.each(["", "latest", "v17.7"])("%j is no version", (version) => {
  expect(() => majorOf(version)).toThrow("does not begin with a number; write one such as 17.7");
});

test.each([
  ["g", "c", "g"],
  ["", "c", "c"],
  [undefined, "c", "c"],
])("of %j and %j, writes go to %j", (shared, own, expected) => {
  expect(writerHost(shared, own)).toBe(expected);
});

test("names say the region and no role", () => {
  const name = clusterName("privatesales-prod", "ap-northeast-1");
  expect([name, postgresLogGroup(name)]).toEqual([
    "privatesales-prod-db-ap-northeast-1",
    "/aws/rds/cluster/privatesales-prod-db-ap-northeast-1/postgresql",
  ]);
});

test("no tenant's secrets include the master's, whatever the tenant is called", () => {
  for (const tenant of ["database", "platform", "platform-database"]) {
    expect(masterSecretName("privatesales-prod").startsWith(secretsPrefix("privatesales-prod", tenant))).toBe(false);
  }
  expect("privatesales-prod/dior/mail".startsWith(secretsPrefix("privatesales-prod", "dior"))).toBe(true);
});

describe("the password in a secret", () => {
  test("is the text under `password`", () => {
    expect(passwordIn('{"username":"platform","password":"s3cret"}')).toBe("s3cret");
  });

  test.each(['{"username":"s3cret"}', '"s3cret"', "null", '{"password":7}'])("is missing in %s, and the error shows none of it", (text) => {
    expect(() => passwordIn(text)).toThrow(/^the master secret of the database is no JSON object with a text under `password`/);
    expect(() => passwordIn(text)).not.toThrow(/s3cret/);
  });
});

test("the rotation stack's output is found, and its absence names what there is", () => {
  expect(rotationFunctionArn({ RotationLambdaARN: "arn" })).toBe("arn");
  expect(() => rotationFunctionArn({ Other: "x" })).toThrow("no output RotationLambdaARN; it has: Other");
});

test("the managed secret is the first one, and its absence is said", () => {
  expect(managedSecretArn([{ secretArn: "arn" }])).toBe("arn");
  expect(() => managedSecretArn([])).toThrow("RDS reports no master secret of the cluster");
});

describe("alarms", () => {
  const alarms = new Map(auroraAlarms("db", 400).map((alarm) => [alarm.name, alarm]));

  test("ring at 85 % of the connections", () => {
    expect(alarms.get("connections")).toMatchObject({ metric: "DatabaseConnections", threshold: 340, rings: "above" });
  });

  test("take silence for trouble where a cluster always reports, and for a role where it does not", () => {
    const silent = [...alarms.values()].filter(({ silence }) => silence === "breaching").map(({ name }) => name);
    expect(silent).toEqual(["cpu"]);
    expect(alarms.get("global-lag")?.silence).toBe("notBreaching");
  });

  test("are about the cluster, not about an instance that may go", () => {
    for (const alarm of alarms.values()) expect(alarm.dimensions).toEqual({ DBClusterIdentifier: "db" });
  });
});

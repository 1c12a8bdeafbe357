import { describe, expect, test } from "vitest";
import { Aurora, type AuroraArgs } from "../../../../components/data/aws/aurora.ts";
import { createdAs, leftAlone, type Birth } from "../../../../components/data/aws/auroraBirth.ts";
import { listAt } from "../../../support/objects.ts";
import { only } from "../../../support/record.ts";
import { namesOf, networkOf, ofKind, PLACE, run, SECOND, SECOND_TOPIC, secondProvider, TOPIC, valueOf } from "./support.ts";

const instance = (name: string, promotionTier: number): AuroraArgs["instances"][number] => ({ name, instanceClass: "db.r8g.large", promotionTier });

const alone: AuroraArgs = {
  ...PLACE,
  network: networkOf(10),
  engineVersion: "17.7",
  database: "privatesales",
  username: "platform",
  instances: [instance("a", 0), instance("b", 1)],
  backupRetentionDays: 7,
  maxConnections: 400,
  logRetentionDays: 30,
  performanceInsightsDays: 7,
  global: undefined,
  alarms: { topicArn: TOPIC },
  after: [],
};

const declareGlobal = (): Aurora =>
  new Aurora("database", {
    ...alone,
    backupRetentionDays: 35,
    global: {
      second: { provider: secondProvider(), region: SECOND, network: networkOf(20), instances: [instance("a", 0)], alarms: { topicArn: SECOND_TOPIC } },
    },
  });

const FIRST_CLUSTER = "database-ap-northeast-2-cluster";
const SECOND_CLUSTER = "database-ap-northeast-1-cluster";

describe("alone in one region", () => {
  test("is encrypted, recoverable, logged and guarded against deletion", async () => {
    const { seen, ignored } = await run(() => new Aurora("database", alone));
    const cluster = only(seen, "Cluster", FIRST_CLUSTER);
    expect(cluster).toMatchObject({ protect: true, retainOnDelete: true });
    expect(cluster.inputs).toMatchObject({
      clusterIdentifier: "privatesales-prod-db-ap-northeast-2",
      engine: "aurora-postgresql",
      engineVersion: "17.7",
      databaseName: "privatesales",
      storageEncrypted: true,
      kmsKeyId: "arn:aws:kms:key",
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "privatesales-prod-db-ap-northeast-2-final",
      copyTagsToSnapshot: true,
      backupRetentionPeriod: 7,
      iamDatabaseAuthenticationEnabled: true,
      enabledCloudwatchLogsExports: ["postgresql"],
      tags: { part: "data" },
    });
    expect(ignored.get(FIRST_CLUSTER)).toEqual(["engineVersion"]);
  });

  test("leaves the master password to RDS, under the database's key, and reads it from there", async () => {
    let password: unknown;
    let arn: unknown;
    const { seen, read } = await run(async () => {
      const database = new Aurora("database", alone);
      [password, arn] = await Promise.all([valueOf(database.password), valueOf(database.masterSecretArn)]);
    });
    const { inputs } = only(seen, "Cluster", FIRST_CLUSTER);
    expect(inputs).toMatchObject({ masterUsername: "platform", manageMasterUserPassword: true, masterUserSecretKmsKeyId: "key-id" });
    expect(inputs).not.toHaveProperty("masterPassword");
    expect([password, arn, read]).toEqual(["current-password", "arn:aws:secretsmanager:managed", ["arn:aws:secretsmanager:managed"]]);
    for (const kind of ["GlobalCluster", "Secret", "SecretRotation", "RandomPassword"]) expect(ofKind(seen, kind)).toEqual([]);
  });

  test("has private instances by letter, which nothing keeps running once they are given up", async () => {
    const { seen } = await run(() => new Aurora("database", alone));
    expect(namesOf(seen, "ClusterInstance")).toEqual(["database-ap-northeast-2-instance-a", "database-ap-northeast-2-instance-b"]);
    for (const one of ofKind(seen, "ClusterInstance")) {
      expect(one).toMatchObject({ protect: true, retainOnDelete: false });
      expect(one.inputs).toMatchObject({
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        monitoringInterval: 60,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: "arn:aws:kms:key",
        performanceInsightsRetentionPeriod: 7,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        copyTagsToSnapshot: true,
      });
      // The cluster says which version runs.
      expect(one.inputs).not.toHaveProperty("engineVersion");
    }
    expect(only(seen, "ClusterInstance", "database-ap-northeast-2-instance-b").inputs).toMatchObject({
      identifier: "privatesales-prod-db-ap-northeast-2-b",
      promotionTier: 1,
    });
  });

  test("admits PostgreSQL from private ranges only, and lets nothing out", async () => {
    const { seen } = await run(() => new Aurora("database", alone));
    expect(ofKind(seen, "SecurityGroupIngressRule").map(({ inputs }) => [inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"], inputs["ipProtocol"]])).toEqual([
      ["10.10.0.0/18", 5432, 5432, "tcp"],
      ["10.10.64.0/18", 5432, 5432, "tcp"],
    ]);
    expect(ofKind(seen, "SecurityGroupEgressRule")).toEqual([]);
    const { inputs } = only(seen, "SecurityGroup");
    expect(inputs).not.toHaveProperty("ingress");
    expect(inputs).not.toHaveProperty("egress");
  });

  test("logs under its key, for the days asked for, before RDS would make the group without either", async () => {
    const { seen } = await run(() => new Aurora("database", alone));
    expect(only(seen, "LogGroup").inputs).toMatchObject({
      name: "/aws/rds/cluster/privatesales-prod-db-ap-northeast-2/postgresql",
      kmsKeyId: "arn:aws:kms:key",
      retentionInDays: 30,
    });
    expect(only(seen, "Cluster", FIRST_CLUSTER).dependsOn).toContain("database-ap-northeast-2-log");
    expect(JSON.stringify(only(seen, "Key").inputs["policy"])).toContain("log-group:/aws/rds/cluster/privatesales-prod-db-ap-northeast-2/postgresql");
  });

  test("is neither protected nor guarded where protection is off", async () => {
    const { seen } = await run(() => new Aurora("database", { ...alone, protection: "off" }));
    const cluster = only(seen, "Cluster", FIRST_CLUSTER);
    expect(cluster).toMatchObject({ protect: false, retainOnDelete: false });
    expect(cluster.inputs).toMatchObject({ deletionProtection: false, skipFinalSnapshot: false });
  });
});

describe("a global database", () => {
  test("has a cluster in each region, under keys of their own, and the version on the whole", async () => {
    const { seen } = await run(declareGlobal);
    expect(only(seen, "GlobalCluster")).toMatchObject({
      protect: true,
      inputs: { globalClusterIdentifier: "privatesales-prod-db", engineVersion: "17.7", storageEncrypted: true, deletionProtection: true },
    });
    expect(only(seen, "GlobalCluster").inputs).not.toHaveProperty("sourceDbClusterIdentifier");
    expect(namesOf(seen, "Cluster")).toEqual([SECOND_CLUSTER, FIRST_CLUSTER]);
    expect(namesOf(seen, "Key")).toEqual(["database-ap-northeast-1-key-key", "database-ap-northeast-2-key-key"]);
  });

  test("puts all of the second region through its provider, and nothing else", async () => {
    const { seen } = await run(declareGlobal);
    const custom = seen.filter(({ custom: yes, type }) => yes && type.startsWith("aws:"));
    const bySecond = custom.filter(({ provider }) => provider === "second").map(({ name }) => name);
    expect(bySecond.length).toBeGreaterThan(10);
    expect(bySecond.toSorted()).toEqual(custom.filter(({ name }) => name.startsWith("database-ap-northeast-1")).map(({ name }) => name).toSorted());
  });

  test("adds the copy once the first cluster has instances", async () => {
    const { seen } = await run(declareGlobal);
    expect(only(seen, "Cluster", SECOND_CLUSTER).dependsOn).toEqual(
      expect.arrayContaining(["database-ap-northeast-2-instance-a", "database-ap-northeast-2-instance-b"]),
    );
  });

  test("says nowhere who writes: what the two clusters are not alike in is left as it is found", async () => {
    const { seen, ignored } = await run(declareGlobal);
    const lasting = (name: string): Readonly<Record<string, unknown>> => {
      const left = new Set(ignored.get(name));
      return Object.fromEntries(Object.entries(only(seen, "Cluster", name).inputs).filter(([key]) => !left.has(key)));
    };
    const first = lasting(FIRST_CLUSTER);
    const text = JSON.stringify(first)
      .replaceAll("ap-northeast-2", SECOND)
      // Subnets, groups and role are things of a region.
      .replaceAll("database-ap-northeast-2", "database-ap-northeast-1");
    expect(JSON.parse(text)).toEqual(lasting(SECOND_CLUSTER));
    expect(Object.keys(first)).toContain("globalClusterIdentifier");
    for (const name of [FIRST_CLUSTER, SECOND_CLUSTER]) {
      expect(ignored.get(name)).toEqual(expect.arrayContaining(["replicationSourceIdentifier", "masterPassword", "masterUsername", "databaseName"]));
      expect(only(seen, "Cluster", name).inputs).not.toHaveProperty("replicationSourceIdentifier");
    }
  });

  test("takes its writer's endpoint from the global database, so that a failover does not change it", async () => {
    const hosts: string[] = [];
    await run(async () => hosts.push(await valueOf(declareGlobal().host)));
    const noEndpoint = { "aws:rds/globalCluster:GlobalCluster": { endpoint: "" } };
    await run(async () => hosts.push(await valueOf(declareGlobal().host)), noEndpoint);
    expect(hosts).toEqual(["shared.global-x.global.rds.amazonaws.com", "own.cluster-x.rds.amazonaws.com"]);
  });

  test("publishes the ranges of both regions, since the writer can be in either", async () => {
    let cidrs: readonly string[] = [];
    await run(() => (cidrs = declareGlobal().cidrs));
    expect(cidrs).toEqual(["10.10.240.0/24", "10.10.241.0/24", "10.20.240.0/24", "10.20.241.0/24"]);
  });

  test("alarms in each region, about the same, to that region's topic", async () => {
    const { seen } = await run(declareGlobal);
    const alarms = (region: string): readonly string[] =>
      ofKind(seen, "MetricAlarm").filter(({ name }) => name.startsWith(`database-${region}`)).map(({ inputs }) => String(inputs["metricName"]));
    expect(alarms("ap-northeast-2")).toEqual(expect.arrayContaining(["CPUUtilization", "FreeableMemory", "DatabaseConnections", "AuroraGlobalDBReplicationLag", "Deadlocks"]));
    expect(alarms(SECOND)).toEqual(alarms("ap-northeast-2"));
    const topics = ofKind(seen, "MetricAlarm").map(({ name, inputs }) => [name.includes(SECOND), ...listAt(inputs, "alarmActions")]);
    expect(topics).toEqual(topics.map(([second]) => [second, second === true ? SECOND_TOPIC : TOPIC]));
  });
});

describe("a birth", () => {
  const database = { database: "privatesales", username: "platform" };
  const births: readonly Birth[] = [
    { kind: "alone", ...database },
    { kind: "founder", ...database, globalClusterIdentifier: "g", password: "p" },
    { kind: "joiner", globalClusterIdentifier: "g", sourceRegion: "ap-northeast-2" },
  ];

  test.each(births)("of kind $kind", (birth) => {
    const args = createdAs(birth, "key");
    const expected = {
      alone: { databaseName: "privatesales", masterUsername: "platform", manageMasterUserPassword: true, masterUserSecretKmsKeyId: "key" },
      founder: { globalClusterIdentifier: "g", databaseName: "privatesales", masterUsername: "platform", masterPassword: "p" },
      joiner: { globalClusterIdentifier: "g", sourceRegion: "ap-northeast-2" },
    };
    expect(args).toEqual(expected[birth.kind]);
    // RDS reports the version of every cluster, and who is a copy of whom within a global database.
    expect(leftAlone(birth).includes("replicationSourceIdentifier")).toBe(birth.kind !== "alone");
    expect(leftAlone(birth)).toContain("engineVersion");
  });
});

import { describe, expect, test } from "vitest";
import { Aurora } from "../../../../components/data/aws/aurora.ts";
import { at } from "../../../support/objects.ts";
import { only } from "../../../support/record.ts";
import { networkOf, ofKind, PLACE, run, SECOND, SECOND_TOPIC, secondProvider, TOPIC, valueOf } from "./support.ts";

const instances = [{ name: "a", instanceClass: "db.r8g.large", promotionTier: 0 }];
const declare = (): Aurora =>
  new Aurora("database", {
    ...PLACE,
    network: networkOf(10),
    engineVersion: "17.7",
    database: "privatesales",
    username: "platform",
    instances,
    backupRetentionDays: 35,
    maxConnections: 400,
    logRetentionDays: 365,
    performanceInsightsDays: 465,
    global: { second: { provider: secondProvider(), region: SECOND, network: networkOf(20), instances, alarms: { topicArn: SECOND_TOPIC } } },
    alarms: { topicArn: TOPIC },
    after: [],
  });

describe("the master password of a global database", () => {
  test("starts as a generated one, in the first cluster only", async () => {
    const { seen } = await run(declare);
    expect(only(seen, "Cluster", "database-ap-northeast-2-cluster").inputs).toMatchObject({ masterPassword: "first-password" });
    const copy = only(seen, "Cluster", "database-ap-northeast-1-cluster").inputs;
    for (const key of ["masterPassword", "masterUsername", "manageMasterUserPassword", "databaseName"]) expect(copy).not.toHaveProperty(key);
  });

  test("is kept in Secrets Manager in the shape of the rotation function, in both regions, each under its key", async () => {
    const { seen } = await run(declare);
    const secret = only(seen, "Secret");
    expect(secret).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { name: "privatesales-prod-platform/database/master", kmsKeyId: "arn:aws:kms:key", replicas: [{ region: SECOND, kmsKeyId: "arn:aws:kms:key" }] },
    });
    const text = only(seen, "SecretVersion").inputs["secretString"];
    expect(typeof text === "string" ? JSON.parse(text) : text).toEqual({
      engine: "postgres",
      host: "shared.global-x.global.rds.amazonaws.com",
      port: 5432,
      dbname: "privatesales",
      username: "platform",
      password: "first-password",
    });
  });

  test("is not put back by a later run: the first version keeps a label, and the program looks at neither text nor labels", async () => {
    const { seen, ignored } = await run(declare);
    expect(only(seen, "SecretVersion").inputs["versionStages"]).toEqual(["AWSCURRENT", "first"]);
    expect(ignored.get("database-master-first")).toEqual(["secretString", "versionStages"]);
  });

  test("is read back from the secret, so that a rotation reaches the program", async () => {
    let password: unknown;
    const { read } = await run(async () => (password = await valueOf(declare().password)));
    expect(password).toBe("current-password");
    expect(read).toEqual(["database-master-secret-id"]);
  });

  test("is rotated every 30 days by AWS's function at a fixed version, but not while the database is made", async () => {
    const { seen } = await run(declare);
    expect(only(seen, "CloudFormationStack").inputs).toMatchObject({
      applicationId: "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSPostgreSQLRotationSingleUser",
      semanticVersion: "1.1.671",
      parameters: {
        endpoint: "https://secretsmanager.ap-northeast-2.amazonaws.com",
        kmsKeyArn: "arn:aws:kms:key",
        vpcSubnetIds: "subnet-10-private-a,subnet-10-private-b",
        vpcSecurityGroupIds: "database-rotation-guard-id",
      },
    });
    const schedule = only(seen, "SecretRotation");
    expect(schedule.inputs).toMatchObject({
      secretId: "arn:aws:secretsmanager:generated",
      rotationLambdaArn: "arn:aws:lambda:rotation",
      rotateImmediately: false,
      rotationRules: { automaticallyAfterDays: 30 },
    });
    expect(schedule.dependsOn).toEqual(expect.arrayContaining(["database-master-first", "database-ap-northeast-2-instance-a"]));
  });

  test("is rotated by a function that reaches its endpoint and the databases of both regions, and nothing else", async () => {
    const { seen } = await run(declare);
    const egress = ofKind(seen, "SecurityGroupEgressRule").map(({ inputs }) => `${String(inputs["cidrIpv4"])} ${String(inputs["fromPort"])}`);
    expect(egress.toSorted()).toEqual([
      "10.10.0.0/18 443",
      "10.10.240.0/24 5432",
      "10.10.241.0/24 5432",
      "10.10.64.0/18 443",
      "10.20.240.0/24 5432",
      "10.20.241.0/24 5432",
    ]);
    expect(at(only(seen, "SecurityGroup", "database-rotation-guard").inputs, "vpcId")).toBe("vpc-10");
  });
});

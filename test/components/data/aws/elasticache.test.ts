import { describe, expect, test } from "vitest";
import { ElastiCache, type ElastiCacheArgs } from "../../../../components/data/aws/elasticache.ts";
import { cacheAlarms, nodeNames } from "../../../../components/data/aws/elasticacheAlarms.ts";
import { accessString, userId } from "../../../../components/data/aws/elasticacheUsers.ts";
import { aclFile } from "../../../../components/data/cacheAcl.ts";
import { listAt } from "../../../support/objects.ts";
import { only } from "../../../support/record.ts";
import { namesOf, networkOf, ofKind, PLACE, run, TOPIC, valueOf } from "./support.ts";

const tenant = (id: string): ElastiCacheArgs["tenants"][number] => ({ id, tier: "business", costCenter: `${id}-costs` });

const declare = (over: Partial<ElastiCacheArgs> = {}): ElastiCache =>
  new ElastiCache("cache", {
    ...PLACE,
    network: networkOf(10),
    nodeType: "cache.r7g.large",
    replicas: 2,
    snapshotRetentionDays: 7,
    logRetentionDays: 90,
    tenants: [tenant("dior"), tenant("dior-kids")],
    passwordOf: (id) => `password-of-${id}`,
    alarms: { topicArn: TOPIC },
    after: [],
    ...over,
  });

describe("the replication group", () => {
  test("speaks TLS only, is encrypted under its own key, snapshot and logged", async () => {
    const { seen } = await run(declare);
    const group = only(seen, "ReplicationGroup");
    expect(group).toMatchObject({ protect: true, retainOnDelete: true });
    expect(group.inputs).toMatchObject({
      engine: "valkey",
      engineVersion: "9.0",
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: "arn:aws:kms:key",
      snapshotRetentionLimit: 7,
      finalSnapshotIdentifier: "privatesales-prod-cache-final",
      autoMinorVersionUpgrade: true,
      userGroupIds: ["privatesales-prod-cache"],
      subnetGroupName: "privatesales-prod-cache",
      parameterGroupName: "privatesales-prod-cache-9",
      securityGroupIds: ["cache-guard-id"],
    });
    expect(group.inputs).not.toHaveProperty("authToken");
    expect(listAt(group.inputs, "logDeliveryConfigurations")).toMatchObject([{ logType: "slow-log" }, { logType: "engine-log" }]);
    for (const log of ofKind(seen, "LogGroup")) {
      expect(log).toMatchObject({ protect: true, retainOnDelete: true, inputs: { kmsKeyId: "arn:aws:kms:key", retentionInDays: 90 } });
    }
    expect(only(seen, "ParameterGroup").inputs).toMatchObject({ family: "valkey9" });
  });

  test.each([
    [0, 1, false],
    [1, 2, true],
    [2, 3, true],
  ])("with %i copies has %i nodes, and fails over by itself: %s", async (replicas, nodes, failover) => {
    const { seen } = await run(() => declare({ replicas }));
    expect(only(seen, "ReplicationGroup").inputs).toMatchObject({ numCacheClusters: nodes, automaticFailoverEnabled: failover, multiAzEnabled: failover });
    const watched = new Set(ofKind(seen, "MetricAlarm").map(({ inputs }) => JSON.stringify(inputs["dimensions"])));
    expect(watched.size).toBe(nodes);
  });

  test("admits private ranges at 6379 only", async () => {
    const { seen } = await run(declare);
    expect(ofKind(seen, "SecurityGroupIngressRule").map(({ inputs }) => [inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"]])).toEqual([
      ["10.10.0.0/18", 6379, 6379],
      ["10.10.64.0/18", 6379, 6379],
    ]);
    expect(ofKind(seen, "SecurityGroupEgressRule")).toEqual([]);
  });

  test("publishes the primary's address, and logins as the cache in development does", async () => {
    let host: unknown;
    let cache: ElastiCache | undefined;
    await run(async () => {
      cache = declare();
      host = await valueOf(cache.host);
    });
    expect(host).toBe("master.cache.amazonaws.com");
    expect(cache).toMatchObject({
      port: 6379,
      tls: "on",
      reach: { kind: "addresses", cidrs: ["10.10.240.0/24", "10.10.241.0/24"], port: 6379 },
    });
    expect([cache?.userOf("dior-kids"), cache?.prefixOf("dior-kids")]).toEqual(["tenant_dior_kids", "tenant:dior-kids:"]);
  });
});

describe("users", () => {
  test("are one a tenant, with its password and tags, and the default one switched off", async () => {
    const { seen } = await run(declare);
    expect(namesOf(seen, "User")).toEqual(["cache-user-default", "cache-user-dior", "cache-user-dior-kids"]);
    expect(only(seen, "User", "cache-user-dior-kids").inputs).toMatchObject({
      userName: "tenant_dior_kids",
      engine: "valkey",
      authenticationMode: { type: "password", passwords: ["password-of-dior-kids"] },
      tags: { tenant: "dior-kids", "cost-center": "dior-kids-costs" },
    });
    expect(only(seen, "User", "cache-user-default").inputs).toMatchObject({ userName: "default", accessString: "off resetchannels -@all" });
    expect(listAt(only(seen, "UserGroup").inputs, "userIds")).toEqual(["privatesales-prod-default", userId("privatesales-prod", "dior"), userId("privatesales-prod", "dior-kids")]);
  });

  test("one more changes nothing about the nodes", async () => {
    const before = await run(declare);
    const after = await run(() => declare({ tenants: [tenant("dior"), tenant("dior-kids"), tenant("gucci")] }));
    expect(only(after.seen, "ReplicationGroup").inputs).toEqual(only(before.seen, "ReplicationGroup").inputs);
    expect(only(after.seen, "UserGroup").inputs).not.toEqual(only(before.seen, "UserGroup").inputs);
  });

  test("may do what the ACL file allows, word for word", () => {
    const [, , line = ""] = aclFile([{ id: "dior", passwordSha256: "aa" }], "bb").split("\n");
    const rules = (text: string): readonly string[] => text.split(" ").filter((word) => !["user", "tenant_dior", "sanitize-payload", "#aa", "resetkeys"].includes(word));
    expect(rules(line)).toEqual(accessString("dior").split(" "));
    expect(accessString("dior")).toMatch(/^on ~tenant:dior:\* resetchannels &tenant:dior:\* -@all /);
  });

  test("have ids that ElastiCache takes, of their own in every stack of the account", () => {
    const longest = "a".repeat(30);
    const ids = ["dior", "dior-kids", "1dior", longest].flatMap((id) => ["privatesales-qa", "privatesales-prod"].map((prefix) => userId(prefix, id)));
    for (const id of ids) expect(id).toMatch(/^[a-z](?!.*--)[a-z0-9-]{1,38}[a-z0-9]$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(userId("privatesales-prod", longest)).toHaveLength(40);
  });
});

test("nodes are called as ElastiCache calls them", () => {
  expect(nodeNames("privatesales-prod-cache", 1)).toEqual(["privatesales-prod-cache-001", "privatesales-prod-cache-002"]);
});

test("alarms of two nodes have different names", () => {
  const names = ["c-001", "c-002"].flatMap((node) => cacheAlarms(node).map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

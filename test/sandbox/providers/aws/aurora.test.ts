import { describe, expect, test } from "vitest";
import { endpointsOf } from "../../../../sandbox/providers/aws/endpoints.ts";
import { failOver } from "../../../../sandbox/providers/aws/failover.ts";
import type { Properties, Provider } from "../../../../sandbox/providers/provider.ts";
import { made, provider, storePath, type Driven } from "./support.ts";

const GLOBAL = "aws:rds/globalCluster:GlobalCluster";
const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const ENGINE = { engine: "aurora-postgresql", engineVersion: "17.7" } as const;
const MEMBER = { ...ENGINE, globalClusterIdentifier: "shop", storageEncrypted: true, kmsKeyId: "arn:aws:kms:r:a:key/k", finalSnapshotIdentifier: "last" } as const;

/** A Global Database with its primary in Seoul and a secondary in Tokyo. */
async function database(store: string, extra: Properties = {}) {
  const [seoul, tokyo] = [await provider({ store }), await provider({ store }, { region: "ap-northeast-1" })];
  const global = await made(seoul, GLOBAL, { globalClusterIdentifier: "shop", ...ENGINE, storageEncrypted: true });
  const primary = await made(seoul, CLUSTER, { ...MEMBER, clusterIdentifier: "shop-main", masterUsername: "root_user", masterPassword: "x" });
  const instance = (by: Provider, cluster: string, name: string) =>
    made(by, INSTANCE, { identifier: name, clusterIdentifier: cluster, engine: ENGINE.engine, instanceClass: "db.r8g.large" });
  const first = await instance(seoul, "shop-main", "main-1");
  const second = await instance(seoul, "shop-main", "main-2");
  const secondary = await made(tokyo, CLUSTER, { ...MEMBER, clusterIdentifier: "shop-second", ...extra });
  const third = await instance(tokyo, "shop-second", "second-1");
  return { seoul, tokyo, global, primary, secondary, instances: [first, second, third], all: [global, primary, secondary, first, second, third] };
}

const refreshed = async (...all: readonly Driven[]): Promise<void> => {
  for (const each of all) await each.refresh();
};

describe("a Global Database", () => {
  test("its first cluster and that one's first instance write; the others read and say from where", async () => {
    const { global, primary, secondary, instances, all } = await database(storePath());
    await refreshed(...all);
    expect(global.state["globalClusterMembers"]).toEqual([{ dbClusterArn: primary.state["arn"], isWriter: true }, { dbClusterArn: secondary.state["arn"], isWriter: false }]);
    expect(instances.map(({ state }) => state["writer"])).toEqual([true, false, false]);
    expect(primary.state["clusterMembers"]).toEqual(["main-1", "main-2"]);
    expect(primary.state["availabilityZones"]).toEqual(["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]);
    expect(secondary.state["availabilityZones"]).toEqual(["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
    expect(secondary.state["replicationSourceIdentifier"]).toBe(primary.state["arn"]);
    // Which is why the SDK's documentation says to ignore it.
    expect((await secondary.diff(secondary.inputs)).changes).toEqual([{ path: "replicationSourceIdentifier", kind: "delete", replace: false }]);
    expect((await secondary.diff(secondary.inputs, ["replicationSourceIdentifier"])).changes).toEqual([]);
  });

  test("a failover turns the roles round, and a program that pins none sees no change", async () => {
    const store = storePath();
    const { primary, secondary, instances, all } = await database(store);
    await refreshed(...all);
    const given = all.map(({ inputs }) => inputs);
    const endpoints = [primary, secondary].map(({ state }) => state["endpoint"]);
    expect(failOver(store, "shop")).toEqual({ writer: secondary.state["arn"], readers: [primary.state["arn"]] });
    await refreshed(...all);
    expect(instances.map(({ state }) => state["writer"])).toEqual([false, false, true]);
    expect([primary, secondary].map(({ state }) => state["replicationSourceIdentifier"])).toEqual([secondary.state["arn"], undefined]);
    expect([primary, secondary].map(({ state }) => state["endpoint"])).toEqual(endpoints);
    for (const [i, each] of all.entries()) {
      expect((await each.diff(given[i] ?? {}, ["replicationSourceIdentifier"])).changes, each.id).toEqual([]);
    }
    // An update of something else leaves the new writer as it is.
    await secondary.update({ ...secondary.inputs, backupRetentionPeriod: 35 });
    await instances[2]?.update({ ...instances[2].inputs, instanceClass: "db.r8g.xlarge" });
    await refreshed(...all);
    expect(instances.map(({ state }) => state["writer"])).toEqual([false, false, true]);
    failOver(store, "shop");
    await refreshed(...all);
    expect(instances.map(({ state }) => state["writer"])).toEqual([true, false, false]);
  });

  test("a program that pins the secondary's source sees the failover as a change", async () => {
    const store = storePath();
    const { secondary } = await database(store, { replicationSourceIdentifier: "arn:aws:rds:ap-northeast-2:123456789012:cluster:shop-main" });
    const given = secondary.inputs;
    await secondary.refresh();
    expect((await secondary.diff(given)).changes).toEqual([]);
    failOver(store, "shop");
    await secondary.refresh();
    expect((await secondary.diff(given)).changes).toEqual([{ path: "replicationSourceIdentifier", kind: "add", replace: false }]);
  });

  test("a failover of what is not there is refused by name", () => {
    expect(() => failOver(storePath(), "shop")).toThrow('the store has no global cluster "shop"; it has: none');
  });
});

describe("what AWS refuses", () => {
  test.each<[string, Properties, string]>([
    ["a password that RDS manages", { ...MEMBER, manageMasterUserPassword: true }, "RDS doesn't manage the master user password"],
    ["a user of a secondary", { ...MEMBER, masterUsername: "root_user" }, "Cannot specify user name for cross region replication cluster"],
    ["an encrypted secondary without a key", { ...MEMBER, kmsKeyId: undefined }, "kmsKeyId should be explicitly specified"],
    ["another Global Database", { ...MEMBER, globalClusterIdentifier: "none" }, "The global cluster none does not exist"],
  ])("%s", async (_, inputs, expected) => {
    const store = storePath();
    const { tokyo } = await database(store);
    await expect(made(tokyo, CLUSTER, { clusterIdentifier: "shop-third", ...inputs })).rejects.toThrow(expected);
    await made(tokyo, CLUSTER, { clusterIdentifier: "shop-third", ...MEMBER });
  });

  test("a delete under protection, without a last snapshot, or of a cluster with instances", async () => {
    const by = await provider();
    const protectedOne = await made(by, CLUSTER, { ...ENGINE, clusterIdentifier: "a", deletionProtection: true, skipFinalSnapshot: true });
    await expect(protectedOne.delete()).rejects.toThrow("Cannot delete protected Cluster");
    await protectedOne.update({ ...ENGINE, clusterIdentifier: "a", skipFinalSnapshot: true });
    await protectedOne.delete();
    await expect((await made(by, CLUSTER, { ...ENGINE, clusterIdentifier: "b" })).delete()).rejects.toThrow("final_snapshot_identifier is required");
    const full = await made(by, CLUSTER, { ...ENGINE, clusterIdentifier: "c", skipFinalSnapshot: true });
    const instance = await made(by, INSTANCE, { identifier: "c-1", clusterIdentifier: "c", engine: ENGINE.engine, instanceClass: "db.r8g.large" });
    await expect(full.delete()).rejects.toThrow("still contains DB instances");
    await instance.delete();
    await full.delete();
  });
});

test("the endpoints that were handed out, until their clusters are gone", async () => {
  const store = storePath();
  const by = await provider({ store });
  const cluster = await made(by, CLUSTER, { ...ENGINE, clusterIdentifier: "a", skipFinalSnapshot: true });
  const eks = await made(by, "aws:eks/cluster:Cluster", { name: "shop", roleArn: "r", vpcConfig: { subnetIds: [] } });
  const { data } = eks.state["certificateAuthority"] as { data: string };
  expect(endpointsOf(store)).toEqual({
    kubernetes: [{ server: eks.state["endpoint"], certificateAuthority: data, clusterName: "shop" }],
    databases: [cluster.state["endpoint"], cluster.state["readerEndpoint"]],
  });
  expect(Buffer.from(data, "base64").toString()).toMatch(/^-----BEGIN CERTIFICATE-----\n/u);
  await cluster.delete();
  expect(endpointsOf(store).databases).toEqual([]);
});

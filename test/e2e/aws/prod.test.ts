import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunReport } from "../../../sandbox/report.ts";
import { failOver } from "../../../sandbox/providers/aws/failover.ts";
import { Store } from "../../../sandbox/providers/aws/store.ts";
import { succeedWith, type Changes } from "../../support/changes.ts";
import { witness } from "../../support/inspect.ts";
import { expectRulesHold } from "../../support/policyCheck.ts";
import { ALL_DONE, fieldsByName, named, nothingBut } from "../../support/runs.ts";
import { succeed, tenantEntries, writeTenants } from "../../support/sandbox.ts";
import { dataOf, inAws, removeData, storeOf, written } from "../../support/stackOnAws.ts";

/** `prod` through the real engine: the whole plan from nothing, what single changes come to, and the loss of the region that writes. */

const DATA = dataOf("prod");
const SEOUL = "aurora-ap-northeast-2-cluster";
const TOKYO = "aurora-ap-northeast-1-cluster";

const remove = (): Promise<void> => removeData(DATA);
beforeAll(remove);
afterAll(remove);

test("a preview from nothing plans the whole stack and makes nothing of it", async () => {
  const report = await succeed(DATA, "preview", "prod");
  expect(report.failures).toEqual([]);
  expect(report.counts).toMatchObject(nothingBut({ created: report.counts.created }));
  expect(report.counts.created).toBeGreaterThan(800);
  expect(report.recordedInAws).toBeGreaterThan(450);
  expect(inAws(DATA)).toEqual([]);
});

test("the stack is made from nothing, every tenant with all of its steps", async () => {
  const report = await succeed(DATA, "up", "prod");
  expect(report.failures).toEqual([]);
  expect(report.tenants.map(({ id, steps }) => [id, steps])).toEqual(["chanel", "dior", "gucci"].map((id) => [id, ALL_DONE]));
  expect(report.counts).toMatchObject(nothingBut({ created: report.counts.created }));
  expect(inAws(DATA)).toHaveLength(report.recordedInAws);
});

test("a second run changes nothing", async () => {
  const seen = witness(DATA);
  const report = await succeed(DATA, "up", "prod");
  expect(report.changes).toEqual([]);
  expect(report.counts).toMatchObject(nothingBut());
  expect(report.counts.unchanged).toBeGreaterThan(800);
  expect(seen.auditLog()).not.toBe("");
  expect(written(seen)).toEqual([]);
});

test("what was made keeps every rule, by the project's own judgement and by checkov's", async () => {
  await expectRulesHold(DATA, "prod", "both");
});

describe("a preview shows what a change comes to, and nothing else:", () => {
  test.each<[string, Changes, Readonly<Record<string, readonly string[]>>]>([
    [
      "other nodes are another group",
      { config: { "privatesales:cluster": { systemNodes: { instanceTypes: ["m7i.xlarge"] } } } },
      { "replace eks-system-nodes-group": ["instanceTypes[0]"] },
    ],
    [
      "the global database is brought to another version, and brings its clusters along",
      { auroraVersion: "17.8" },
      { "update aurora-global": ["engineVersion"] },
    ],
    [
      "retention is set on both clusters",
      { config: { "privatesales:database": { backupRetentionDays: 30 } } },
      { [`update ${SEOUL}`]: ["backupRetentionPeriod"], [`update ${TOKYO}`]: ["backupRetentionPeriod"] },
    ],
  ])("%s", async (_, changes, expected) => {
    expect(fieldsByName(await succeedWith(changes, DATA, "preview", "prod"))).toEqual(expected);
  });

  /** The project's tenants, with gucci's entry changed. */
  const withGucci = (name: string, change: Readonly<Record<string, unknown>>): string =>
    writeTenants(`aws-${name}`, tenantEntries().map((entry) => (entry.id === "gucci" ? { ...entry, ...change } : entry)));

  /** What a plan changes outside of gucci's own, as `<operation> <resource>`. */
  const shared = (report: RunReport): readonly string[] =>
    report.changes
      .filter(({ name }) => name !== "gucci" && !/^gucci-/.test(name))
      .map(({ op, name }) => `${op} ${name}`)
      .toSorted();

  test("a tenant of another tier keeps everything; its numbers and labels change, and what lists it", async () => {
    const report = await succeed(DATA, "preview", "prod", "--tenants", withGucci("tier", { tier: "business" }));
    expect(report.counts).toMatchObject({ created: 0, deleted: 0 });
    // Jobs cannot change; their next run is another one.
    expect(named(report, "replace")).toEqual(["gucci-migrate", "gucci-verify", "logging-retention"]);
    expect(shared(report)).toEqual([
      "replace logging-retention",
      "update control-plane-tenants",
      "update cost-budget-tenant-gucci",
      "update elasticache-user-gucci",
      "update logging-retention-files",
      "update pooler-config",
      "update pooler-deployment",
    ]);
    const fields = fieldsByName(report);
    expect(fields["update cost-budget-tenant-gucci"]).toEqual(["limitAmount", "tags.tier"]);
    expect(fields["update gucci-database-app"]).toEqual(["connectionLimit"]);
    const inCloud = report.changes.filter(({ name }) => name.startsWith("gucci-cloud-"));
    expect(inCloud.map(({ fields: changed }) => changed)).toEqual(inCloud.map(() => ["tags.tier"]));
    expect(inCloud).toHaveLength(6);
  });

  test("one more host of a tenant", async () => {
    const report = await succeed(DATA, "preview", "prod", "--tenants", withGucci("host", { hosts: { prefixes: ["boutique"], regions: ["kr"] } }));
    expect(report.counts).toMatchObject({ created: 0, deleted: 0 });
    expect(shared(report)).toEqual(["update control-plane-tenants"]);
    expect(fieldsByName(report)).toMatchObject({
      "update gucci-namespace": ['metadata.annotations["privatesales.co.kr/hosts"]'],
      "update gucci-settings": ["data.CORS_ORIGINS", "data.HOSTS"],
    });
    expect(named(report, "update")).toContain("gucci-routes");
    expect(report.changes.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
  });

  test("a domain of a tenant's own is served by a distribution and a certificate of its own", async () => {
    const hosts = { prefixes: ["boutique"], domains: [{ host: "shop.gucci.example" }] };
    const report = await succeed(DATA, "preview", "prod", "--tenants", withGucci("domain", { hosts }));
    expect(named(report, "create")).toEqual(["edge-own-domains-gucci", "gateway-certificate-gucci"]);
    expect(report.counts.deleted).toBe(0);
    expect(shared(report)).toEqual(["create edge-own-domains-gucci", "create gateway-certificate-gucci", "update control-plane-tenants", "update gateway-shared"]);
    expect(report.outputs["ownDomainProofs"]).toEqual({
      gucci: [
        { name: "shop.gucci.example", type: "CNAME", value: expect.stringMatching(/\.privatesales-lb\.co\.kr$/) as string },
        { name: "_acme-challenge.shop.gucci.example", type: "CNAME", value: expect.stringMatching(/\.privatesales-lb\.co\.kr$/) as string },
      ],
    });
  });
});

describe("after Tokyo has taken over the writing", () => {
  const members = (): unknown => new Store(storeOf(DATA)).list("aws:rds/globalCluster:GlobalCluster")[0]?.outputs["globalClusterMembers"];
  const writers = (): readonly string[] =>
    new Store(storeOf(DATA))
      .list("aws:rds/clusterInstance:ClusterInstance")
      .filter(({ outputs }) => outputs["writer"] === true)
      .map(({ region }) => region);

  const failOverTo = (region: string): void => {
    failOver(storeOf(DATA), "privatesales-prod-db");
    expect(writers()).toEqual([region]);
  };

  beforeAll(() => {
    expect(writers()).toEqual(["ap-northeast-2"]);
    failOverTo("ap-northeast-1");
  });

  test("a program that held Seoul to be the writer for good would take it back: this is what the others would show", async () => {
    const report = await succeedWith({ pinnedWriter: SEOUL }, DATA, "preview", "prod", "--refresh");
    expect(fieldsByName(report)).toEqual({ [`update ${SEOUL}`]: ["replicationSourceIdentifier"] });
  });

  test("a run that looks first at what is there leaves the new writer as it is", async () => {
    const before = members();
    const report = await succeed(DATA, "up", "prod", "--refresh");
    expect(report.counts).toMatchObject(nothingBut());
    expect(report.changes).toEqual([]);
    expect(report.tenants.map(({ steps }) => steps)).toEqual([ALL_DONE, ALL_DONE, ALL_DONE]);
    expect([members(), writers()]).toEqual([before, ["ap-northeast-1"]]);
  });

  test("and after the way back, a refresh and then a preview has nothing to change", async () => {
    failOverTo("ap-northeast-2");
    await succeed(DATA, "refresh", "prod");
    expect((await succeed(DATA, "preview", "prod")).changes).toEqual([]);
  });
});

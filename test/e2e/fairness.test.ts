import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { waitUntil } from "../../sandbox/process.ts";
import { PLANS, SIDECAR } from "../../tenants/plans.ts";
import { TIERS, type Tier } from "../../tenants/tenant.ts";
import { injectSidecars } from "../support/failures.ts";
import { kubectl, lines } from "../support/inspect.ts";
import { shop } from "../support/runs.ts";
import { sandbox, succeed, TEST_DATA, writeTenants } from "../support/sandbox.ts";

/** A tenant has room for what its plan promises, and takes none of another's: a shop of each plan, on simulated nodes. */

const DATA = join(TEST_DATA, "fairness");
const WORKLOADS = ["storefront", "api"] as const;

const shops = (version: string): string =>
  writeTenants(
    "fairness",
    TIERS.map((tier) => ({ ...shop(tier), tier, release: { version } })),
  );

const at = (tier: Tier, ...args: readonly string[]): Promise<string> => kubectl(DATA, "-n", `tenant-${tier}`, ...args);

const eventsSchema = z.object({ items: z.array(z.object({ reason: z.string(), message: z.string() })) });

/** Pods that quota or limits refused. */
async function refusedPods(tier: Tier): Promise<readonly string[]> {
  const { items } = eventsSchema.parse(JSON.parse(await at(tier, "get", "events", "-o", "json")));
  return items.filter(({ reason }) => reason === "FailedCreate").map(({ message }) => message);
}

const deploymentSchema = z.object({ status: z.object({ readyReplicas: z.number().default(0) }) });
const ready = async (tier: Tier, workload: string): Promise<number> =>
  deploymentSchema.parse(JSON.parse(await at(tier, "get", "deployment", workload, "-o", "json"))).status.readyReplicas;

const scaleToMaximum = async (tier: Tier): Promise<void> => {
  for (const workload of WORKLOADS) {
    const { max } = PLANS[tier].replicas[workload];
    await at(tier, "scale", "deployment", workload, `--replicas=${max}`);
    const there = await waitUntil(async () => (await ready(tier, workload)) === max, 120_000);
    expect([tier, workload, there, await refusedPods(tier)]).toEqual([tier, workload, true, []]);
  }
};

const templateSchema = z.object({ spec: z.object({ template: z.object({ spec: z.looseObject({ topologySpreadConstraints: z.unknown() }) }) }) });

/** A Deployment of so many of the tenant's own pods, which no admission refuses. */
async function makeNoise(tier: Tier, replicas: number): Promise<void> {
  const { spec } = templateSchema.parse(JSON.parse(await at(tier, "get", "deployment", "storefront", "-o", "json"))).spec.template;
  const labels = { app: "noise" };
  const template = { metadata: { labels }, spec: { ...spec, topologySpreadConstraints: [] } };
  const file = join(DATA, "noise.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "noise" }, spec: { replicas, selector: { matchLabels: labels }, template } }));
  await at(tier, "create", "-f", file);
}

beforeAll(async () => {
  if (existsSync(join(DATA, "environment.json"))) await sandbox(DATA, "remove");
  await succeed(DATA, "up", "--tenants", shops("1.0.0"));
});

afterAll(async () => {
  await sandbox(DATA, "remove");
});

describe("a node that has to go", () => {
  const drain = (node: string, seconds: number): ReturnType<typeof sandbox> =>
    sandbox(DATA, "kubectl", "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", `--timeout=${seconds}s`);
  const nodesOf = async (tier: Tier): Promise<readonly string[]> =>
    lines(await at(tier, "get", "pods", "-l", "app.kubernetes.io/name=storefront", "-o", "jsonpath={range .items[*]}{.spec.nodeName}{'\\n'}{end}"));

  test("is drained, whichever it is, while every plan runs its smallest number of pods", async () => {
    const nodes = lines(await kubectl(DATA, "get", "nodes", "-o", "name")).map((name) => name.replace("node/", ""));
    expect(nodes.length).toBeGreaterThanOrEqual(3);
    for (const node of nodes) {
      const { code, stderr } = await drain(node, 120);
      expect([node, code, stderr]).toEqual([node, 0, expect.anything()]);
      await kubectl(DATA, "uncordon", node);
    }
  });

  test("is not, where a budget forbids it: the control", async () => {
    const [node = ""] = await nodesOf("starter");
    await at("starter", "create", "poddisruptionbudget", "all-of-them", "--selector=app.kubernetes.io/name=storefront", "--min-available=100%");
    const { code, stderr } = await drain(node, 10);
    await at("starter", "delete", "poddisruptionbudget", "all-of-them");
    await kubectl(DATA, "uncordon", node);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/violate the pod's disruption budget|more than one PodDisruptionBudget/)]);
  });
});

describe("a tenant whose pods are as many as its plan allows, each with a sidecar", () => {
  beforeAll(async () => {
    await injectSidecars(DATA, "fairness-sidecars", SIDECAR);
    for (const tier of TIERS) {
      await scaleToMaximum(tier);
      for (const workload of WORKLOADS) await at(tier, "rollout", "restart", "deployment", workload);
    }
    for (const tier of TIERS) for (const workload of WORKLOADS) await at(tier, "rollout", "status", "deployment", workload, "--timeout=120s");
  });

  test("rolls a new version to its end inside its quota, migration and verification beside it", async () => {
    const report = await succeed(DATA, "up", "--tenants", shops("2.0.0"));
    expect(report.failures).toEqual([]);
    for (const tier of TIERS) {
      expect([tier, await refusedPods(tier)]).toEqual([tier, []]);
      for (const workload of WORKLOADS) expect([tier, await ready(tier, workload)]).toEqual([tier, PLANS[tier].replicas[workload].max]);
      const pod = await at(tier, "get", "pods", "-l", "app.kubernetes.io/name=api", "-o", "jsonpath={.items[0].spec.initContainers[*].name} {.items[0].spec.containers[0].image}");
      expect(pod).toMatch(/istio-proxy .*:2\.0\.0$/);
    }
  });

  test("does not, inside a quota that is smaller than its plan's: the control", async () => {
    const quota = (await at("starter", "get", "resourcequota", "-o", "name")).replace("resourcequota/", "");
    const hard = (pods: string): string => JSON.stringify({ spec: { hard: { pods } } });
    await at("starter", "patch", "resourcequota", quota, "--type=merge", "-p", hard("6"));
    await at("starter", "rollout", "restart", "deployment", "api");
    expect(await waitUntil(async () => (await refusedPods("starter")).some((message) => message.includes("exceeded quota")), 30_000)).toBe(true);
    await at("starter", "patch", "resourcequota", quota, "--type=merge", "-p", hard(String(PLANS.starter.quota.pods)));
    await at("starter", "rollout", "status", "deployment", "api", "--timeout=120s");
  });
});

describe("a tenant that asks for more pods than it may have", () => {
  test("gets its quota of them, and another's new version still comes in", async () => {
    await makeNoise("starter", 500);
    expect(await waitUntil(async () => (await refusedPods("starter")).some((message) => /noise.*exceeded quota/.test(message)), 60_000)).toBe(true);
    const started = Date.now();
    for (const workload of WORKLOADS) await at("business", "rollout", "restart", "deployment", workload);
    for (const workload of WORKLOADS) await at("business", "rollout", "status", "deployment", workload, "--timeout=90s");
    expect(Date.now() - started).toBeLessThan(180_000);
    // Of a Job's pods that have ended no quota takes notice.
    const own = lines(await at("starter", "get", "pods", "--field-selector=status.phase!=Succeeded", "-o", "name"));
    expect(own.length).toBeLessThanOrEqual(PLANS.starter.quota.pods);
    expect(own.filter((name) => name.includes("noise")).length).toBeGreaterThan(0);
    await at("starter", "delete", "deployment", "noise");
  });
});

import { describe, expect, test } from "vitest";
import { jobTemplate } from "../../../components/tenant/jobs.ts";
import { hashOf, podTemplate } from "../../../components/tenant/podTemplate.ts";
import { at, listAt } from "../../support/objects.ts";
import { contextOf } from "../../support/platform.ts";
import { tenantOf } from "../../support/tenants.ts";

const SETTINGS = { LOCALE: "ko-KR" };
const HASH = "privatesales.co.kr/settings-hash";
const WORKLOADS = ["storefront", "api"] as const;
type Workload = (typeof WORKLOADS)[number];

const templateOf = async (workload: Workload, over: Readonly<Record<string, unknown>> = {}, settings: Readonly<Record<string, string>> = SETTINGS): Promise<object> =>
  JSON.parse(JSON.stringify(podTemplate(await contextOf(tenantOf(over)), workload, settings))) as object;

const containerOf = (template: object): unknown => listAt(template, "spec.containers")[0];

/** Variables with a value, and the keys of those that come from the tenant's Secret. */
function variablesOf(template: object): { readonly plain: Readonly<Record<string, unknown>>; readonly secret: readonly unknown[] } {
  const env = listAt(containerOf(template), "env");
  return {
    plain: Object.fromEntries(env.filter((one) => at(one, "value") !== undefined).map((one) => [String(at(one, "name")), at(one, "value")] as const)),
    secret: env.filter((one) => at(one, "valueFrom.secretKeyRef.name") === "data-access").map((one) => at(one, "valueFrom.secretKeyRef.key")),
  };
}

describe("what a pod may", () => {
  const jobOf = async (): Promise<object> => {
    const job = { purpose: "backup", image: "tools:1.0.0", args: ["backup"], secrets: ["MIGRATION_DATABASE_URL"] } as const;
    return JSON.parse(JSON.stringify(jobTemplate(await contextOf(tenantOf()), job))) as object;
  };

  test.each([...WORKLOADS, "job"] as const)("of %s is no more than `restricted` lets it", async (kind) => {
    const template = await (kind === "job" ? jobOf() : templateOf(kind));
    expect(at(template, "spec.securityContext")).toEqual({
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(at(template, "spec")).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    for (const forbidden of ["hostNetwork", "hostPID", "hostIPC"]) expect(at(template, `spec.${forbidden}`)).toBeUndefined();
    expect(listAt(template, "spec.volumes")).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }]);
    expect(at(containerOf(template), "securityContext")).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });
});

describe("probes and metrics", () => {
  test.each([
    ["storefront", "node", "/healthz/live", "/healthz/ready", "3000", "/metrics", 30],
    ["api", "node", "/healthz/live", "/healthz/ready", "8080", "/metrics", 30],
    ["api", "spring", "/actuator/health/liveness", "/actuator/health/readiness", "8080", "/actuator/prometheus", 90],
  ] as const)("%s on %s", async (workload, runtime, live, ready, port, metrics, startTries) => {
    const template = await templateOf(workload, { api: { runtime } });
    expect(containerOf(template)).toMatchObject({
      startupProbe: { httpGet: { path: live, port: "http" }, periodSeconds: 2, failureThreshold: startTries },
      livenessProbe: { httpGet: { path: live, port: "http" } },
      readinessProbe: { httpGet: { path: ready, port: "http" } },
      ports: [{ name: "http", containerPort: Number(port) }],
    });
    expect(at(template, "metadata.annotations")).toEqual({
      [HASH]: hashOf(SETTINGS),
      "prometheus.io/scrape": "true",
      "prometheus.io/port": port,
      "prometheus.io/path": metrics,
    });
  });
});

describe("variables", () => {
  test("of the storefront: the cache and no database", async () => {
    const { plain, secret } = variablesOf(await templateOf("storefront"));
    expect(secret).toEqual(["CACHE_URL"]);
    expect(plain).toEqual({ PORT: "3000", NODE_ENV: "production", HOSTNAME: "0.0.0.0", NODE_OPTIONS: "--max-old-space-size=576" });
  });

  test("of the API on node: the application's database, not the migration's", async () => {
    const { plain, secret } = variablesOf(await templateOf("api"));
    expect(secret).toEqual(["DATABASE_URL", "CACHE_URL"]);
    expect(plain).toEqual({ PORT: "8080", NODE_ENV: "production", NODE_OPTIONS: "--max-old-space-size=576" });
  });

  test("of the API on spring: the JVM's share of memory, and an end when it has none", async () => {
    const { plain } = variablesOf(await templateOf("api", { api: { runtime: "spring" } }));
    expect(plain).toMatchObject({ JAVA_TOOL_OPTIONS: "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError", SERVER_SHUTDOWN: "graceful" });
    expect(plain).not.toHaveProperty("NODE_OPTIONS");
  });

  test.each(WORKLOADS)("of %s hold no secret as a value", async (workload) => {
    expect(JSON.stringify(await templateOf(workload))).not.toMatch(/(app|migration|cache)-pw/);
  });
});

describe.each(WORKLOADS)("pods of %s are replaced", (workload) => {
  test.each([
    ["with another value", { LOCALE: "fr-FR" }],
    ["with one more", { LOCALE: "ko-KR", CURRENCY: "KRW" }],
  ])("when there are settings %s", async (_, settings) => {
    const [before, after] = [await templateOf(workload), await templateOf(workload, {}, settings)];
    expect(at(after, "metadata.annotations")).not.toEqual(at(before, "metadata.annotations"));
    // And nothing else of the template moves.
    expect(at(after, "spec")).toEqual(at(before, "spec"));
  });

  test("when there is a new version", async () => {
    expect(await templateOf(workload, { release: { version: "1.5.0" } })).not.toEqual(await templateOf(workload));
  });

  test.each([
    ["contacts", { contacts: ["other@dior.com"] }],
    ["a display name", { name: "Dior" }],
    ["hosts, whose effect is in the settings", { hosts: { prefixes: ["shop"] } }],
    ["the state", { state: "suspended" }],
  ])("not for %s", async (_, over) => {
    expect(await templateOf(workload, over)).toEqual(await templateOf(workload));
  });
});

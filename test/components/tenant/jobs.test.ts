import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { jobName } from "../../../components/tenant/jobs.ts";
import { allowRules } from "../../../components/tenant/meshPolicies.ts";
import { dataAccess, settingsOf } from "../../../components/tenant/settings.ts";
import { at, listAt } from "../../support/objects.ts";
import { contextOf, recordTenant } from "../../support/platform.ts";
import { only } from "../../support/record.ts";
import { tenantOf } from "../../support/tenants.ts";

const nameOfJob = async (part: "migrate" | "verify", over: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
  const { inputs } = only(await recordTenant(tenantOf(over)), "Job", `dior-${part}`);
  return (inputs["metadata"] as { name: string }).name;
};

describe("jobs", () => {
  test("a new version migrates and verifies anew", async () => {
    const over = { release: { version: "1.5.0" } };
    expect(await nameOfJob("migrate", over)).not.toBe(await nameOfJob("migrate"));
    expect(await nameOfJob("verify", over)).not.toBe(await nameOfJob("verify"));
  });

  test("a new host verifies anew and does not migrate", async () => {
    const over = { hosts: { prefixes: ["shop"] } };
    expect(await nameOfJob("migrate", over)).toBe(await nameOfJob("migrate"));
    expect(await nameOfJob("verify", over)).not.toBe(await nameOfJob("verify"));
  });

  test("a change of anything else does neither", async () => {
    const over = { contacts: ["other@dior.com"], settings: { locale: "fr-FR" } };
    expect(await nameOfJob("migrate", over)).toBe(await nameOfJob("migrate"));
    expect(await nameOfJob("verify", over)).toBe(await nameOfJob("verify"));
  });

  test("a new image of the platform's own tools verifies anew and does not migrate", async () => {
    const resources = await recordTenant(tenantOf(), { toolsImage: "localhost:5001/platform/tools:1.0.1" });
    const named = (part: string): unknown => at(only(resources, "Job", `dior-${part}`).inputs, "metadata.name");
    expect(named("verify")).not.toBe(await nameOfJob("verify"));
    expect(named("migrate")).toBe(await nameOfJob("migrate"));
  });

  test("a new layout of schemas is a new name, and the same one is not", () => {
    const about = { image: "api:1.0.0", schema: 1 };
    expect(jobName("migrate", { ...about })).toBe(jobName("migrate", about));
    expect(jobName("migrate", { ...about, schema: 2 })).not.toBe(jobName("migrate", about));
    expect(jobName("migrate", about)).toMatch(/^migrate-[0-9a-f]{10}$/);
  });

  test.each([
    ["Job", "dior-migrate", "spec.template", "migrate", ["MIGRATION_DATABASE_URL"]],
    ["Job", "dior-verify", "spec.template", "verify", ["DATABASE_URL", "CACHE_URL"]],
    ["CronJob", "dior-backup", "spec.jobTemplate.spec.template", "backup", ["MIGRATION_DATABASE_URL"]],
  ] as const)("%s %s: its pods say what they are for, and are given these secrets", async (kind, name, path, purpose, secrets) => {
    const template = at(only(await recordTenant(tenantOf()), kind, name).inputs, path);
    expect(template).toMatchObject({ metadata: { labels: { "privatesales.co.kr/tenant": "dior", "privatesales.co.kr/job": purpose } } });
    // The workloads' selectors must not find them: they would be sent shoppers.
    expect(at(template, "metadata.labels")).not.toHaveProperty(["app.kubernetes.io/name"]);
    const env = listAt(listAt(template, "spec.containers")[0], "env");
    expect(env).toEqual(secrets.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: "data-access", key } } })));
  });

  test.each(["public", "selfSigned"] as const)("the verification calls the gateway past its sidecar, as a shopper would (%s)", async (certificates) => {
    const mesh = { ...(await contextOf(tenantOf())).platform.mesh, certificates };
    const template = at(only(await recordTenant(tenantOf(), { mesh }), "Job", "dior-verify").inputs, "spec.template");
    expect(listAt(template, "spec.containers")[0]).toMatchObject({
      args: ["verify", "--gateway=istio-ingress.istio-ingress.svc.cluster.local:443", `--certificates=${certificates}`],
    });
    expect(at(template, "metadata.annotations")).toMatchObject({ "traffic.sidecar.istio.io/excludeOutboundPorts": "443" });
  });

  test("a failed one is made anew by the next run, and none runs for ever", async () => {
    const resources = await recordTenant(tenantOf());
    for (const part of ["migrate", "verify"]) {
      expect(only(resources, "Job", `dior-${part}`).inputs).toMatchObject({
        metadata: { annotations: { "pulumi.com/replaceUnready": "true" } },
        spec: { backoffLimit: 2, activeDeadlineSeconds: part === "migrate" ? 600 : 300, template: { spec: { restartPolicy: "Never", serviceAccountName: "jobs" } } },
      });
    }
  });

  test("the backup is told where dumps go and for whom they are encrypted, where there is such a place", async () => {
    const argsWith = async (over: Parameters<typeof recordTenant>[1]): Promise<unknown> =>
      at(listAt(only(await recordTenant(tenantOf({ tier: "business" }), over), "CronJob").inputs, "spec.jobTemplate.spec.template.spec.containers")[0], "args");
    const plan = ["backup", "--retention-days=14", "--retention-class=business"];
    expect(await argsWith({})).toEqual(plan);
    const dumps = { store: "s3://shops-dumps?region=ap-northeast-2", recipient: "age1abc" };
    expect(await argsWith({ dumps })).toEqual([...plan, "--store=s3://shops-dumps?region=ap-northeast-2", "--recipient=age1abc"]);
  });

  test("the backup follows the plan, one at a time", async () => {
    expect(only(await recordTenant(tenantOf({ tier: "starter" })), "CronJob").inputs["spec"]).toMatchObject({
      schedule: "0 18 * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
    });
  });
});

describe("settings", () => {
  test("are the platform's, with the tenant's own over them", async () => {
    const settings = settingsOf(await contextOf(tenantOf({ settings: { locale: "fr-FR" } })));
    expect(settings).toMatchObject({ LOCALE: "fr-FR", CURRENCY: "KRW", TENANT_ID: "dior", DATABASE_SCHEMA: "tenant_dior", CACHE_PREFIX: "tenant:dior:" });
  });

  test("reach the pods by a ConfigMap, and what is secret by a Secret", async () => {
    const resources = await recordTenant(tenantOf());
    expect(only(resources, "ConfigMap", "dior-settings").inputs["data"]).toEqual(settingsOf(await contextOf(tenantOf())));
    const secret = only(resources, "Secret").inputs;
    for (const key of ["DATABASE_URL", "MIGRATION_DATABASE_URL", "CACHE_URL"]) expect(at(secret, `stringData.${key}`)).toMatch(/-pw@/);
  });

  test("have a second ConfigMap, empty, which pods read over the first and jobs do not", async () => {
    const resources = await recordTenant(tenantOf());
    expect(only(resources, "ConfigMap", "dior-settings-overrides").inputs).toMatchObject({ metadata: { name: "settings-overrides" }, data: {} });
    const sources = (kind: string, name: string): unknown =>
      listAt(only(resources, kind, name).inputs, "spec.template.spec.containers").map((container) => at(container, "envFrom"))[0];
    const [settings, overrides] = ["settings", "settings-overrides"].map((name) => ({ configMapRef: { name } }));
    for (const workload of ["storefront", "api"]) expect(sources("Deployment", `dior-${workload}-deployment`)).toEqual([settings, overrides]);
    for (const job of ["migrate", "verify"]) expect(sources("Job", `dior-${job}`)).toEqual([settings]);
  });

  test("hold no password", async () => {
    expect(JSON.stringify(settingsOf(await contextOf(tenantOf())))).not.toMatch(/-pw|password/i);
  });

  test("the application goes through the pooler, the migration straight to the server; both strings are secret", async () => {
    const urls = dataAccess(await contextOf(tenantOf()));
    const values = await new Promise<unknown>((resolve) => {
      pulumi.all(urls).apply((all) => {
        resolve(all);
      });
    });
    expect(values).toEqual({
      DATABASE_URL: "postgresql://tenant_dior__app:app-pw@pooler.data:6432/privatesales?sslmode=disable",
      MIGRATION_DATABASE_URL: "postgresql://tenant_dior__migration:migration-pw@db.test:5432/privatesales?sslmode=verify-full",
      CACHE_URL: "redis://tenant_dior:cache-pw@cache.data:6379",
    });
    for (const url of Object.values(urls)) expect(await pulumi.isSecret(pulumi.output(url))).toBe(true);
  });
});

describe("who may call the tenant's workloads", () => {
  const GATEWAY = "cluster.local/ns/istio-ingress/sa/istio-ingress";

  test("gateway, the tenant's own accounts, and Prometheus for metrics", async () => {
    const rules = allowRules(await contextOf(tenantOf()));
    expect(rules.map(({ from }) => from?.[0]?.source?.principals)).toEqual([
      ["storefront", "api", "jobs"].map((account) => `cluster.local/ns/tenant-dior/sa/${account}`),
      [GATEWAY],
      ["cluster.local/ns/monitoring/sa/prometheus"],
    ]);
    expect(rules[2]?.to?.[0]?.operation?.methods).toEqual(["GET"]);
    for (const rule of rules) expect(rule.from).toHaveLength(1);
  });

  test("with a token of the tenant's issuer where it asks for one, for the API alone", async () => {
    const jwt = { issuer: "https://id.dior.com", jwksUri: "https://id.dior.com/keys", audiences: ["shop"] };
    const rules = allowRules(await contextOf(tenantOf({ api: { runtime: "node", jwt } })));
    const fromGateway = rules.filter(({ from }) => from?.[0]?.source?.principals?.includes(GATEWAY) === true);
    expect(fromGateway.map(({ from, to }) => [from?.[0]?.source?.requestPrincipals, to?.[0]?.operation?.ports])).toEqual([
      [undefined, ["3000"]],
      [["https://id.dior.com/*"], ["8080"]],
    ]);
  });
});

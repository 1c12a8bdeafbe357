import { describe, expect, test } from "vitest";
import { tenantRules, type Rule } from "../../../components/monitoring/tenantRules.ts";
import type { Tenant } from "../../../tenants/tenant.ts";
import { tenantOf } from "../../support/tenants.ts";

const dior = tenantOf({ id: "dior", tier: "business", name: "Dior" });
const HOSTS = ["dior.shops.test", "shop-dior.shops.test"];

const groups = (tenant: Tenant): NonNullable<ReturnType<typeof tenantRules>["spec"]["groups"]> =>
  tenantRules(tenant, HOSTS).spec.groups ?? [];
const rules = (tenant: Tenant): readonly Rule[] => groups(tenant).flatMap((group) => group.rules ?? []);
const alerts = (tenant: Tenant, name: string): readonly Rule[] => rules(tenant).filter(({ alert }) => alert === name);

function alertOf(tenant: Tenant, name: string): Rule {
  const [first, ...more] = alerts(tenant, name);
  if (first === undefined || more.length > 0) throw new Error(`${more.length + 1} rules ${name}`);
  return first;
}

test("stand in the tenant's namespace with its labels, and name tenant and namespace on every rule", () => {
  expect(tenantRules(dior, HOSTS).metadata).toMatchObject({
    name: "tenant-rules",
    namespace: "tenant-dior",
    labels: { "privatesales.co.kr/tenant": "dior", "privatesales.co.kr/tier": "business" },
  });
  const all = rules(dior);
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter(({ labels }) => labels?.tenant !== "dior" || labels.namespace !== "tenant-dior")).toEqual([]);
  expect(
    all.filter(({ alert, labels }) => alert !== undefined && !["critical", "warning"].includes(labels?.severity ?? "")),
  ).toEqual([]);
});

test("record rate, errors and duration by service from the tenant's own sidecars", () => {
  const red = groups(dior).find(({ name }) => name === "dior.red")?.rules ?? [];
  const served = 'reporter="destination",destination_service_namespace="tenant-dior"';
  expect(red.slice(0, 3)).toMatchObject([
    {
      record: "tenant_service:requests:rate5m",
      expr: `sum by (destination_service_name) (rate(istio_requests_total{${served}}[5m]))`,
    },
    {
      record: "tenant_service:errors:ratio5m",
      expr:
        `(sum by (destination_service_name) (rate(istio_requests_total{${served},response_code=~"5.."}[5m])) ` +
        `or 0 * sum by (destination_service_name) (rate(istio_requests_total{${served}}[5m]))) ` +
        `/ sum by (destination_service_name) (rate(istio_requests_total{${served}}[5m]))`,
    },
    {
      record: "tenant_service:latency_ms:p95_5m",
      expr: `histogram_quantile(0.95, sum by (le, destination_service_name) (rate(istio_request_duration_milliseconds_bucket{${served}}[5m])))`,
    },
  ]);
});

describe("the error budget", () => {
  test.each([
    { tier: "starter", availability: 99.5, limits: [0.072, 0.03, 0.015, 0.005] },
    { tier: "business", availability: 99.9, limits: [0.0144, 0.006, 0.003, 0.001] },
    { tier: "enterprise", availability: 99.95, limits: [0.0072, 0.003, 0.0015, 0.0005] },
  ])("of $availability % burns at 14.4, 6, 3 and 1 times the allowed rate", ({ tier, limits }) => {
    const found = alerts(tenantOf({ id: "dior", tier }), "TenantErrorBudgetBurn");
    const windows = [
      ["1h", "5m"],
      ["6h", "30m"],
      ["1d", "2h"],
      ["3d", "6h"],
    ] as const;
    expect(found.map(({ expr }) => expr)).toEqual(
      windows.map(([long, short], index) =>
        [long, short]
          .map((window) => `tenant:slo_error_ratio:rate${window}{tenant="dior"} > ${limits[index] ?? 0}`)
          .join(" and "),
      ),
    );
    expect(found.map(({ labels }) => labels?.severity)).toEqual(["critical", "critical", "warning", "warning"]);
  });

  test("is read from windows that are recorded", () => {
    const recorded = new Set(rules(dior).flatMap(({ record }) => record ?? []));
    const used = alerts(dior, "TenantErrorBudgetBurn").flatMap(({ expr }) =>
      [...String(expr).matchAll(/tenant:slo_error_ratio:\w+/g)].map(String),
    );
    expect(used).toHaveLength(8);
    expect(used.filter((name) => !recorded.has(name))).toEqual([]);
  });
});

describe("alerts follow the plan", () => {
  test.each([
    { tier: "starter", latencyMs: 1000, backupSeconds: 26 * 3600, testDays: 14 },
    { tier: "business", latencyMs: 500, backupSeconds: 14 * 3600, testDays: 7 },
    { tier: "enterprise", latencyMs: 300, backupSeconds: 6 * 3600, testDays: 3 },
  ])("$tier: slow above $latencyMs ms, backup older than $backupSeconds s, untested for $testDays days", ({ tier, latencyMs, backupSeconds, testDays }) => {
    const tenant = tenantOf({ id: "dior", tier });
    expect(alertOf(tenant, "TenantSlow").expr).toBe(`tenant:gateway_latency_ms:p95_5m{tenant="dior"} > ${latencyMs}`);
    const untested = alertOf(tenant, "TenantBackupUntested").expr;
    expect(untested).toMatch(/backup_last_verified_timestamp_seconds\{namespace="tenant-dior"\} or kube_cronjob_created\{namespace="tenant-dior",cronjob="backup"\}/);
    expect(untested).toMatch(new RegExp(` > ${testDays * 86_400}$`));
    expect(alertOf(tenant, "TenantBackupTooOld").expr).toMatch(new RegExp(` > ${backupSeconds}$`));
  });

  test("a certificate of its own is watched when there is one", () => {
    expect(alerts(dior, "TenantCertificateExpiring")).toEqual([]);
    const own = { ...dior, hosts: { ...dior.hosts, domains: [{ host: "shop.dior.com", primary: true }] } };
    expect(alertOf(own, "TenantCertificateExpiring").expr).toBe(
      'certmanager_certificate_expiration_timestamp_seconds{name="tenant-dior"} - time() < 1209600',
    );
  });

  test.each(["suspended", "archived"] as const)("%s: only what is kept is watched", (state) => {
    expect(groups({ ...dior, state }).map(({ name }) => name)).toEqual(["dior.state"]);
    expect(rules({ ...dior, state }).map(({ alert }) => alert)).toEqual(["TenantQuotaNearLimit", "TenantBackupTooOld", "TenantBackupUntested"]);
    expect(alerts(dior, "TenantUnobserved")).toHaveLength(1);
  });
});

test("no selector reaches another tenant whose id starts alike", () => {
  const text = rules(dior)
    .map(({ expr }) => String(expr))
    .join("\n");
  expect(text.match(/"tenant-dior[^"]*"/g)?.filter((value) => value !== '"tenant-dior"')).toEqual([]);
  expect(text).not.toMatch(/=~"[^"]*dior/);
});

test("expressions close what they open", () => {
  for (const { expr } of rules(dior)) {
    const text = String(expr);
    for (const [open, close] of [
      ["(", ")"],
      ["{", "}"],
      ["[", "]"],
    ] as const) {
      expect([text, text.split(open).length]).toEqual([text, text.split(close).length]);
    }
    expect([text, text.split('"').length % 2]).toEqual([text, 1]);
  }
});

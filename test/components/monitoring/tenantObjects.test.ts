import { describe, expect, test } from "vitest";
import { podMonitors } from "../../../components/monitoring/podMonitors.ts";
import { tenantAlertRoute } from "../../../components/monitoring/tenantAlertRoute.ts";
import { tenantDashboard } from "../../../components/monitoring/tenantDashboard.ts";
import { tenantRules } from "../../../components/monitoring/tenantRules.ts";
import { at, listAt } from "../../support/objects.ts";
import { tenantOf } from "../../support/tenants.ts";

const dior = tenantOf({ id: "dior", tier: "business", name: "Dior", contacts: ["ops@dior.com", "it@dior.com"] });

describe("the alert route", () => {
  const { spec, metadata } = tenantAlertRoute(dior);

  test("stands in the tenant's namespace and matches the tenant", () => {
    expect(metadata).toMatchObject({ namespace: "tenant-dior", labels: { "privatesales.co.kr/tenant": "dior" } });
    expect(spec.route).toMatchObject({
      receiver: "warning",
      matchers: [{ name: "tenant", matchType: "=", value: "dior" }],
    });
  });

  test("sends every severity to every contact, critical sooner and more often", () => {
    expect(spec.receivers?.map(({ name, emailConfigs }) => [name, emailConfigs?.map(({ to }) => to)])).toEqual([
      ["warning", ["ops@dior.com", "it@dior.com"]],
      ["critical", ["ops@dior.com", "it@dior.com"]],
    ]);
    expect(spec.route?.repeatInterval).toBe("24h");
    expect(spec.route?.routes).toMatchObject([
      {
        receiver: "critical",
        matchers: [{ name: "severity", value: "critical" }],
        groupWait: "15s",
        repeatInterval: "1h",
      },
    ]);
  });
});

describe("the tenants' monitor", () => {
  const [spec] = podMonitors().flatMap((monitor) => (monitor.metadata.name === "tenants" ? [monitor.spec] : []));
  const [endpoint] = spec?.podMetricsEndpoints ?? [];

  test("scrapes tenants' pods in every namespace at the sidecar's port, outside mTLS", () => {
    expect(spec?.namespaceSelector).toEqual({ any: true });
    expect(spec?.selector).toEqual({ matchExpressions: [{ key: "privatesales.co.kr/tenant", operator: "Exists" }] });
    expect(endpoint?.path).toBe("/stats/prometheus");
    expect(endpoint?.relabelings).toContainEqual({
      action: "replace",
      sourceLabels: ["__meta_kubernetes_pod_ip"],
      targetLabel: "__address__",
      regex: "(.+)",
      replacement: "$1:15020",
    });
  });

  test("says whose metrics they are by the namespace, whatever the application claims", () => {
    const sourceLabels = ["__meta_kubernetes_namespace"];
    expect(endpoint?.relabelings).toEqual(
      expect.arrayContaining([
        { action: "keep", sourceLabels, regex: "tenant-(.+)" },
        { action: "replace", sourceLabels, regex: "tenant-(.+)", targetLabel: "tenant", replacement: "$1" },
      ]),
    );
    expect(endpoint?.honorLabels).toBeUndefined();
  });

  test("bounds what one scrape may bring", () => {
    expect(spec?.sampleLimit).toBe(20_000);
  });
});

test("the platform's monitors name the jobs that its rules read", () => {
  expect(
    podMonitors().map(({ metadata, spec }) => [metadata.name, spec.namespaceSelector?.matchNames]),
  ).toEqual([
    ["gateway", ["istio-ingress"]],
    ["istiod", ["istio-system"]],
    ["cert-manager", ["cert-manager"]],
    ["pooler", ["privatesales-data"]],
    ["tenants", undefined],
  ]);
});

describe("the dashboard", () => {
  const config = tenantDashboard(dior);
  const text = at(config, "data");
  const json: unknown = JSON.parse(Object.values(typeof text === "object" && text !== null ? text : {}).join(""));
  const panels = listAt(json, "panels");
  const expressions = panels.flatMap((panel) => listAt(panel, "targets").map((target) => String(at(target, "expr"))));

  test("is found by Grafana in the tenant's namespace", () => {
    expect(at(config, "metadata")).toMatchObject({
      namespace: "tenant-dior",
      labels: { grafana_dashboard: "1", "privatesales.co.kr/tenant": "dior" },
      annotations: { grafana_folder: "Tenants" },
    });
    expect(json).toMatchObject({ uid: "tenant-dior", title: "Dior" });
  });

  test("has a panel for each question, none on top of another", () => {
    expect(panels.map((panel) => at(panel, "title"))).toEqual([
      "Requests",
      "Errors",
      "Duration, 95th percentile",
      "Error budget left of 30 days at 99.9 %",
      "CPU",
      "Memory",
      "Database connections",
      "Pods",
    ]);
    const places = panels.map((panel) => JSON.stringify(at(panel, "gridPos")));
    expect(new Set(places).size).toBe(panels.length);
  });

  test("reads only what the tenant's rules record, or what is in its namespace", () => {
    const recorded = new Set(
      (tenantRules(dior, []).spec.groups ?? []).flatMap(({ rules }) =>
        (rules ?? []).flatMap(({ record }) => record ?? []),
      ),
    );
    const used = expressions.flatMap((expr) => expr.match(/\btenant\w*:\w+:\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(4);
    expect(used.filter((name) => !recorded.has(name))).toEqual([]);
    const others = expressions.filter(
      (expr) => !/tenant="dior"|namespace="tenant-dior"|user="tenant_dior__app"|^vector\(\d+\)$/.test(expr),
    );
    expect(others).toEqual([]);
  });

  test("its uid fits Grafana's 40 characters for the longest id", () => {
    const longest = tenantDashboard({ ...dior, id: "a".repeat(30) });
    expect(JSON.stringify(at(longest, "data"))).toContain(`tenant-${"a".repeat(30)}`);
    expect(`tenant-${"a".repeat(30)}`.length).toBeLessThanOrEqual(40);
  });
});

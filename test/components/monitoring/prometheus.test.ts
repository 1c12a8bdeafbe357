import { describe, expect, test } from "vitest";
import { Prometheus, type PrometheusArgs } from "../../../components/monitoring/prometheus.ts";
import { alertmanagerConfig, type Alerts } from "../../../components/monitoring/alertmanagerValues.ts";
import { platformRules } from "../../../components/monitoring/platformRules.ts";
import { podMonitors } from "../../../components/monitoring/podMonitors.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, record } from "../../support/record.ts";

const smtp: Alerts["smtp"] = { host: "mail.test", port: 587, from: "alerts@shops.test", requireTls: "on" };
const alerts: Alerts = {
  platformEmails: ["ops@shops.test"],
  smtp: { ...smtp, login: { username: "alerts", password: "mail-secret" } },
  deadMansSwitchUrl: "https://watch.test/secret",
};
const args: PrometheusArgs = {
  charts: "managed",
  retentionDays: 30,
  storageGi: 50,
  replicas: 2,
  grafanaHost: "grafana.shops.test",
  alerts,
};

describe("managed", () => {
  test("installs the chart that reads rules and monitors of every namespace", async () => {
    const release = only(await record(() => new Prometheus("prometheus", args)), "Release").inputs;
    expect(release).toMatchObject({ name: "kube-prometheus-stack", namespace: "monitoring", version: "88.5.3" });
    expect(at(release, "values.prometheus.prometheusSpec")).toMatchObject({
      retention: "30d",
      replicas: 2,
      ruleSelectorNilUsesHelmValues: false,
      serviceMonitorSelectorNilUsesHelmValues: false,
      podMonitorSelectorNilUsesHelmValues: false,
      probeSelectorNilUsesHelmValues: false,
      scrapeConfigSelectorNilUsesHelmValues: false,
    });
    expect(at(release, "values.alertmanager.alertmanagerSpec")).toMatchObject({
      alertmanagerConfigMatcherStrategy: { type: "OnNamespace" },
    });
    expect(at(release, "values.grafana.sidecar.dashboards")).toMatchObject({
      label: "grafana_dashboard",
      labelValue: "1",
      searchNamespace: "ALL",
    });
  });

  test("keeps secrets in Secrets, not in the chart's values", async () => {
    const seen = await record(() => new Prometheus("prometheus", args));
    expect(JSON.stringify(only(seen, "Release").inputs)).not.toMatch(/mail-secret|watch\.test|generated/);
    expect(only(seen, "Secret", "prometheus-notifications").inputs.stringData).toEqual({
      "smtp-password": "mail-secret",
      "dead-mans-switch-url": "https://watch.test/secret",
    });
    expect(only(seen, "Secret", "prometheus-grafana-login").inputs.stringData).toEqual({
      username: "admin",
      password: "generated",
    });
  });

  test("publishes what tenants need", async () => {
    let made: Prometheus | undefined;
    await record(() => (made = new Prometheus("prometheus", args)));
    expect(made).toMatchObject({
      namespace: "monitoring",
      prometheusPrincipal: "cluster.local/ns/monitoring/sa/kube-prometheus-stack-prometheus",
      dashboardLabel: { name: "grafana_dashboard", value: "1" },
    });
  });
});

test("external: no Release and none of its Secrets, but all that depends on its CRDs", async () => {
  const kinds = async (charts: PrometheusArgs["charts"]): Promise<readonly string[]> =>
    (await record(() => new Prometheus("prometheus", { ...args, charts }))).map(
      ({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`,
    );
  const [managed, external] = [await kinds("managed"), await kinds("external")];
  expect(managed.filter((one) => !external.includes(one)).toSorted()).toEqual([
    "RandomPassword prometheus-grafana-password",
    "Release prometheus-stack",
    "Secret prometheus-grafana-login",
    "Secret prometheus-notifications",
  ]);
  expect(external.toSorted()).toEqual([
    "Namespace prometheus-namespace",
    "PodMonitor prometheus-monitor-cert-manager",
    "PodMonitor prometheus-monitor-gateway",
    "PodMonitor prometheus-monitor-istiod",
    "PodMonitor prometheus-monitor-pooler",
    "PodMonitor prometheus-monitor-tenants",
    "Prometheus prometheus",
    "PrometheusRule prometheus-rules",
  ]);
});

describe("Alertmanager's own routes", () => {
  const config = alertmanagerConfig(alerts);

  /** The receiver of an alert, by Alertmanager's rule: the first route whose matchers all hold, else the root's. */
  function receiverOf(labels: Readonly<Record<string, string>>): unknown {
    const holds = (matcher: unknown): boolean => {
      const [, name = "", operator, value = ""] = /^(\w+)(=~?)"(.*)"$/.exec(String(matcher)) ?? [];
      const actual = labels[name] ?? "";
      return operator === "=~" ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    };
    const found = listAt(config, "route.routes").find((route) => listAt(route, "matchers").every(holds));
    return at(found ?? config.route, "receiver");
  }

  test.each([
    ["the dead man's switch", { alertname: "PlatformDeadMansSwitch", severity: "none" }, "dead-mans-switch"],
    ["a critical fault of the platform", { alertname: "IstiodDown", severity: "critical" }, "platform"],
    ["a warning of the platform", { alertname: "MeshConfigRejected", severity: "warning" }, "platform"],
    [
      "a critical fault of a tenant",
      { alertname: "TenantWorkloadDown", severity: "critical", tenant: "dior" },
      "platform",
    ],
    [
      "a warning of a tenant, which is the tenant's",
      { alertname: "TenantSlow", severity: "warning", tenant: "dior" },
      "nobody",
    ],
    ["the chart's helper", { alertname: "InfoInhibitor", severity: "none" }, "nobody"],
  ])("%s", (_, labels, receiver) => {
    expect(receiverOf(labels)).toBe(receiver);
  });

  test("mail and the watcher's URL come from files", () => {
    expect(config.global).toMatchObject({ smtp_smarthost: "mail.test:587", smtp_require_tls: true });
    expect(at(config, "global.smtp_auth_password_file")).toBe(
      "/etc/alertmanager/secrets/alertmanager-notifications/smtp-password",
    );
    const [, , watcher] = listAt(config, "receivers");
    expect(listAt(watcher, "webhook_configs")).toMatchObject([
      { url_file: "/etc/alertmanager/secrets/alertmanager-notifications/dead-mans-switch-url" },
    ]);
  });

  test("without a login or a watcher there is neither", () => {
    const bare = alertmanagerConfig({ platformEmails: alerts.platformEmails, smtp });
    expect(Object.keys(bare.global as object)).not.toContain("smtp_auth_password_file");
    expect(listAt(bare, "receivers")[2]).toEqual({ name: "dead-mans-switch" });
  });
});

describe("the platform's rules", () => {
  const rules = (platformRules().spec.groups ?? []).flatMap((group) => group.rules ?? []);

  test("one always fires", () => {
    expect(rules.find(({ alert }) => alert === "PlatformDeadMansSwitch")).toMatchObject({ expr: "vector(1)" });
  });

  test("read only jobs that are scraped", () => {
    const jobs = podMonitors().map(({ metadata }) => `monitoring/${metadata.name}`);
    const used = rules.flatMap(({ expr }) =>
      [...String(expr).matchAll(/job="(monitoring\/[^"]+)"/g)].map(([, job = ""]) => job),
    );
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((job) => !jobs.includes(job))).toEqual([]);
  });
});

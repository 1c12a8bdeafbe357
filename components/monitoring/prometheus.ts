import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { chartArgs, type Charts } from "../shared/chart.ts";
import { customResource } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES, principal } from "../shared/names.ts";
import { podSecurityLabels } from "../shared/podSecurity.ts";
import { CHARTS } from "../shared/versions.ts";
import { ALERT_SECRET, ALERT_SECRET_KEYS, type Alerts } from "./alertmanagerValues.ts";
import { platformRules } from "./platformRules.ts";
import { podMonitors } from "./podMonitors.ts";
import { GRAFANA_SECRET, stackValues, type StackSize } from "./prometheusValues.ts";
import { DASHBOARD_LABEL } from "./tenantDashboard.ts";

export interface PrometheusArgs extends StackSize {
  /**
   * With `external`, retention, replicas, Grafana and the alerts' receivers are those of whoever installed the chart.
   */
  readonly charts: Charts;
  readonly alerts: Alerts;
}

/** Prometheus, Alertmanager and Grafana, and the rules and monitors of the platform's own parts. */
export class Prometheus extends pulumi.ComponentResource {
  readonly namespace: string = NAMESPACES.monitoring;
  /** Identity of Prometheus, as AuthorizationPolicies name it. */
  readonly prometheusPrincipal = principal(NAMESPACES.monitoring, `${CHARTS.kubePrometheusStack.chart}-prometheus`);
  /** Label that makes a ConfigMap a dashboard. */
  readonly dashboardLabel = DASHBOARD_LABEL;
  /** What must be there before a tenant's rules, monitor or alert route. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:monitoring:Prometheus", name, {}, opts);
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: this.namespace,
          // The node exporter reads the host's file system and processes.
          labels: { ...platformLabels("monitoring"), ...podSecurityLabels("privileged") },
        },
      },
      { parent: this },
    );
    const releases = args.charts === "managed" ? [this.declareStack(name, args, namespace)] : [];
    this.ready = [namespace, ...releases];
    const options = { parent: this, dependsOn: [...this.ready] };
    new k8s.apiextensions.CustomResource(`${name}-rules`, customResource(platformRules()), options);
    for (const monitor of podMonitors()) {
      new k8s.apiextensions.CustomResource(
        `${name}-monitor-${monitor.metadata.name}`,
        customResource(monitor),
        options,
      );
    }
    this.registerOutputs({ namespace: this.namespace });
  }

  private declareStack(name: string, args: PrometheusArgs, namespace: pulumi.Resource): pulumi.Resource {
    const metadata = (secret: string): k8s.types.input.meta.v1.ObjectMeta => ({
      name: secret,
      namespace: this.namespace,
      labels: { ...platformLabels("monitoring") },
    });
    const options = { parent: this, dependsOn: [namespace] };
    const password = new random.RandomPassword(
      `${name}-grafana-password`,
      { length: 32, special: false },
      { parent: this },
    );
    const login = new k8s.core.v1.Secret(
      `${name}-grafana-login`,
      { metadata: metadata(GRAFANA_SECRET), stringData: { username: "admin", password: password.result } },
      options,
    );
    const { smtp, deadMansSwitchUrl } = args.alerts;
    const notifications = new k8s.core.v1.Secret(
      `${name}-notifications`,
      {
        metadata: metadata(ALERT_SECRET),
        stringData: {
          ...(smtp.login === undefined ? {} : { [ALERT_SECRET_KEYS.smtpPassword]: smtp.login.password }),
          ...(deadMansSwitchUrl === undefined ? {} : { [ALERT_SECRET_KEYS.deadMansSwitchUrl]: deadMansSwitchUrl }),
        },
      },
      options,
    );
    return new k8s.helm.v3.Release(
      `${name}-stack`,
      chartArgs(CHARTS.kubePrometheusStack, { namespace: this.namespace, values: stackValues(args, args.alerts) }),
      { parent: this, dependsOn: [login, notifications] },
    );
  }
}

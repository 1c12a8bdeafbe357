import type * as pulumi from "@pulumi/pulumi";
import { DEAD_MANS_SWITCH } from "./platformRules.ts";

/** The server that takes the mails; a password is needed exactly when there is a user name. */
export interface Smtp {
  readonly host: string;
  readonly port: number;
  /** Sender, e.g. `alerts@privatesales.co.kr`. */
  readonly from: string;
  /** `on` refuses a server without STARTTLS. */
  readonly requireTls: "on" | "off";
  readonly login?: { readonly username: string; readonly password: pulumi.Input<string> };
}

export interface Alerts {
  /** Who runs the platform; at least one address. */
  readonly platformEmails: readonly string[];
  readonly smtp: Smtp;
  /**
   * URL that wants a call every few minutes and raises the alarm when none comes. Default: nobody watches from outside.
   */
  readonly deadMansSwitchUrl?: pulumi.Input<string>;
}

/** The Secret with what Alertmanager reads from files, so that no value of the chart is secret. */
export const ALERT_SECRET = "alertmanager-notifications";
export const ALERT_SECRET_KEYS = { smtpPassword: "smtp-password", deadMansSwitchUrl: "dead-mans-switch-url" } as const;

const file = (key: string): string => `/etc/alertmanager/secrets/${ALERT_SECRET}/${key}`;

/** Platform severities; a tenant's warnings are the tenant's own. */
const REPEAT = { critical: "1h", warning: "24h" } as const;

/**
 * Alertmanager's configuration. Tenants' routes are put before it by the operator, each for its own namespace, and
 * continue.
 */
export function alertmanagerConfig({
  platformEmails,
  smtp,
  deadMansSwitchUrl,
}: Alerts): Readonly<Record<string, unknown>> {
  const login =
    smtp.login === undefined
      ? {}
      : { smtp_auth_username: smtp.login.username, smtp_auth_password_file: file(ALERT_SECRET_KEYS.smtpPassword) };
  const watched =
    deadMansSwitchUrl === undefined
      ? {}
      : { webhook_configs: [{ url_file: file(ALERT_SECRET_KEYS.deadMansSwitchUrl), send_resolved: false }] };
  return {
    global: {
      resolve_timeout: "5m",
      smtp_smarthost: `${smtp.host}:${smtp.port}`,
      smtp_from: smtp.from,
      smtp_require_tls: smtp.requireTls === "on",
      ...login,
    },
    route: {
      receiver: "platform",
      group_by: ["alertname", "namespace"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: REPEAT.warning,
      routes: [
        // Often enough that two lost calls are noticed.
        {
          receiver: "dead-mans-switch",
          matchers: [`alertname="${DEAD_MANS_SWITCH}"`],
          group_wait: "0s",
          group_interval: "1m",
          repeat_interval: "2m",
        },
        { receiver: "nobody", matchers: ['alertname=~"Watchdog|InfoInhibitor"'] },
        { receiver: "nobody", matchers: ['tenant=~".+"', 'severity="warning"'] },
        { receiver: "platform", matchers: ['severity="critical"'], repeat_interval: REPEAT.critical },
      ],
    },
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity="warning"'],
        equal: ["alertname", "namespace"],
      },
      // Without a gateway every shop is down; one mail says so.
      { source_matchers: ['alertname="GatewayDown"'], target_matchers: ['alertname="TenantErrorBudgetBurn"'] },
    ],
    receivers: [
      { name: "nobody" },
      { name: "platform", email_configs: platformEmails.map((to) => ({ to, send_resolved: true })) },
      { name: "dead-mans-switch", ...watched },
    ],
  };
}

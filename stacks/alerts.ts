import * as pulumi from "@pulumi/pulumi";
import type { Alerts } from "../components/monitoring/alertmanagerValues.ts";
import type { StackConfig } from "./config.ts";

/** Who hears of alerts, and how, as the component takes it. */
export function alertsOf({ monitoring, smtpPassword, deadMansSwitchUrl }: StackConfig): Alerts {
  const { host, port, from, requireTls, username } = monitoring.smtp;
  const login = username === undefined || smtpPassword === undefined ? {} : { login: { username, password: pulumi.secret(smtpPassword) } };
  return {
    platformEmails: monitoring.platformEmails,
    smtp: { host, port, from, requireTls, ...login },
    ...(deadMansSwitchUrl === undefined ? {} : { deadMansSwitchUrl: pulumi.secret(deadMansSwitchUrl) }),
  };
}

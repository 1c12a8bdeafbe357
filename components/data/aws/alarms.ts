import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";

/** One CloudWatch alarm as data. */
export interface Alarm {
  /** Last part of its name, e.g. `cpu`. */
  readonly name: string;
  /** What is wrong when it rings, for whoever is woken by it. */
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  readonly rings: "above" | "below";
  readonly threshold: number;
  /** Seconds of one period, a multiple of 60. Default: 60. */
  readonly periodSeconds?: number;
  /** Periods in a row that have to breach. */
  readonly periods: number;
  /** What silence means: `breaching` where a healthy store always reports. */
  readonly silence: "breaching" | "notBreaching";
}

/** Declares alarms that tell one topic, when they ring and when they stop. */
export function declareAlarms(
  name: string,
  physicalPrefix: string,
  alarms: readonly Alarm[],
  topicArn: pulumi.Input<string>,
  options: { readonly parent: pulumi.Resource },
): void {
  for (const alarm of alarms) {
    new cloudwatch.MetricAlarm(
      `${name}-alarm-${alarm.name}`,
      {
        name: `${physicalPrefix}-${alarm.name}`,
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: alarm.metric,
        dimensions: { ...alarm.dimensions },
        statistic: alarm.statistic,
        comparisonOperator: alarm.rings === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
        threshold: alarm.threshold,
        period: alarm.periodSeconds ?? 60,
        evaluationPeriods: alarm.periods,
        datapointsToAlarm: alarm.periods,
        treatMissingData: alarm.silence,
        actionsEnabled: true,
        alarmActions: [topicArn],
        okActions: [topicArn],
        tags: platformTags("data"),
      },
      options,
    );
  }
}

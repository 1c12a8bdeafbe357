import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";
import { originHost } from "./names.ts";
import type { OriginTarget } from "./origins.ts";

export interface FailoverArgs {
  readonly prefix: string;
  readonly loadBalancerDomain: string;
  /** Zone of `loadBalancerDomain`. */
  readonly loadBalancerZoneId: pulumi.Input<string>;
  readonly main: OriginTarget & {
    /** As CloudWatch names them: `net/…` and `targetgroup/…`. */
    readonly metrics: { readonly loadBalancer: pulumi.Input<string>; readonly targetGroup: pulumi.Input<string> };
  };
  readonly standby?: OriginTarget;
  /** SNS topics that hear of an entry without a healthy gateway. Default: none. */
  readonly alarmTopicArns?: readonly pulumi.Input<string>[];
}

/** Seconds that resolvers keep where the origin is. */
const TTL = 60;

/**
 * `origin.<load balancer's domain>`: the load balancer of the region that is healthy, by a CloudWatch alarm, since Route 53's
 * checkers cannot reach an internal load balancer. With a standby cluster its load balancer is second; without one there is
 * nothing behind the first that could serve a shop, so the name stays where it is and the health check only tells.
 *
 * This steers what looks the name up: operators, the runbook's command, callers inside the network. It does not move shoppers:
 * they go by the distribution whatever DNS says, as CloudFront picks a distribution by host, and its private origins are
 * picked by id. There static files fall over by themselves, by a group of both origins, and everything else by `serving` of
 * the edge, one confirmed command: region two's database takes no writes until somebody has promoted it.
 */
export class Failover extends pulumi.ComponentResource {
  readonly host: string;
  readonly healthCheckId: pulumi.Output<string>;

  constructor(name: string, args: FailoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:Failover", name, {}, opts);
    const { prefix, loadBalancerDomain, main, standby } = args;
    const alarm = this.declareAlarm(name, args);
    const check = new route53.HealthCheck(
      `${name}-health`,
      {
        type: "CLOUDWATCH_METRIC",
        cloudwatchAlarmName: alarm.name,
        cloudwatchAlarmRegion: main.region,
        insufficientDataHealthStatus: "LastKnownStatus",
        tags: { ...platformTags("edge"), Name: `${prefix}-${main.region}` },
      },
      { parent: this },
    );
    this.declareRecord(name, args, main, { type: "PRIMARY", healthCheckId: check.id });
    if (standby !== undefined) this.declareRecord(name, args, standby, { type: "SECONDARY" });
    this.host = originHost(loadBalancerDomain);
    this.healthCheckId = check.id;
    this.registerOutputs({ host: this.host });
  }

  private declareAlarm(name: string, { prefix, main, alarmTopicArns = [] }: FailoverArgs): cloudwatch.MetricAlarm {
    return new cloudwatch.MetricAlarm(
      `${name}-alarm`,
      {
        name: `${prefix}-gateway-unreachable`,
        alarmDescription: "No zone has a gateway pod that answers: every shop is down",
        namespace: "AWS/NetworkELB",
        metricName: "HealthyHostCount",
        dimensions: { LoadBalancer: main.metrics.loadBalancer, TargetGroup: main.metrics.targetGroup },
        // Each zone counts for itself; the best of them decides.
        statistic: "Maximum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        period: 60,
        evaluationPeriods: 3,
        // With no pod registered there is no count at all.
        treatMissingData: "breaching",
        alarmActions: [...alarmTopicArns],
        okActions: [...alarmTopicArns],
        tags: platformTags("edge"),
      },
      { parent: this },
    );
  }

  private declareRecord(
    name: string,
    { loadBalancerDomain, loadBalancerZoneId }: FailoverArgs,
    { region, dnsName }: OriginTarget,
    { type, healthCheckId }: { readonly type: "PRIMARY" | "SECONDARY"; readonly healthCheckId?: pulumi.Input<string> },
  ): void {
    new route53.Record(
      `${name}-${region}`,
      {
        zoneId: loadBalancerZoneId,
        name: originHost(loadBalancerDomain),
        type: "CNAME",
        ttl: TTL,
        records: [dnsName],
        setIdentifier: region,
        failoverRoutingPolicies: [{ type }],
        ...(healthCheckId === undefined ? {} : { healthCheckId }),
      },
      { parent: this },
    );
  }
}

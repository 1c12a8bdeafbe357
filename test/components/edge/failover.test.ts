import { expect, test } from "vitest";
import { Failover, type FailoverArgs } from "../../../components/edge/failover.ts";
import { only, type Recorded } from "../../support/record.ts";
import { LOAD_BALANCER, ofKind, PREFIX, recordEdge } from "./support.ts";

const STANDBY = { region: "ap-northeast-1", loadBalancerArn: "arn:standby", dnsName: "standby.elb.amazonaws.com" };

const declare = (more: Partial<FailoverArgs> = {}): Promise<readonly Recorded[]> =>
  recordEdge(
    () =>
      new Failover("failover", {
        prefix: PREFIX,
        loadBalancerDomain: LOAD_BALANCER,
        loadBalancerZoneId: "Z2",
        main: {
          region: "ap-northeast-2",
          loadBalancerArn: "arn:main",
          dnsName: "main.elb.amazonaws.com",
          metrics: { loadBalancer: "net/edge/1", targetGroup: "targetgroup/edge/2" },
        },
        ...more,
      }),
  );

test("health is an alarm of the region, since no checker reaches an internal load balancer", async () => {
  const seen = await declare();
  expect(only(seen, "MetricAlarm").inputs).toMatchObject({
    name: "privatesales-prod-gateway-unreachable",
    namespace: "AWS/NetworkELB",
    metricName: "HealthyHostCount",
    dimensions: { LoadBalancer: "net/edge/1", TargetGroup: "targetgroup/edge/2" },
    statistic: "Maximum",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "breaching",
    alarmActions: [],
  });
  const { inputs } = only(seen, "HealthCheck");
  expect(inputs).toMatchObject({
    type: "CLOUDWATCH_METRIC",
    cloudwatchAlarmName: "privatesales-prod-gateway-unreachable",
    cloudwatchAlarmRegion: "ap-northeast-2",
  });
  expect(inputs).not.toHaveProperty("fqdn");
  expect(inputs).not.toHaveProperty("ipAddress");
});

test("the alarm tells whoever listens", async () => {
  expect(only(await declare({ alarmTopicArns: ["arn:topic"] }), "MetricAlarm").inputs).toMatchObject({
    alarmActions: ["arn:topic"],
    okActions: ["arn:topic"],
  });
});

const PRIMARY = {
  zoneId: "Z2",
  name: "origin.privatesales-lb.co.kr",
  type: "CNAME",
  ttl: 60,
  records: ["main.elb.amazonaws.com"],
  setIdentifier: "ap-northeast-2",
  failoverRoutingPolicies: [{ type: "PRIMARY" }],
  healthCheckId: "failover-health-id",
};

test("one region: nothing is second, since nothing could serve a shop", async () => {
  expect(ofKind(await declare(), "Record").map(({ inputs }) => inputs)).toEqual([PRIMARY]);
});

test("two regions: the other cluster's load balancer is second", async () => {
  expect(ofKind(await declare({ standby: STANDBY }), "Record").map(({ inputs }) => inputs)).toEqual([
    {
      zoneId: "Z2",
      name: "origin.privatesales-lb.co.kr",
      type: "CNAME",
      ttl: 60,
      records: ["standby.elb.amazonaws.com"],
      setIdentifier: "ap-northeast-1",
      failoverRoutingPolicies: [{ type: "SECONDARY" }],
    },
    PRIMARY,
  ]);
});

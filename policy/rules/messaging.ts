import { between, set, is, property } from "../expect.ts";
import { companion } from "../references.ts";
import { checkovGraph, checkovPython, rule, type Check, type Rule } from "../rule.ts";
import { show } from "../values.ts";

const LOG_GROUP = ["aws:cloudwatch/logGroup:LogGroup"];

const encryptedQueue: Check = ({ props }) => {
  const { sqsManagedSseEnabled, kmsMasterKeyId } = props;
  if (sqsManagedSseEnabled === true || (kmsMasterKeyId !== undefined && kmsMasterKeyId !== "")) return undefined;
  return { found: `sqsManagedSseEnabled is ${show(sqsManagedSseEnabled)} and kmsMasterKeyId ${show(kmsMasterKeyId)}`, allowed: "one of the two", fix: "Name a key." };
};

export const MESSAGING_RULES: readonly Rule[] = [
  rule({
    id: "CKV_AWS_26",
    title: "topics are encrypted",
    source: checkovPython("SNSTopicEncryption"),
    types: ["aws:sns/topic:Topic"],
    check: property("kmsMasterKeyId", set, "A key of the account: alarms of CloudWatch cannot use AWS's own."),
  }),
  rule({ id: "CKV_AWS_27", title: "queues are encrypted", source: checkovPython("SQSQueueEncryption"), types: ["aws:sqs/queue:Queue"], check: encryptedQueue }),
  rule({
    id: "CKV_AWS_66",
    title: "logs are kept for a set time",
    source: checkovPython("CloudWatchLogGroupRetention"),
    types: LOG_GROUP,
    check: property("retentionInDays", between(1), "Without it they are kept, and paid for, for ever."),
  }),
  rule({
    id: "CKV_AWS_158",
    title: "logs are encrypted with a key of the account",
    source: checkovPython("CloudWatchLogGroupKMSKey"),
    types: LOG_GROUP,
    check: property("kmsKeyId", set, "Its policy has to let logs.<region>.amazonaws.com use it."),
  }),
  rule({
    id: "CKV_AWS_319",
    title: "alarms alarm",
    source: checkovPython("CloudWatchAlarmsEnabled"),
    types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
    check: ({ props }) => (props["actionsEnabled"] === false ? { found: "actionsEnabled is false", allowed: "actionsEnabled: true", fix: "Remove the alarm, or let it speak." } : undefined),
  }),
  rule({
    id: "CKV2_AWS_31",
    title: "the WAF logs",
    source: checkovGraph("WAF2HasLogs"),
    types: ["aws:wafv2/webAcl:WebAcl"],
    check: companion("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn", {
      found: "no WebAclLoggingConfiguration names this web ACL",
      allowed: "one for every web ACL",
      fix: "What was blocked, and why, has to be found out.",
    }),
  }),
  rule({
    id: "CKV2_AWS_39",
    title: "queries of public zones are logged",
    source: checkovGraph("Route53ZoneHasMatchingQueryLog"),
    types: ["aws:route53/zone:Zone"],
    where: ({ props }) => props["vpcs"] === undefined,
    check: companion("aws:route53/queryLog:QueryLog", "zoneId", { found: "no QueryLog names this zone", allowed: "one for every public zone", fix: "Takeovers start with queries." }),
  }),
  rule({
    id: "PS_CONFIG_RECORDER_ON",
    title: "AWS Config records",
    source: checkovGraph("AWSConfigRecorderEnabled"),
    types: ["aws:cfg/recorderStatus:RecorderStatus"],
    check: property("isEnabled", is(true), "A recorder that was made is still off (CKV2_AWS_45)."),
  }),
];

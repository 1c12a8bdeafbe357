import { is, property, set } from "../expect.ts";
import { checkovGraph, checkovPython, rule, type Rule, type RuleArgs } from "../rule.ts";

const trailRule = (args: Omit<RuleArgs, "types">): Rule => rule({ ...args, types: ["aws:cloudtrail/trail:Trail"] });

export const CLOUDTRAIL_RULES: readonly Rule[] = [
  trailRule({
    id: "CKV_AWS_35",
    title: "the trail is encrypted with a key of the account",
    source: checkovPython("CloudtrailEncryptionWithCMK"),
    check: property("kmsKeyId", set, "Whoever reads then needs the key too."),
  }),
  trailRule({
    id: "CKV_AWS_36",
    title: "a changed log file shows",
    source: checkovPython("CloudtrailLogValidation"),
    check: property("enableLogFileValidation", is(true), "CloudTrail then signs a digest every hour."),
  }),
  trailRule({
    id: "CKV_AWS_67",
    title: "the trail covers all regions",
    source: checkovPython("CloudtrailMultiRegion"),
    check: property("isMultiRegionTrail", is(true), "An intruder picks the region that nobody looks at."),
  }),
  trailRule({
    id: "CKV_AWS_252",
    title: "new log files are announced",
    source: checkovPython("CloudtrailDefinesSNSTopic"),
    check: property("snsTopicName", set, "Name a topic."),
  }),
  trailRule({
    id: "CKV2_AWS_10",
    title: "the trail reaches CloudWatch",
    source: checkovGraph("CloudtrailHasCloudwatch"),
    check: property("cloudWatchLogsGroupArn", set, "Alarms need it there."),
  }),
  trailRule({
    id: "PS_TRAIL_GLOBAL_EVENTS",
    title: "the trail has what happens in no region",
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html",
    check: ({ props }) =>
      props["includeGlobalServiceEvents"] === false || props["enableLogging"] === false
        ? { found: "global events or logging turned off", allowed: "both on, as by default", fix: "IAM and STS are global services." }
        : undefined,
  }),
];

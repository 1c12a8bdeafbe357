import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

const named = (draft: Draft): string => draft.text("name") || "default";

/** For services that an account switches on once in a region. */
const once = (type: string, reason: (draft: Draft) => string) => (draft: Draft): string | undefined =>
  draft.store.list(type).some(({ account, region }) => account === draft.account && region === draft.region) ? reason(draft) : undefined;

const RECORDER = "aws:cfg/recorder:Recorder";
const DETECTOR = "aws:guardduty/detector:Detector";
const HUB = "aws:securityhub/account:Account";

const config: readonly Row[] = [
  {
    type: RECORDER,
    source: sourceOf("configservice/configuration_recorder"),
    replaceOn: ["name"],
    id: named,
    outputs: () => ({ name: "default" }),
    refuseCreate: once(RECORDER, (draft) => `MaxNumberOfConfigurationRecordersExceededException: Failed to put configuration recorder '${named(draft)}' because the maximum number of configuration recorders: 1 is reached.`),
  },
  {
    type: "aws:cfg/deliveryChannel:DeliveryChannel",
    source: sourceOf("configservice/delivery_channel"),
    replaceOn: ["name"],
    id: named,
    outputs: () => ({ name: "default" }),
    refuseCreate: (draft) => draft.store.list(RECORDER).some(({ region }) => region === draft.region)
      ? undefined
      : "NoAvailableConfigurationRecorderException: Configuration recorder is not available to put delivery channel.",
  },
  { type: "aws:cfg/recorderStatus:RecorderStatus", source: sourceOf("configservice/configuration_recorder_status"), replaceOn: ["name"], id: named, outputs: () => ({}) },
  {
    type: "aws:cfg/rule:Rule",
    source: sourceOf("configservice/config_rule"),
    replaceOn: ["name"],
    unique: ["name"],
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => {
      const ruleId = `config-rule-${draft.lower(6, "rule")}`;
      return { arn: draft.arn("config", `config-rule/${ruleId}`), ruleId };
    },
  },
];

const findings: readonly Row[] = [
  {
    type: DETECTOR,
    source: sourceOf("guardduty/detector"),
    replaceOn: [],
    id: (draft) => draft.hex(32, "detector"),
    outputs: (draft) => ({ accountId: draft.account, arn: draft.arn("guardduty", `detector/${draft.id}`), findingPublishingFrequency: "SIX_HOURS" }),
    refuseCreate: once(DETECTOR, () => "BadRequestException: The request is rejected because a detector already exists for the current account."),
  },
  {
    type: "aws:guardduty/detectorFeature:DetectorFeature",
    source: sourceOf("guardduty/detector_feature"),
    replaceOn: ["additionalConfigurations.name", "detectorId", "name"],
    // UpdateDetector writes over a feature's state.
    autoname: "name",
    id: (draft) => `${draft.text("detectorId")}/${draft.text("name")}`,
    outputs: () => ({}),
  },
  {
    type: HUB,
    source: sourceOf("securityhub/account"),
    replaceOn: [],
    id: (draft) => draft.account,
    outputs: (draft) => ({ arn: draft.arn("securityhub", "hub/default"), controlFindingGenerator: "SECURITY_CONTROL" }),
    refuseCreate: once(HUB, () => "ResourceConflictException: Account is already subscribed to Security Hub"),
  },
  {
    type: "aws:securityhub/standardsSubscription:StandardsSubscription",
    source: sourceOf("securityhub/standards_subscription"),
    replaceOn: ["standardsArn"],
    unique: ["standardsArn"],
    // arn:aws:securityhub:<region>::standards/<name>/v/<version>, and the oldest as arn:aws:securityhub:::ruleset/<name>/v/<version>
    id: (draft) => draft.arn("securityhub", `subscription/${draft.text("standardsArn").split("/").slice(1).join("/")}`),
    outputs: (draft) => ({ arn: draft.id }),
    refuseCreate: (draft) => draft.store.list(HUB).some(({ region }) => region === draft.region) ? undefined : `InvalidAccessException: Account ${draft.account} is not subscribed to AWS Security Hub`,
  },
  {
    type: "aws:inspector2/enabler:Enabler",
    source: sourceOf("inspector2/enabler"),
    replaceOn: ["accountIds"],
    id: (draft) => [draft.list("accountIds"), draft.list("resourceTypes")].map((list) => list.map(textOf).sort().join(":")).join("-"),
    outputs: () => ({}),
  },
];

export const audit: readonly Row[] = [
  {
    type: "aws:cloudtrail/trail:Trail",
    source: sourceOf("cloudtrail/trail"),
    replaceOn: ["name"],
    unique: ["name"],
    exists: (name) => `TrailAlreadyExistsException: Trail ${name} already exists for customer`,
    autoname: "name",
    id: (draft) => draft.arn("cloudtrail", `trail/${draft.text("name")}`),
    outputs: (draft) => ({
      arn: draft.id,
      homeRegion: draft.region,
      snsTopicArn: draft.given("snsTopicName") ? draft.text("snsTopicName").replace(/^(?!arn:)/u, draft.arn("sns", "")) : undefined,
    }),
  },
  ...config,
  ...findings,
];

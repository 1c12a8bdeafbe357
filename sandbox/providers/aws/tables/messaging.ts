import type { Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

const arnOf = (service: string, kind = "") => (draft: Draft): string => draft.arn(service, `${kind}${draft.text("name")}`);

const bus = (draft: Draft): string => draft.text("eventBusName") || "default";

const ofBus = (draft: Draft): string => (bus(draft) === "default" ? draft.text("name") : `${bus(draft)}/${draft.text("name")}`);

const cloudwatch: readonly Row[] = [
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    source: sourceOf("logs/group"),
    replaceOn: ["logGroupClass", "name", "namePrefix"],
    unique: ["name"],
    exists: () => "ResourceAlreadyExistsException: The specified log group already exists",
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({ arn: arnOf("logs", "log-group:")(draft), logGroupClass: "STANDARD", deletionProtectionEnabled: false }),
  },
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    source: sourceOf("cloudwatch/metric_alarm"),
    replaceOn: ["name"],
    // PutMetricAlarm writes over an alarm of the same name.
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({ arn: arnOf("cloudwatch", "alarm:")(draft) }),
  },
  {
    type: "aws:cloudwatch/eventRule:EventRule",
    source: sourceOf("events/rule"),
    replaceOn: ["eventBusName", "name", "namePrefix"],
    autoname: "name",
    id: ofBus,
    outputs: (draft) => ({ arn: draft.arn("events", `rule/${ofBus(draft)}`) }),
  },
  {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    source: sourceOf("events/target"),
    replaceOn: ["eventBusName", "rule", "targetId"],
    id: (draft) => `${draft.text("rule")}-${draft.text("targetId") || draft.hex(26, "target")}`,
    outputs: (draft) => ({ targetId: draft.hex(26, "target") }),
  },
];

const sqs: readonly Row[] = [
  {
    type: "aws:sqs/queue:Queue",
    source: sourceOf("sqs/queue"),
    replaceOn: ["fifoQueue", "name", "namePrefix"],
    unique: ["name"],
    exists: () => "QueueAlreadyExists: A queue already exists with the same name and a different value for an attribute",
    autoname: "name",
    id: (draft) => `https://sqs.${draft.region}.amazonaws.com/${draft.account}/${draft.text("name")}`,
    outputs: (draft) => ({ arn: arnOf("sqs")(draft), url: draft.id }),
  },
  { type: "aws:sqs/queuePolicy:QueuePolicy", source: sourceOf("sqs/queue_policy"), replaceOn: ["queueUrl"], id: (draft) => draft.text("queueUrl"), outputs: () => ({}) },
];

const sns: readonly Row[] = [
  {
    type: "aws:sns/topic:Topic",
    source: sourceOf("sns/topic"),
    replaceOn: ["fifoTopic", "name", "namePrefix"],
    // CreateTopic answers with the topic that is there.
    autoname: "name",
    id: arnOf("sns"),
    outputs: (draft) => ({ arn: draft.id, owner: draft.account, signatureVersion: 1 }),
    // Only a FIFO topic that keeps its messages has one.
    absent: ["beginningArchiveTime"],
  },
  { type: "aws:sns/topicPolicy:TopicPolicy", source: sourceOf("sns/topic_policy"), replaceOn: ["arn"], id: (draft) => draft.text("arn"), outputs: (draft) => ({ owner: draft.account }) },
  {
    type: "aws:sns/topicSubscription:TopicSubscription",
    source: sourceOf("sns/topic_subscription"),
    replaceOn: ["endpoint", "protocol", "topic"],
    id: (draft) => `${draft.text("topic")}:${draft.uuid()}`,
    outputs: (draft) => ({
      arn: draft.id,
      confirmationWasAuthenticated: !["email", "email-json"].includes(draft.text("protocol")),
      ownerId: draft.account,
      pendingConfirmation: ["email", "email-json"].includes(draft.text("protocol")),
    }),
  },
];

const ecr: readonly Row[] = [
  {
    type: "aws:ecr/repository:Repository",
    source: sourceOf("ecr/repository"),
    replaceOn: ["encryptionConfigurations", "name"],
    unique: ["name"],
    exists: (name) => `RepositoryAlreadyExistsException: The repository with name '${name}' already exists in the registry`,
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({
      arn: arnOf("ecr", "repository/")(draft),
      registryId: draft.account,
      repositoryUrl: `${draft.account}.dkr.ecr.${draft.region}.amazonaws.com/${draft.text("name")}`,
    }),
  },
  {
    type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    source: sourceOf("ecr/lifecycle_policy"),
    replaceOn: ["policy", "repository"],
    // PutLifecyclePolicy writes over the policy that is there, and deleting the old one first leaves a repository without.
    id: (draft) => draft.text("repository"),
    unique: ["repository"],
    outputs: (draft) => ({ registryId: draft.account }),
  },
  {
    type: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    source: sourceOf("ecr/registry_scanning_configuration"),
    replaceOn: [],
    id: (draft) => draft.account,
    outputs: (draft) => ({ registryId: draft.account }),
  },
];

export const messaging: readonly Row[] = [...cloudwatch, ...sqs, ...sns, ...ecr];

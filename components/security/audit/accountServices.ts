import * as cfg from "@pulumi/aws/cfg/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as guardduty from "@pulumi/aws/guardduty/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as inspector2 from "@pulumi/aws/inspector2/index.js";
import * as securityhub from "@pulumi/aws/securityhub/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";
import { CONFIG_RULES, detectorFeatures, findingRoutes, inspectorTypes, standards } from "./findings.ts";
import { LogBucket } from "./logBucket.ts";
import { auditNames, configBucketStatements, type AuditScope } from "./policies.ts";

export interface AccountServicesArgs extends AuditScope {
  readonly protection: "on" | "off";
  readonly keyArn: pulumi.Input<string>;
  /** Days that the configuration history is kept. */
  readonly retentionDays: number;
  readonly accessLogBucket: pulumi.Input<string>;
  /** Whether the account runs Lambda functions, which GuardDuty and Inspector then watch too. */
  readonly functions: "used" | "none";
  /** Topic that takes findings. */
  readonly topicArn: pulumi.Input<string>;
}

/** What AWS has once in an account and region: Config, GuardDuty, Security Hub, Inspector, and the routes of their findings. */
export class AccountServices extends pulumi.ComponentResource {
  constructor(name: string, args: AccountServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:AccountServices", name, {}, opts);
    const recording = this.declareConfig(name, args);
    this.declareConfigRules(name, args, recording);
    this.declareGuardDuty(name, args);
    this.declareSecurityHub(name, args, recording);
    new inspector2.Enabler(
      `${name}-inspector`,
      { accountIds: [args.accountId], resourceTypes: inspectorTypes(args.functions) },
      { parent: this },
    );
    this.declareRoutes(name, args);
    this.registerOutputs({});
  }

  /** The recorder needs a channel before it can be switched on. */
  private declareConfig(name: string, args: AccountServicesArgs): pulumi.Resource {
    const child = { parent: this };
    // Of Config's own, not one of ours: Security Hub's control Config.1 asks for it.
    const role = new iam.ServiceLinkedRole(`${name}-config-role`, { awsServiceName: "config.amazonaws.com", tags: platformTags("security") }, child);
    const bucket = new LogBucket(
      `${name}-config-files`,
      {
        bucket: auditNames(args).configBucket,
        part: "security",
        protection: args.protection,
        encryption: { kind: "kms", keyArn: args.keyArn },
        retentionDays: args.retentionDays,
        statements: configBucketStatements(args),
        accessLogBucket: args.accessLogBucket,
      },
      child,
    );
    const recorder = new cfg.Recorder(
      `${name}-config-recorder`,
      { name: args.prefix, roleArn: role.arn, recordingGroup: { allSupported: true, includeGlobalResourceTypes: true } },
      child,
    );
    const channel = new cfg.DeliveryChannel(
      `${name}-config-channel`,
      {
        name: args.prefix,
        s3BucketName: bucket.bucket,
        s3KmsKeyArn: args.keyArn,
        snapshotDeliveryProperties: { deliveryFrequency: "TwentyFour_Hours" },
      },
      { ...child, dependsOn: [recorder, ...bucket.ready] },
    );
    return new cfg.RecorderStatus(`${name}-config-status`, { name: recorder.name, isEnabled: true }, { ...child, dependsOn: [channel] });
  }

  private declareConfigRules(name: string, args: AccountServicesArgs, recording: pulumi.Resource): void {
    for (const [rule, { identifier, why, parameters }] of Object.entries(CONFIG_RULES)) {
      new cfg.Rule(
        `${name}-config-rule-${rule}`,
        {
          name: `${args.prefix}-${rule}`,
          description: why,
          source: { owner: "AWS", sourceIdentifier: identifier },
          ...(parameters === undefined ? {} : { inputParameters: JSON.stringify(parameters) }),
          tags: platformTags("security"),
        },
        { parent: this, dependsOn: [recording] },
      );
    }
  }

  private declareGuardDuty(name: string, { functions }: AccountServicesArgs): void {
    const detector = new guardduty.Detector(
      `${name}-guardduty`,
      { enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES", tags: platformTags("security") },
      { parent: this },
    );
    for (const feature of detectorFeatures(functions)) {
      new guardduty.DetectorFeature(
        `${name}-guardduty-${feature.name.toLowerCase().replaceAll("_", "-")}`,
        { detectorId: detector.id, ...feature },
        { parent: this },
      );
    }
  }

  /** Most of its controls are evaluated by Config. */
  private declareSecurityHub(name: string, { region }: AccountServicesArgs, recording: pulumi.Resource): void {
    const account = new securityhub.Account(
      `${name}-security-hub`,
      { enableDefaultStandards: false, autoEnableControls: true, controlFindingGenerator: "SECURITY_CONTROL" },
      { parent: this },
    );
    for (const [standard, standardsArn] of Object.entries(standards(region))) {
      new securityhub.StandardsSubscription(
        `${name}-security-hub-${standard}`,
        { standardsArn },
        { parent: this, dependsOn: [account, recording] },
      );
    }
  }

  private declareRoutes(name: string, { prefix, topicArn }: AccountServicesArgs): void {
    for (const [route, { description, pattern }] of Object.entries(findingRoutes(`${prefix}-`))) {
      const rule = new cloudwatch.EventRule(
        `${name}-findings-${route}`,
        { name: `${prefix}-findings-${route}`, description, eventPattern: JSON.stringify(pattern), tags: platformTags("security") },
        { parent: this },
      );
      new cloudwatch.EventTarget(
        `${name}-findings-${route}`,
        { rule: rule.name, targetId: "alerts", arn: topicArn },
        { parent: this },
      );
    }
  }
}

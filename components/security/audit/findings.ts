/** Rules of AWS Config, and which findings people hear of. */

/** One managed rule of AWS Config: https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html */
export interface ConfigRule {
  readonly identifier: string;
  readonly why: string;
  /** Parameters as the rule wants them. Default: none. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What the program itself promises, watched from outside it: somebody may change a resource by hand. Security Hub's standards cover the rest. */
export const CONFIG_RULES: Readonly<Record<string, ConfigRule>> = {
  "required-tags": {
    identifier: "REQUIRED_TAGS",
    why: "cost and ownership are reported by tags",
    parameters: { tag1Key: "project", tag1Value: "privatesales", tag2Key: "environment" },
  },
  "bucket-tls": { identifier: "S3_BUCKET_SSL_REQUESTS_ONLY", why: "no object travels in plain text" },
  "bucket-public-read": { identifier: "S3_BUCKET_PUBLIC_READ_PROHIBITED", why: "no tenant's object is public" },
  "database-encrypted": { identifier: "RDS_STORAGE_ENCRYPTED", why: "tenants' data is encrypted at rest" },
  "volumes-encrypted": { identifier: "ENCRYPTED_VOLUMES", why: "nodes hold tenants' data while they work on it" },
  "cluster-secrets-encrypted": { identifier: "EKS_SECRETS_ENCRYPTED", why: "logins to tenants' data are Kubernetes Secrets" },
  "root-mfa": { identifier: "ROOT_ACCOUNT_MFA_ENABLED", why: "the root user can undo everything else" },
  "access-keys-rotated": {
    identifier: "ACCESS_KEYS_ROTATED",
    why: "a leaked key ends by itself",
    parameters: { maxAccessKeyAge: "90" },
  },
};

/** An event pattern of EventBridge: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
export interface EventRoute {
  readonly description: string;
  readonly pattern: Readonly<Record<string, unknown>>;
}

/** GuardDuty's HIGH begins at 7; CRITICAL, at 9, is above it. */
const GUARDDUTY_HIGH = 7;

/**
 * Findings that go to the topic, each once: GuardDuty's are sent to Security Hub as well, so there they are left out, and
 * are heard of without Security Hub's delay. Inspector's come by Security Hub only.
 */
export function findingRoutes(configRulePrefix: string): Readonly<Record<string, EventRoute>> {
  return {
    guardduty: {
      description: "GuardDuty findings of severity HIGH and above",
      pattern: { source: ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], detail: { severity: [{ numeric: [">=", GUARDDUTY_HIGH] }] } },
    },
    "security-hub": {
      description: "New Security Hub findings of severity HIGH and CRITICAL, Inspector's among them",
      pattern: {
        source: ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        detail: {
          findings: {
            ProductName: [{ "anything-but": ["GuardDuty"] }],
            Severity: { Label: ["HIGH", "CRITICAL"] },
            Workflow: { Status: ["NEW"] },
            RecordState: ["ACTIVE"],
          },
        },
      },
    },
    config: {
      description: "Resources that no longer keep a rule of AWS Config",
      pattern: {
        source: ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        detail: { configRuleName: [{ prefix: configRulePrefix }], newEvaluationResult: { complianceType: ["NON_COMPLIANT"] } },
      },
    },
  };
}

interface DetectorFeature {
  readonly name: string;
  readonly status: "ENABLED";
  readonly additionalConfigurations?: { readonly name: string; readonly status: "ENABLED" | "DISABLED" }[];
}

/** What GuardDuty looks at. `functions`: whether the account runs Lambda functions. */
export function detectorFeatures(functions: "used" | "none"): readonly DetectorFeature[] {
  const enabled = (name: string): DetectorFeature => ({ name, status: "ENABLED" });
  return [
    enabled("S3_DATA_EVENTS"),
    enabled("EKS_AUDIT_LOGS"),
    enabled("EBS_MALWARE_PROTECTION"),
    enabled("RDS_LOGIN_EVENTS"),
    {
      ...enabled("RUNTIME_MONITORING"),
      // AWS answers with all three, so one that is left out is a difference for ever.
      additionalConfigurations: [
        { name: "EKS_ADDON_MANAGEMENT", status: "ENABLED" },
        { name: "ECS_FARGATE_AGENT_MANAGEMENT", status: "DISABLED" },
        { name: "EC2_AGENT_MANAGEMENT", status: "DISABLED" },
      ],
    },
    ...(functions === "used" ? [enabled("LAMBDA_NETWORK_LOGS")] : []),
  ];
}

/** What Inspector scans for known vulnerabilities. */
export const inspectorTypes = (functions: "used" | "none"): string[] => ["EC2", "ECR", ...(functions === "used" ? ["LAMBDA"] : [])];

/** Standards of Security Hub, by the name of the resource that subscribes to them. */
export const standards = (region: string): Readonly<Record<string, string>> => ({
  fsbp: `arn:aws:securityhub:${region}::standards/aws-foundational-security-best-practices/v/1.0.0`,
  cis: `arn:aws:securityhub:${region}::standards/cis-aws-foundations-benchmark/v/3.0.0`,
});

import type { Suppression } from "./suppressions.ts";

const BUCKET = "aws:s3/bucket:Bucket";

/** Buckets that S3 delivers its own access logs to, in either region. */
const ACCESS_LOGS = ["audit-access-logs-bucket", "storage-access-logs-bucket", "storage-access-logs-replica-bucket"] as const;

const excuse = (rule: string, type: string, names: readonly string[], reason: string, stacks?: readonly string[]): readonly Suppression[] =>
  names.map((name) => ({ rule, resource: `${type} ${name}`, reason, ...(stacks === undefined ? {} : { stacks }) }));

/** True for both judges. */
const SHARED: readonly Suppression[] = [
  ...excuse(
    "CKV_AWS_145",
    BUCKET,
    ACCESS_LOGS,
    "S3 delivers access logs under its own keys only: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
  ),
  ...excuse(
    "CKV_AWS_91",
    "aws:lb/loadBalancer:LoadBalancer",
    ["edge-balancer-balancer"],
    "AWS writes this log for TLS listeners only, and TLS ends at the gateway's pods. Flow logs tell who connected, CloudFront's and the gateway's logs who asked for what.",
  ),
  ...excuse(
    "CKV_AWS_310",
    "aws:cloudfront/distribution:Distribution",
    ["edge-distribution-distribution"],
    "The second region holds the database alone (secondRegion.cluster: none), so there is no second origin; with a warm cluster the component adds the group.",
    ["prod"],
  ),
];

/** Violations of our own rules that are right as they are. */
export const RULE_SUPPRESSIONS: readonly Suppression[] = [
  ...SHARED,
  ...excuse("CKV_AWS_18", BUCKET, ACCESS_LOGS, "It takes the access logs of the others; logging into itself, each delivered log would make another one, without end."),
];

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

/** What AWS services write, for people to read later. */
const SERVICE_LOGS = [...ACCESS_LOGS, "audit-trail-files-bucket", "audit-account-config-files-bucket", "cost-report-files-bucket", "edge-logs-bucket"] as const;

const storage: readonly Suppression[] = [
  ...excuse("CKV2_AWS_62", BUCKET, SERVICE_LOGS, "Logs and bills that AWS services write: nothing of ours acts on a new file. Buckets of tenants send their events to EventBridge."),
  ...excuse("CKV_AWS_144", BUCKET, SERVICE_LOGS, "Logs and bills: no restore of the platform needs them, and CloudTrail keeps 90 days of its own besides."),
  ...excuse("CKV_AWS_144", BUCKET, ["storage-dumps-replica-bucket"], "It is the copy in the second region."),
  ...excuse("CKV_AWS_144", BUCKET, ["storage-assets-bucket"], "AWS Backup copies it every day into the locked vault of the second region; a replica would repeat a deletion or an overwriting there."),
];

const edge: readonly Suppression[] = [
  ...excuse("CKV_AWS_86", DISTRIBUTION, ["edge-distribution-distribution"], "It logs by standard logging v2, a LogDelivery of CloudWatch; checkov knows only v1, which wants a bucket with access control lists."),
  ...excuse("CKV_AWS_305", DISTRIBUTION, ["edge-distribution-distribution"], "There is no file to answer with: each shop's own storefront answers for its root."),
  ...excuse("CKV_AWS_310", DISTRIBUTION, ["edge-distribution-distribution"], "qa stands in one region, so there is no second origin.", ["qa"]),
  ...excuse("CKV_AWS_374", DISTRIBUTION, ["edge-distribution-distribution"], "Shops sell to shoppers abroad, by hosts of their regions; the firewall has the managed rules and a rate limit instead."),
  ...excuse(
    "CKV_AWS_259",
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    ["edge-policies-headers-tenants"],
    "Own domains of tenants: below them there may be hosts of others that do not speak TLS, so no includeSubDomains and no preload. The platform's own hosts have both.",
  ),
  ...excuse("CKV2_AWS_71", "aws:acm/certificate:Certificate", ["edge-certificate-certificate"], "Each shop has hosts of its own below the domain, and a new one is served without a new certificate: the strategy asks for the wildcard."),
  ...excuse(
    "CKV2_AWS_38",
    "aws:route53/zone:Zone",
    ["edge-zones-*"],
    "Signing is finished by a DS record at the registrar, which Pulumi cannot write; a signed zone without it protects nothing, and a stale one takes every shop off the net.",
  ),
];

const cluster: readonly Suppression[] = [
  ...excuse("CKV_AWS_39", "aws:eks/cluster:Cluster", ["eks-control-plane-cluster"], "In qa developers come from named networks (CKV_AWS_38 holds); prod's endpoint is private.", ["qa"]),
  ...excuse("CKV_AWS_339", "aws:eks/cluster:Cluster", ["eks-control-plane-cluster"], "1.36 is in standard support; this version of checkov ends at an older one. Our own rule of the same id has the list."),
  ...excuse(
    "CKV_AWS_25",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ["eks-nodes-from-control-plane"],
    "It lets in the control plane's security group alone; checkov reads no referencedSecurityGroupId and takes a rule without networks for one open to the world.",
  ),
];

const account: readonly Suppression[] = [
  ...excuse("CKV2_AWS_3", "aws:guardduty/detector:Detector", ["audit-account-guardduty"], "The detector is on; the organisation's own configuration, which checkov looks for, belongs to the organisation's account."),
  ...excuse("CKV2_AWS_8", "aws:rds/cluster:Cluster", ["aurora-ap-northeast-1-cluster"], "The second half of the Global Database: AWS Backup takes the first, and copies each snapshot to this region.", ["prod"]),
  ...excuse("CKV2_AWS_5", "aws:ec2/securityGroup:SecurityGroup", ["aurora-rotation-guard"], "The rotation's Lambda wears it; AWS's serverless application makes that from a parameter, where checkov does not look.", ["prod"]),
];

/** Findings of checkov that are right as they are. */
export const CHECKOV_SUPPRESSIONS: readonly Suppression[] = [...SHARED, ...storage, ...edge, ...cluster, ...account];

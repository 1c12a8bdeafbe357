/**
 * List prices of the AWS types in use, Seoul (ap-northeast-2), on demand, USD. A report says what a change costs a month to an order that a
 * reviewer can act on; the bill is AWS's. Renew by the Price List: `aws pricing get-products --region us-east-1 --service-code …`.
 */
export const PRICES_AS_OF = "2026-11";
export const PRICES_SOURCE = "https://aws.amazon.com/pricing/";
export const HOURS_PER_MONTH = 730;

/** `listed`: as published. `estimate`: derived from the published price of a sister class or region; within a tenth or so. */
export interface UnitPrice {
  readonly usd: number;
  readonly basis: "listed" | "estimate";
}

const listed = (usd: number): UnitPrice => ({ usd, basis: "listed" });
const estimate = (usd: number): UnitPrice => ({ usd, basis: "estimate" });

/** An hour of one instance, by class. Estimates: us-east-1's price by the ratio of the two regions in the same family. */
export const INSTANCE_HOUR: Readonly<Record<string, UnitPrice>> = {
  // https://aws.amazon.com/ec2/pricing/on-demand/: m5.large is 0.118 here and 0.096 there
  "m7i.large": estimate(0.124),
  "m7i.xlarge": estimate(0.248),
  "m7i.2xlarge": estimate(0.496),
  // https://aws.amazon.com/rds/aurora/pricing/, Aurora Standard: db.r6g.large is 0.313 here and 0.26 there
  "db.t4g.medium": estimate(0.113),
  "db.t4g.large": estimate(0.226),
  "db.r6g.large": listed(0.313),
  "db.r8g.large": estimate(0.332),
  "db.r8g.xlarge": estimate(0.664),
  "db.r8g.2xlarge": estimate(1.329),
  // https://aws.amazon.com/elasticache/pricing/, Valkey: a fifth below Redis OSS
  "cache.t4g.small": estimate(0.038),
  "cache.t4g.medium": estimate(0.076),
  "cache.r7g.large": estimate(0.21),
  "cache.r7g.xlarge": estimate(0.42),
};

/** What runs, by the hour. */
export const HOUR = {
  /** https://aws.amazon.com/eks/pricing/, standard support */
  eksCluster: listed(0.1),
  /** https://aws.amazon.com/vpc/pricing/, without traffic */
  natGateway: listed(0.059),
  publicIpv4: listed(0.005),
  /** https://aws.amazon.com/privatelink/pricing/, for one zone */
  interfaceEndpoint: estimate(0.013),
  /** https://aws.amazon.com/elasticloadbalancing/pricing/, without capacity units */
  loadBalancer: estimate(0.025),
} as const satisfies Readonly<Record<string, UnitPrice>>;

/** What is there, by the month. */
export const MONTH = {
  /** https://aws.amazon.com/kms/pricing/; each of the first two rotations adds as much */
  kmsKey: listed(1),
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secret: listed(0.4),
  /** https://aws.amazon.com/route53/pricing/ */
  hostedZone: listed(0.5),
  /** https://aws.amazon.com/cloudwatch/pricing/, standard resolution */
  alarm: listed(0.1),
  /** https://aws.amazon.com/waf/pricing/ */
  webAcl: listed(5),
  webAclRule: listed(1),
} as const satisfies Readonly<Record<string, UnitPrice>>;

/** Pods share nodes of this class: 2 vCPU and 8 GiB. */
export const NODE = { class: "m7i.large", cpuMilli: 2000, memoryMi: 8192 } as const;

/** Types billed by use alone, which no plan knows; services where a trailing slash stands. */
export const BY_USE: readonly string[] = [
  "aws:s3/bucket:Bucket",
  "aws:ecr/repository:Repository",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudfront/distribution:Distribution",
  "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
  "aws:rds/cluster:Cluster",
  "aws:rds/globalCluster:GlobalCluster",
  "aws:backup/",
  "aws:cfg/",
  "aws:cloudtrail/",
  "aws:guardduty/",
  "aws:inspector2/",
  "aws:securityhub/",
  "aws:sns/",
  "aws:sqs/",
  "aws:lambda/",
  "aws:serverlessrepository/",
];

/** Services and types without a price of their own. */
export const FREE: readonly string[] = [
  "aws:acm/",
  "aws:bcmdata/",
  "aws:budgets/",
  "aws:cloudfront/",
  "aws:cloudwatch/",
  "aws:costexplorer/",
  "aws:ec2/",
  "aws:ecr/",
  "aws:eks/",
  "aws:elasticache/",
  "aws:iam/",
  "aws:kms/alias:Alias",
  "aws:lb/",
  "aws:rds/",
  "aws:route53/record:Record",
  "aws:route53/queryLog:QueryLog",
  "aws:s3/",
  "aws:secretsmanager/",
  "aws:vpc/",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
];

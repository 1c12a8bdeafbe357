import type { Rule } from "../rule.ts";
import { CLOUDFRONT_RULES } from "./cloudfront.ts";
import { CLOUDTRAIL_RULES } from "./cloudtrail.ts";
import { EC2_RULES, LOAD_BALANCER_RULES } from "./ec2.ts";
import { ECR_RULES } from "./ecr.ts";
import { EKS_RULES } from "./eks.ts";
import { ELASTICACHE_RULES } from "./elasticache.ts";
import { IAM_RULES } from "./iam.ts";
import { KMS_RULES } from "./kms.ts";
import { MESSAGING_RULES } from "./messaging.ts";
import { OWN_RULES } from "./own.ts";
import { RDS_RULES } from "./rds.ts";
import { S3_RULES } from "./s3.ts";

/** Every rule of the project. */
export const RULES: readonly Rule[] = [
  ...EKS_RULES,
  ...RDS_RULES,
  ...S3_RULES,
  ...KMS_RULES,
  ...ECR_RULES,
  ...ELASTICACHE_RULES,
  ...CLOUDFRONT_RULES,
  ...CLOUDTRAIL_RULES,
  ...EC2_RULES,
  ...LOAD_BALANCER_RULES,
  ...IAM_RULES,
  ...MESSAGING_RULES,
  ...OWN_RULES,
];

import { policyDocument, type Statement } from "../../shared/aws.ts";

/**
 * The AWS services reached without leaving the VPC, by the last part of their endpoint's name. The rest goes through NAT: an
 * endpoint costs by the hour in every zone. `callers`: who may use it has to be of this account; `callersAndOwners`: what they
 * touch, too. ECR and EC2 are used on what AWS owns: container images of the add-ons, machine images.
 */
export const INTERFACE_ENDPOINTS = {
  "ecr.api": "callers",
  "ecr.dkr": "callers",
  ec2: "callers",
  sts: "callersAndOwners",
  sqs: "callersAndOwners",
  logs: "callersAndOwners",
  secretsmanager: "callersAndOwners",
} as const satisfies Readonly<Record<string, "callers" | "callersAndOwners">>;

export type InterfaceEndpoint = keyof typeof INTERFACE_ENDPOINTS;

/**
 * With it, credentials of another account carry nothing out of the VPC.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
const ofThisAccount = (accountId: string, limit: "callers" | "callersAndOwners"): Statement => ({
  Sid: "ThisAccount",
  Effect: "Allow",
  Principal: "*",
  Action: "*",
  Resource: "*",
  Condition: {
    StringEquals: { "aws:PrincipalAccount": accountId },
    // IfExists: GetCallerIdentity and GetRandomPassword touch nothing that an account owns.
    ...(limit === "callersAndOwners" ? { StringEqualsIfExists: { "aws:ResourceAccount": accountId } } : {}),
  },
});

/** Policy of one interface endpoint. */
export const interfacePolicy = (service: InterfaceEndpoint, accountId: string): string =>
  policyDocument(ofThisAccount(accountId, INTERFACE_ENDPOINTS[service]));

/**
 * Policy of the S3 endpoint. Image layers come from buckets of others, by URLs that those signed, so the caller is not of this
 * account: ECR's own (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-s3-gateway),
 * the packages of Amazon Linux (https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades-usage.html), and
 * registry.k8s.io, which redirects callers on AWS to S3 (https://github.com/kubernetes/registry.k8s.io).
 */
export const s3Policy = (region: string, accountId: string): string =>
  policyDocument(ofThisAccount(accountId, "callers"), {
    Sid: "PublicLayersAndPackages",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: [
      `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
      `arn:aws:s3:::al2023-repos-${region}-de612dc2/*`,
      `arn:aws:s3:::prod-registry-k8s-io-${region}/*`,
    ],
  });

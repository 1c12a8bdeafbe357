import type { Statement } from "../../shared/aws.ts";

/** Service accounts of a tenant's pods that take on a role in AWS. The storefront needs nothing there. */
export const CLOUD_ACCOUNTS = ["api", "jobs"] as const;
export type CloudAccount = (typeof CLOUD_ACCOUNTS)[number];

/** The longest name that IAM keeps. */
const ROLE_NAME_LENGTH = 64;

/**
 * Name of the role of one account of one tenant. The account is the last word and holds no `-`, so what stands before it is the
 * tenant's id whole: no two tenants share a name.
 * @throws Error when the name is longer than IAM allows, which a prefix of at most 21 characters never makes it.
 */
export function roleName(prefix: string, tenantId: string, account: CloudAccount): string {
  const name = `${prefix}-tenant-${tenantId}-${account}`;
  if (name.length <= ROLE_NAME_LENGTH) return name;
  throw new Error(
    `tenant ${tenantId}: the role name ${name} has ${name.length} characters, and IAM allows 64; use a shorter prefix than ${prefix}`,
  );
}

/** Keys of a tenant's files in the assets bucket begin with this. */
export const assetsPrefix = (tenantId: string): string => `assets/${tenantId}/`;

/** Keys of a tenant's dumps begin with this. */
export const dumpsPrefix = (tenantId: string): string => `dumps/${tenantId}/`;

/** Names of a tenant's secrets begin with this. */
export const secretsPrefix = (prefix: string, tenantId: string): string => `${prefix}/${tenantId}/`;

/** Registry and path before `<tenant>/<workload>`. */
export const registryOf = ({ accountId, region, prefix }: { readonly accountId: string; readonly region: string; readonly prefix: string }): string =>
  `${accountId}.dkr.ecr.${region}.amazonaws.com/${prefix}`;

/** Where a tenant's things are, plain but for the keys. */
export interface CloudPlaces {
  readonly prefix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly assetsBucketArn: string;
  readonly dumpsBucketArn: string;
  /** ARNs of the keys under which they are encrypted. */
  readonly keys: { readonly assets: string; readonly dumps: string; readonly secrets: string };
}

const throughService = (service: string, region: string): NonNullable<Statement["Condition"]> => ({
  StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
});

const listOwn = (bucketArn: string, prefix: string): Statement => ({
  Sid: "ListOwn",
  Effect: "Allow",
  Action: "s3:ListBucket",
  Resource: bucketArn,
  // A list without the slash would show tenants whose id begins with this one.
  Condition: { StringLike: { "s3:prefix": `${prefix}*` } },
});

/** The API: its tenant's files, and its tenant's secrets to read. */
const apiStatements = (tenantId: string, places: CloudPlaces): readonly Statement[] => [
  listOwn(places.assetsBucketArn, assetsPrefix(tenantId)),
  {
    Sid: "OwnAssets",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    Resource: `${places.assetsBucketArn}/${assetsPrefix(tenantId)}*`,
  },
  {
    Sid: "AssetsKey",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: places.keys.assets,
    Condition: throughService("s3", places.region),
  },
  {
    Sid: "OwnSecrets",
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    Resource: `arn:aws:secretsmanager:${places.region}:${places.accountId}:secret:${secretsPrefix(places.prefix, tenantId)}*`,
  },
  {
    Sid: "SecretsKey",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: places.keys.secrets,
    Condition: throughService("secretsmanager", places.region),
  },
];

/** The backup job: its tenant's dumps, to write and to read back; the bucket's lock and lifecycle end them, nobody else. */
const jobsStatements = (tenantId: string, places: CloudPlaces): readonly Statement[] => [
  listOwn(places.dumpsBucketArn, dumpsPrefix(tenantId)),
  {
    Sid: "OwnDumps",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    Resource: `${places.dumpsBucketArn}/${dumpsPrefix(tenantId)}*`,
  },
  {
    Sid: "DumpsKey",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: places.keys.dumps,
    Condition: throughService("s3", places.region),
  },
];

/** What the pods of one account of a tenant may do in AWS. */
export function accountStatements(account: CloudAccount, tenantId: string, places: CloudPlaces): readonly Statement[] {
  switch (account) {
    case "api":
      return apiStatements(tenantId, places);
    case "jobs":
      return jobsStatements(tenantId, places);
  }
}

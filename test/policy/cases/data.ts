import { changed, policy, resource, varied, type Cases } from "../support.ts";

const parameters = (...list: readonly (readonly [string, string])[]) => ({ parameters: list.map(([name, value]) => ({ name, value })) });
const group = resource("aws:rds/clusterParameterGroup:ClusterParameterGroup", { name: "shop", ...parameters(["rds.force_ssl", "1"]) });
const cluster = resource("aws:rds/cluster:Cluster", {
  storageEncrypted: true,
  backupRetentionPeriod: 35,
  deletionProtection: true,
  iamDatabaseAuthenticationEnabled: true,
  copyTagsToSnapshot: true,
  enabledCloudwatchLogsExports: ["postgresql"],
  kmsKeyId: "arn:aws:kms:ap-northeast-2:111122223333:key/1",
  dbClusterParameterGroupName: "shop",
  finalSnapshotIdentifier: "shop-final",
});
const instance = resource("aws:rds/clusterInstance:ClusterInstance", {
  monitoringInterval: 60,
  autoMinorVersionUpgrade: true,
  performanceInsightsEnabled: true,
  performanceInsightsKmsKeyId: "arn:aws:kms:ap-northeast-2:111122223333:key/1",
});

export const RDS_CASES: Cases = {
  CKV_AWS_96: varied([cluster], [{ storageEncrypted: undefined }, "storageEncrypted is nothing"]),
  CKV_AWS_133: varied([cluster], [{ backupRetentionPeriod: 0 }, "backupRetentionPeriod is 0"]),
  CKV_AWS_139: varied([cluster], [{ deletionProtection: false }, "deletionProtection is false"]),
  CKV_AWS_162: varied([cluster], [{ iamDatabaseAuthenticationEnabled: false }, "iamDatabaseAuthenticationEnabled is false"]),
  CKV_AWS_313: varied([cluster], [{ copyTagsToSnapshot: undefined }, "copyTagsToSnapshot is nothing"]),
  CKV_AWS_324: varied([cluster], [{ enabledCloudwatchLogsExports: [] }, "enabledCloudwatchLogsExports is []"]),
  CKV_AWS_327: varied([cluster], [{ kmsKeyId: undefined }, "kmsKeyId is nothing"]),
  PS_RDS_FORCED_TLS: {
    passes: [cluster, group],
    fails: [
      { resources: [cluster], found: 'dbClusterParameterGroupName is "shop", which is no parameter group of this stack' },
      { resources: [cluster, changed(group, parameters(["rds.force_ssl", "0"]))], found: "does not set rds.force_ssl" },
      { resources: [changed(cluster, { dbClusterParameterGroupName: undefined }), group], found: "dbClusterParameterGroupName is nothing" },
    ],
  },
  PS_RDS_FINAL_SNAPSHOT: varied([cluster], [{ skipFinalSnapshot: true }, "skipFinalSnapshot is true"], [{ finalSnapshotIdentifier: undefined }, "finalSnapshotIdentifier is nothing"]),
  PS_RDS_RECOVERY_35_DAYS: varied([cluster], [{ backupRetentionPeriod: 7 }, "backupRetentionPeriod is 7"]),
  CKV_AWS_17: varied([instance], [{ publiclyAccessible: true }, "publiclyAccessible is true"]),
  CKV_AWS_118: varied([instance], [{ monitoringInterval: 0 }, "monitoringInterval is 0"]),
  CKV_AWS_226: varied([instance], [{ autoMinorVersionUpgrade: undefined }, "autoMinorVersionUpgrade is nothing"]),
  CKV_AWS_353: varied([instance], [{ performanceInsightsEnabled: false }, "performanceInsightsEnabled is false"]),
  CKV_AWS_354: varied([instance], [{ performanceInsightsKmsKeyId: undefined }, "performanceInsightsKmsKeyId is nothing"]),
};

const bucket = resource("aws:s3/bucket:Bucket", { bucket: "assets" });
const about = (kind: string, props: Readonly<Record<string, unknown>>) =>
  resource(`aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, { bucket: "assets", ...props });
const block = about("BucketPublicAccessBlock", { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });
const encryption = (sseAlgorithm: string) => about("BucketServerSideEncryptionConfiguration", { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });
const versioning = (status: string) => about("BucketVersioning", { versioningConfiguration: { status } });
const bucketPolicy = (Effect: string, Principal: unknown = "*") =>
  about("BucketPolicy", { policy: policy({ Effect, Principal, Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }) });
const lifecycle = about("BucketLifecycleConfiguration", { rules: [{ status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }] });
const ownership = (objectOwnership: string) => about("BucketOwnershipControls", { rule: { objectOwnership } });
const alone = (what: string) => ({ resources: [bucket], found: `no ${what} names this bucket` });

export const S3_CASES: Cases = {
  CKV2_AWS_6: { passes: [bucket, block], fails: [alone("BucketPublicAccessBlock"), { resources: [bucket, changed(block, { bucket: "dumps" })], found: "no BucketPublicAccessBlock" }] },
  CKV_AWS_53: varied([block], [{ blockPublicAcls: false }, "blockPublicAcls is false"]),
  CKV_AWS_54: varied([block], [{ blockPublicPolicy: undefined }, "blockPublicPolicy is nothing"]),
  CKV_AWS_55: varied([block], [{ ignorePublicAcls: false }, "ignorePublicAcls is false"]),
  CKV_AWS_56: varied([block], [{ restrictPublicBuckets: false }, "restrictPublicBuckets is false"]),
  CKV_AWS_145: {
    passes: [bucket, encryption("aws:kms")],
    fails: [alone("BucketServerSideEncryptionConfiguration"), { resources: [bucket, encryption("AES256")], found: 'sseAlgorithm is "AES256"' }],
  },
  CKV_AWS_21: { passes: [bucket, versioning("Enabled")], fails: [alone("BucketVersioning"), { resources: [bucket, versioning("Suspended")], found: 'status is "Suspended"' }] },
  PS_S3_TLS_ONLY: {
    passes: [bucket, bucketPolicy("Deny")],
    fails: [
      alone("BucketPolicy"),
      { resources: [bucket, bucketPolicy("Allow")], found: "the policy has no Deny" },
      { resources: [bucket, bucketPolicy("Deny", { AWS: "arn:aws:iam::111122223333:root" })], found: "the policy has no Deny" },
    ],
  },
  CKV_AWS_18: { passes: [bucket, about("BucketLogging", { targetBucket: "logs" })], fails: [alone("BucketLogging")] },
  CKV2_AWS_61: { passes: [bucket, lifecycle], fails: [alone("BucketLifecycleConfiguration")] },
  CKV_AWS_300: varied(
    [lifecycle],
    [{ rules: [{ status: "Enabled" }] }, "daysAfterInitiation is nothing"],
    [{ rules: [{ status: "Disabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }] }, 'rules.status is "Disabled"'],
  ),
  CKV2_AWS_65: {
    passes: [bucket, ownership("BucketOwnerEnforced")],
    fails: [alone("BucketOwnershipControls"), { resources: [bucket, ownership("ObjectWriter")], found: 'objectOwnership is "ObjectWriter"' }],
  },
};

const keyPolicy = (Principal: unknown) => ({ policy: policy({ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }) });
const key = resource("aws:kms/key:Key", { enableKeyRotation: true, deletionWindowInDays: 30, ...keyPolicy({ AWS: "arn:aws:iam::111122223333:root" }) });

export const KMS_CASES: Cases = {
  CKV_AWS_7: varied([key], [{ enableKeyRotation: undefined }, "enableKeyRotation is nothing"]),
  CKV_AWS_33: varied([key], [keyPolicy("*"), 'everybody may ["kms:*"]'], [keyPolicy({ AWS: "*" }), "everybody may"]),
  CKV2_AWS_64: varied([key], [{ policy: undefined }, "policy is nothing"]),
  PS_KMS_DELETION_WINDOW: varied([key], [{ deletionWindowInDays: 7 }, "deletionWindowInDays is 7"]),
  CKV_AWS_149: varied([resource("aws:secretsmanager/secret:Secret", { kmsKeyId: "key" })], [{ kmsKeyId: undefined }, "kmsKeyId is nothing"]),
  CKV_AWS_166: varied([resource("aws:backup/vault:Vault", { kmsKeyArn: "arn:aws:kms:ap-northeast-2:111122223333:key/1" })], [{ kmsKeyArn: undefined }, "kmsKeyArn is nothing"]),
};

const repository = resource("aws:ecr/repository:Repository", {
  name: "tenants/dior",
  imageTagMutability: "IMMUTABLE",
  encryptionConfigurations: [{ encryptionType: "KMS" }],
  imageScanningConfiguration: { scanOnPush: true },
});
const pulls = (Principal: unknown) => ({ repository: "tenants/dior", policy: policy({ Effect: "Allow", Principal, Action: "ecr:BatchGetImage" }) });

export const ECR_CASES: Cases = {
  CKV_AWS_51: varied([repository], [{ imageTagMutability: "MUTABLE" }, 'imageTagMutability is "MUTABLE"'], [{ imageTagMutability: undefined }, "is nothing"]),
  CKV_AWS_136: varied([repository], [{ encryptionConfigurations: [{ encryptionType: "AES256" }] }, 'encryptionType is "AES256"'], [{ encryptionConfigurations: undefined }, "is nothing"]),
  CKV_AWS_163: varied([repository], [{ imageScanningConfiguration: { scanOnPush: false } }, "scanOnPush is false"]),
  PS_ECR_LIFECYCLE: {
    passes: [repository, resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", { repository: "tenants/dior" })],
    fails: [{ resources: [repository], found: "no LifecyclePolicy names this repository" }],
  },
  CKV_AWS_32: varied([resource("aws:ecr/repositoryPolicy:RepositoryPolicy", pulls({ AWS: "arn:aws:iam::111122223333:root" }))], [pulls("*"), "a statement for everybody"]),
};

const cache = resource("aws:elasticache/replicationGroup:ReplicationGroup", {
  atRestEncryptionEnabled: true,
  transitEncryptionEnabled: true,
  transitEncryptionMode: "required",
  userGroupIds: "shops",
  kmsKeyId: "key",
  automaticFailoverEnabled: true,
});

export const ELASTICACHE_CASES: Cases = {
  CKV_AWS_29: varied([cache], [{ atRestEncryptionEnabled: undefined }, "atRestEncryptionEnabled is nothing"]),
  CKV_AWS_30: varied([cache], [{ transitEncryptionEnabled: false }, "transitEncryptionEnabled is false"]),
  CKV_AWS_31: varied([cache], [{ userGroupIds: undefined }, "neither authToken nor userGroupIds"], [{ transitEncryptionEnabled: false }, "transitEncryptionEnabled is false"]),
  CKV_AWS_191: varied([cache], [{ kmsKeyId: undefined }, "kmsKeyId is nothing"]),
  PS_CACHE_TLS_REQUIRED: varied([cache], [{ transitEncryptionMode: "preferred" }, 'transitEncryptionMode is "preferred"']),
  CKV2_AWS_50: varied([cache], [{ automaticFailoverEnabled: false }, "automaticFailoverEnabled is false"]),
};

import type { Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

/** https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html: such a key's id tells what it is. */
const keyId = (draft: Draft): string => (draft.flag("multiRegion") ? `mrk-${draft.hex(32, "key")}` : draft.uuid("key"));

const keyOf = (draft: Draft): string => draft.text("primaryKeyArn").split("/").at(-1) ?? "";

/** A key's ARN as it stands, or that of an id. */
const targetArn = (draft: Draft, target: string): string => (target.startsWith("arn:") ? target : draft.arn("kms", `key/${target}`));

const kms: readonly Row[] = [
  {
    type: "aws:kms/key:Key",
    source: sourceOf("kms/key"),
    replaceOn: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
    id: keyId,
    outputs: (draft) => ({ arn: draft.arn("kms", `key/${draft.id}`), keyId: draft.id, description: "", multiRegion: false }),
  },
  {
    type: "aws:kms/alias:Alias",
    source: sourceOf("kms/alias"),
    replaceOn: ["name", "namePrefix"],
    unique: ["name"],
    exists: (name) => `AlreadyExistsException: An alias with the name ${name} already exists`,
    id: (draft) => draft.text("name") || `${draft.text("namePrefix")}${draft.hex(26, "name")}`,
    outputs: (draft) => ({ arn: draft.arn("kms", draft.id), name: draft.id, targetKeyArn: targetArn(draft, draft.text("targetKeyId")) }),
    refuseCreate: (draft) => {
      const name = draft.text("name");
      return name === "" || /^alias\/(?!aws\/)/u.test(name) ? undefined : `InvalidAliasNameException: the name must begin with "alias/", not with "alias/aws/": ${name}`;
    },
  },
  {
    type: "aws:kms/replicaKey:ReplicaKey",
    source: sourceOf("kms/replica_key"),
    replaceOn: ["primaryKeyArn"],
    id: keyOf,
    outputs: (draft) => ({
      arn: draft.arn("kms", `key/${draft.id}`), keyId: draft.id, keyRotationEnabled: false, keySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT",
    }),
    refuseCreate: (draft) => keyOf(draft).startsWith("mrk-")
      ? undefined
      : `UnsupportedOperationException: ${draft.text("primaryKeyArn")} is not a multi-Region key`,
  },
];

const secretsManager: readonly Row[] = [
  {
    type: "aws:secretsmanager/secret:Secret",
    source: sourceOf("secretsmanager/secret"),
    replaceOn: ["name", "namePrefix"],
    unique: ["name"],
    exists: (name) => `ResourceExistsException: The operation failed because the secret ${name} already exists.`,
    autoname: "name",
    // AWS adds six characters so that a new secret of an old name is another one.
    id: (draft) => draft.arn("secretsmanager", `secret:${draft.text("name")}-${draft.lower(6, "suffix")}`),
    outputs: (draft) => ({ arn: draft.id }),
  },
  {
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    source: sourceOf("secretsmanager/secret_version"),
    replaceOn: ["secretBinary", "secretId", "secretString"],
    id: (draft) => `${draft.text("secretId")}|${draft.uuid("version")}`,
    outputs: (draft) => ({
      arn: draft.text("secretId"), secretArn: draft.text("secretId"), versionId: draft.uuid("version"),
      versionStages: ["AWSCURRENT"], hasSecretStringWo: draft.given("secretStringWo"),
    }),
  },
  {
    type: "aws:secretsmanager/secretRotation:SecretRotation",
    source: sourceOf("secretsmanager/secret_rotation"),
    replaceOn: ["secretId"],
    id: (draft) => draft.text("secretId"),
    outputs: () => ({ rotationEnabled: true }),
  },
  {
    type: "aws:secretsmanager/secretPolicy:SecretPolicy",
    source: sourceOf("secretsmanager/secret_policy"),
    replaceOn: ["secretArn"],
    id: (draft) => draft.text("secretArn"),
    outputs: () => ({}),
  },
];

export const secrets: readonly Row[] = [...kms, ...secretsManager];

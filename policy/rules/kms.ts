import { is, property, set } from "../expect.ts";
import { checkovGraph, checkovPython, rule, type Check, type Resource, type Rule } from "../rule.ts";
import { show, statementsOf, valueAt } from "../values.ts";

const KEY = ["aws:kms/key:Key"];

/** KMS rotates symmetric keys only; a key for DNSSEC is asymmetric. */
const isSymmetric = ({ props }: Resource): boolean => {
  const spec = valueAt(props, "customerMasterKeySpec");
  return spec === undefined || spec === "SYMMETRIC_DEFAULT";
};

/** A statement for everybody is one for nobody in particular, unless a condition names the account. */
const noOpenPrincipal: Check = ({ props }) => {
  const open = statementsOf(props["policy"])?.find(({ effect, principals, condition }) => effect === "Allow" && principals.includes("*") && Object.keys(condition).length === 0);
  if (open === undefined) return undefined;
  return { found: `everybody may ${show(open.actions)}`, allowed: "named principals", fix: "Name the account, the role or the service." };
};

export const KMS_RULES: readonly Rule[] = [
  rule({
    id: "CKV_AWS_7",
    title: "keys rotate",
    source: checkovPython("KMSRotation"),
    types: KEY,
    where: isSymmetric,
    check: property("enableKeyRotation", is(true), "KMS keeps the old material; nothing has to be encrypted again."),
  }),
  rule({ id: "CKV_AWS_33", title: "a key is nobody's and everybody's", source: checkovPython("KMSKeyWildcardPrincipal"), types: KEY, check: noOpenPrincipal }),
  rule({
    id: "CKV2_AWS_64",
    title: "a key has a policy of its own",
    source: checkovGraph("KmsKeyPolicyIsDefined"),
    types: KEY,
    check: property("policy", set, "Write down who may use it."),
  }),
  rule({
    id: "PS_KMS_DELETION_WINDOW",
    title: "a deleted key can be had back for 30 days",
    source: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    types: KEY,
    check: property("deletionWindowInDays", is(30), "With the key goes all that it encrypts; 30 days is the longest."),
  }),
  rule({
    id: "CKV_AWS_149",
    title: "secrets are encrypted with a key of the account",
    source: checkovPython("SecretManagerSecretEncrypted"),
    types: ["aws:secretsmanager/secret:Secret"],
    check: property("kmsKeyId", set, "Whoever reads then needs the key too."),
  }),
  rule({
    id: "CKV_AWS_166",
    title: "backup vaults are encrypted with a key of the account",
    source: checkovPython("BackupVaultEncrypted"),
    types: ["aws:backup/vault:Vault"],
    check: property("kmsKeyArn", set, "A copy to another region needs a key of that region."),
  }),
];

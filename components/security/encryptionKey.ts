import * as kms from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags, policyDocument, type Statement } from "../shared/aws.ts";

export interface EncryptionKeyArgs {
  /** What it encrypts, for whoever reads the list of keys. */
  readonly description: string;
  /** Alias without `alias/`, e.g. `privatesales-prod/database`. */
  readonly alias: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Folder under components/ that the key belongs to, for cost. */
  readonly part: string;
  /** `on`: neither deleted nor forgotten; what it encrypts would be lost with it. */
  readonly protection: "on" | "off";
  /** What AWS services and roles may do with it, beside the account's own IAM policies. Default: nothing. */
  readonly statements?: readonly Statement[];
}

/** Days in which a deleted key can be had back: the longest that KMS allows, since with it goes all that it encrypts. */
const DELETION_WINDOW = 30;

/**
 * A customer managed KMS key, rotated every year. The account's IAM policies decide who uses it; `statements` add the AWS
 * services that need it by name.
 */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly keyId: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:security:EncryptionKey", name, {}, opts);
    const key = new kms.Key(
      `${name}-key`,
      {
        description: args.description,
        enableKeyRotation: true,
        rotationPeriodInDays: 365,
        deletionWindowInDays: DELETION_WINDOW,
        policy: policyDocument(accountStatement(args.accountId), ...(args.statements ?? [])),
        tags: platformTags(args.part),
      },
      { parent: this, ...dataOptions(args.protection) },
    );
    new kms.Alias(`${name}-alias`, { name: `alias/${args.alias}`, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.keyId = key.keyId;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Leaves the decision to IAM, as KMS's default key policy does; without it a key can become one that nobody may change. */
const accountStatement = (accountId: string): Statement => ({
  Sid: "AccountDecidesByIam",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: "kms:*",
  Resource: "*",
});
